"""How a merchant rounds."""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.pricing.rounding import usual_cash_step
from commerce.pricing.rows import Rounding, TaxRounding

_RULE = text("SELECT cash_step_minor, tax_rounding FROM rounding_rule WHERE currency = :currency")


def rounding_of(connection: Connection | Session, *, currency: str) -> Rounding:
    """Return the merchant's rule for `currency`, or the usual: CLDR's smallest coin, tax by line."""
    row = connection.execute(_RULE, {"currency": currency}).one_or_none()
    if row is None:
        return Rounding(currency, usual_cash_step(currency), TaxRounding.LINE)
    return Rounding(currency, row.cash_step_minor, TaxRounding(row.tax_rounding))

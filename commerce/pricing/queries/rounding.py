"""How a merchant rounds."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.pricing.rounding import usual_cash_step
from commerce.pricing.rows import Rounding, TaxRounding

_RULE = Statement(
    "SELECT cash_step_minor, tax_rounding FROM rounding_rule WHERE currency = :currency"
)


def rounding_of(connection: Connection | Session, *, currency: str) -> Rounding:
    """Return the merchant's rule for `currency`, or the usual: CLDR's smallest coin, tax by line."""
    row = _RULE.one_or_none(connection, {"currency": currency})
    if row is None:
        return Rounding(currency, usual_cash_step(currency), TaxRounding.LINE)
    return Rounding(currency, row.cash_step_minor, TaxRounding(row.tax_rounding))

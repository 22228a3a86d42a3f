"""Set how a merchant rounds."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.kernel.money import minor_digits
from commerce.pricing.rows import TaxRounding

_SET = text("""
INSERT INTO rounding_rule (merchant_id, id, currency, cash_step_minor, tax_rounding)
VALUES (:merchant, :id, :currency, :step, :tax)
ON CONFLICT (merchant_id, currency) DO UPDATE
  SET cash_step_minor = EXCLUDED.cash_step_minor, tax_rounding = EXCLUDED.tax_rounding
""")


def set_rounding(
    session: Session,
    *,
    merchant_id: UUID,
    currency: str,
    cash_step_minor: int,
    tax: TaxRounding,
) -> None:
    """Set the smallest coin (minor units) of `currency` and how its tax is rounded.

    Raises:
        ValueError: the coin is below one minor unit.
        UnknownCurrencyError: `currency` is not an ISO 4217 code.
    """
    minor_digits(currency)
    if cash_step_minor < 1:
        raise ValueError(f"a coin of {cash_step_minor} minor units does not exist")
    session.execute(
        _SET,
        {
            "merchant": merchant_id,
            "id": new_id(),
            "currency": currency,
            "step": cash_step_minor,
            "tax": str(tax),
        },
    )

"""Which tenders a merchant's tills take, and what an amount is in coins."""

from dataclasses import dataclass

from sqlalchemy import Connection

from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.pricing.rounding import round_cash, usual_cash_step

CASH = "cash"

_RULES = Statement("""
SELECT COALESCE((SELECT enabled FROM payment_method WHERE plugin = 'cash'), true) AS taken,
       (SELECT cash_step_minor FROM rounding_rule WHERE currency = :currency) AS step
""")


@dataclass(frozen=True, slots=True)
class CashRules:
    """Whether tills take cash, and the smallest coin of one currency in minor units."""

    taken: bool
    step_minor: int

    def rounding(self, amount: Money) -> Money:
        """Return what cash pays beyond `amount`, or less, because there is no smaller coin.

        Only the tender that pays the rest of a sale is rounded. What costs something never becomes
        free.
        """
        rounded = round_cash(amount, step=self.step_minor)
        if rounded.to_pay:
            return rounded.difference
        return Money(self.step_minor, amount.currency) - amount


def cash_rules(connection: Connection, *, currency: str) -> CashRules:
    """Return the merchant's rules: cash is taken until it is switched off, in the coins of CLDR."""
    row = _RULES.one(connection, {"currency": currency})
    return CashRules(row.taken, row.step or usual_cash_step(currency))


def takes_cash(connection: Connection) -> bool:
    """Return whether the tills take cash."""
    return bool(_RULES.one(connection, {"currency": None}).taken)  # in whatever coins

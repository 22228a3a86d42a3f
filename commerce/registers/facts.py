"""What a till may be refused, and what is booked whatever the rules say meanwhile.

The rule: **a sale that happened is a fact.** Happened has a sale that cash paid in full, that the till
finished without the server and whose customer has left. The till says so itself (`SaleCommand.happened`):
after ten seconds without an answer, after its page was loaded anew, or when the clerk says that the
customer has gone. A till that lies about it gains nothing that would not be seen: every rule that a
fact has against it becomes a `SaleVariance`, a task at the merchant's desk, and an entry of the journal.

So a till is refused in two cases only. Something is damaged or forged, and then no rule is asked at
all; or somebody still stands at the counter who can act on the answer. What each refusal does:

=====================  ========================  ==========================================
refusal                while the clerk waits      a sale that happened
=====================  ========================  ==========================================
price-changed          refused: take it again     booked for what was paid, with the promotions that
                                                  the till showed (`price`)
promotion-used-up      refused: take it again     booked; what it took off counts as the shop's gift, by
                                                  the promotion's name (`price`)
not-sold-at-till       refused                    booked (`withdrawn`); refused if the thing is
                                                  unknown or nobody says what it cost: damaged
discount               refused                    counted against the shown price; beyond that or
                                                  without a reason: damaged, refused
approval-needed        refused: a manager's PIN   booked (`discount`)
cash-not-taken         refused: another tender    booked (`cash-off`)
cash-rounding          refused: take it again     booked for the coins that were paid (`price`)
permission-denied      refused                    booked (`clerk`)
clerk-unknown          refused: the PIN again     read as of the sale's own time, and booked if the PIN
                                                  was changed or taken since (`clerk`); a badge of
                                                  another device or of a PIN before that time is kept
                                                  by the page until the next PIN
register-closed        refused: open it           refused for now: without a drawer there is no book
                                                  to write it into; the page sends it after opening
till-not-enrolled      refused: enrol it          kept by the page until it is enrolled again
other-currency         refused                    damaged, refused: the drawer holds one currency
overpaid,
too-little-cash        refused                    damaged, refused: its own figures contradict it
cash-rounding by more
than the amount        refused                    damaged, refused: the drawer would pay the customer
command-conflict       refused                    damaged, refused: the name stands for another sale
wrong-body             refused                    damaged, refused
payment-method-...     refused                    never: a card is no fact until its provider says so
=====================  ========================  ==========================================

A customer who is unknown by now is left off, and goods that the level denies are sold (`sell_at_till`).
Everything else that a till asks waits for its answer before the clerk is told that it is done.
"""

from typing import Any

from sqlalchemy import Connection

from commerce.kernel.money import Money, total
from commerce.registers.errors import DiscountError, PriceChangedError, UnsellableError
from commerce.registers.pricing import price_as_sold, price_basket, withdrawn
from commerce.registers.rows import Counter, PricedBasket, SaleCommand, Variance, VarianceKind


def priced_for(
    connection: Connection, counter: Counter, command: SaleCommand
) -> tuple[PricedBasket, tuple[Variance, ...]]:
    """Return what the sale's lines cost, and what a sale that happened has against today's prices.

    Raises:
        PriceChangedError: the till's total is not the server's, and the customer can still be told.
        UnsellableError, DiscountError: it cannot be sold so; of a fact, only what is damaged.
    """
    shown = Money(command.total_minor, command.currency)
    try:
        priced = price_basket(connection, counter, command.lines)
    except (UnsellableError, DiscountError):
        if not command.is_fact:
            raise
        return _as_sold(connection, counter, command, None)
    now = total((line.total for line in priced.lines), currency=command.currency)
    if now == shown:
        return priced, ()
    if not command.is_fact:
        raise PriceChangedError(shown=shown, now=now)
    return _as_sold(connection, counter, command, now)


def _as_sold(
    connection: Connection, counter: Counter, command: SaleCommand, now: Money | None
) -> tuple[PricedBasket, tuple[Variance, ...]]:
    sold = Money(command.total_minor, command.currency)
    priced = price_as_sold(connection, counter, command.lines, sold=sold)
    gone = withdrawn(connection, counter, command.lines)
    if gone:
        facts: dict[str, Any] = {"variants": [str(each) for each in gone]}
        return priced, (Variance(VarianceKind.WITHDRAWN, facts),)
    facts = {
        "sold_minor": sold.amount_minor,
        "now_minor": None if now is None else now.amount_minor,
    }
    return priced, (Variance(VarianceKind.PRICE, facts),)

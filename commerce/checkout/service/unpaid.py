"""How many orders may wait unpaid at once: their goods are kept from everybody else."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import (
    UnpaidByEmailError,
    UnpaidByPlaceError,
    UnpaidUnitsError,
)
from commerce.orders.queries import unpaid_orders

KEEP_UNPAID = timedelta(hours=2)
"""How long after it was written an unpaid order keeps its goods, however often it is paid again.

Set on 2026-11-23: four payment pages of half an hour one after another are more than a declined
card, a forgotten password and a call to the bank take; beyond that somebody keeps goods from others.
"""

MOST_BY_BUYER = 5
"""Unpaid orders of one account, or of one e-mail address in one network. Set on 2026-11-23: somebody
whose card fails changes or pays the order that is there; five leave room for gifts ordered one by
one before the first is paid. Anybody may type anybody's address: so what is ordered with it from
elsewhere, or without signing in, keeps its owner from nothing.
"""

MOST_BY_PLACE = 30
"""Unpaid orders from one network. Set on 2026-11-23: behind one address sits an office or a mobile
operator's gateway, and of the shoppers there thirty must be at the payment page of one shop in the
same two hours. One program placed forty in 17 seconds and held all that a shop had.
"""

MOST_UNITS_BY_PLACE = 300
"""Units that unpaid orders from one network keep together. Set on 2026-11-23: a single order of a
whole catalogue kept every unit that a shop had. Three hundred are a large order of small things;
whoever wants more pays for these first, and then orders the rest.
"""


def refuse_too_many_unpaid(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID | None,
    email: str,
    placed_from: str,
    units: int,
    at: datetime,
) -> None:
    """Refuse one more order of `units` for whoever has as many waiting for their money as people need.

    Paid and cancelled orders do not count, nor do those whose goods are on sale again because
    `KEEP_UNPAID` is over. Nothing is locked, as two buyers of one office must not wait for each
    other: orders placed in the same moment may each pass, which is a handful and no shop's stock.

    Raises:
        UnpaidByEmailError: `MOST_BY_BUYER` orders of this buyer wait.
        UnpaidByPlaceError: `MOST_BY_PLACE` orders from there wait; an empty `placed_from` is nowhere.
        UnpaidUnitsError: with these, more than `MOST_UNITS_BY_PLACE` units from there would wait.
    """
    waiting = unpaid_orders(
        session,
        merchant_id=merchant_id,
        customer_id=customer_id,
        email=email,
        placed_from=placed_from,
        since=at - KEEP_UNPAID,
    )
    hours = KEEP_UNPAID // timedelta(hours=1)
    if waiting.by_buyer >= MOST_BY_BUYER:
        raise UnpaidByEmailError(most=MOST_BY_BUYER, hours=hours)
    if waiting.by_place >= MOST_BY_PLACE:
        raise UnpaidByPlaceError(most=MOST_BY_PLACE, hours=hours)
    if placed_from and waiting.units_by_place + units > MOST_UNITS_BY_PLACE:
        raise UnpaidUnitsError(most=MOST_UNITS_BY_PLACE)

"""Give money back on an order, and put goods that came back on a shelf."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import NothingToRefundError, RestockBeyondSoldError
from commerce.checkout.service.give_back import Drawer, give_back
from commerce.checkout.service.give_up import GivenUp, close_repaid, give_up
from commerce.checkout.service.goods import beyond_what_left, goods_of
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.take_back import put_on_shelves
from commerce.inventory.rows import Units
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.returns.queries import open_claims
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.payments.queries import payments_of


def refund_order(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    order_id: UUID,
    request_id: UUID,
    amount: Money,
    reason: str,
    returned: Sequence[Units] = (),
    given_up: Sequence[GivenUp] = (),
    goods: Mapping[UUID, int] | None = None,
    actor_id: UUID,
    drawer: Drawer | None = None,
    onto: UUID | None = None,
) -> bool:
    """Give `amount` back, from the newest payment on, and take `returned` back into stock.

    What is `given_up` has not left, and is free for others. An order that owes neither goods nor
    money any more is completed.

    `request_id` names the wish: the same one asks once, however often it comes, and False says
    that it had come before. Cards are refunded by the worker; cash is handed back at once, out of
    the `drawer`. With `onto` all of it becomes that store credit of the customer's. The books take
    the amount for the price of the units by variant that `goods` names: by itself what is returned
    and given up.

    Raises:
        NotFoundError: the merchant has no such order.
        OtherCurrencyValueError: the credit is in another currency.
        NothingToRefundError: the amount is zero or less.
        RefundExceedsPaymentError: more than is left of what was captured.
        CashNeedsDrawerError: a part was paid in cash, and no drawer pays it out.
        RestockBeyondSoldError: more units than have left and not come back.
        GiveUpBeyondOwedError: more units than still wait to leave.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    if amount.amount_minor <= 0:
        raise NothingToRefundError
    payments = payments_of(session.connection(), order_id=order_id)
    if not give_back(
        session,
        durable=durable,
        merchant_id=merchant_id,
        payments=payments,
        request_id=request_id,
        amount=amount,
        reason=reason,
        actor_id=actor_id,
        drawer=drawer,
        onto=onto,
        goods=_units(returned, given_up) if goods is None else goods,
    ):
        return False
    take_back(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        returned=tuple(returned),
        reason=reason,
        actor_id=actor_id,
    )
    give_up(session, merchant_id=merchant_id, order=order, given_up=given_up, actor_id=actor_id)
    close_repaid(session, merchant_id=merchant_id, order_id=order_id, actor_id=actor_id)
    return True


def _units(returned: Sequence[Units], given_up: Sequence[GivenUp]) -> Counter[UUID]:
    """Return of which variants how many units are named; none that nobody counted."""
    units = Counter[UUID]()
    for back in returned:
        units[back.variant_id] += back.quantity
    for less in given_up:
        units[less.variant_id] += less.quantity
    return +units


def take_back(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    returned: tuple[Units, ...],
    reason: str,
    actor_id: UUID,
) -> None:
    """Put goods of an order that came back on the shelves that `returned` names.

    A paid order from whose promise they were sold has them again before anybody else. Units that a
    return lays claim to come back with it, and not here.

    Raises:
        RestockBeyondSoldError: more units than have left, have not come back and no return claims.
    """
    if not returned:
        return
    standing = goods_of(session.connection(), order_id=order_id)
    claimed = open_claims(session, order_id=order_id)
    if beyond_what_left(standing, returned, claimed):
        raise RestockBeyondSoldError
    put_on_shelves(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        standing=standing,
        returned=returned,
        reason=reason,
        actor_id=actor_id,
    )
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.RETURNED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        units=sum(units.quantity for units in returned),
        **_where(returned),
    )


def _where(returned: tuple[Units, ...]) -> dict[str, str]:
    """Return the place that everything was put at, if it is one."""
    places = {str(units.location_id) for units in returned}
    return {"location": places.pop()} if len(places) == 1 else {}

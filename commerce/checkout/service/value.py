"""Pay with gift cards and store credit: lay them beside a cart, and spend them when it is ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import FullValueError, ValueChangedError
from commerce.checkout.queries import cart_by_id
from commerce.checkout.rows import CartRow
from commerce.checkout.service.cart import put_value, touch
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.orders.rows import Actor, EventKind, OrderHandle
from commerce.orders.service import tell
from commerce.payments.stored_value.errors import UnknownGiftCardError
from commerce.payments.stored_value.queries import (
    accounts_by_ids,
    card_by_digest,
)
from commerce.payments.stored_value.rows import PLUGIN, ValueAccount
from commerce.payments.stored_value.service import redeem, require_able

MOST_CARDS = 5
"""Of one order: who has more lays the rest together at the desk."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one account pays of an order."""

    account: ValueAccount
    amount: Money


def lay_card(session: Session, *, merchant_id: UUID, cart_id: UUID, digest: bytes) -> CartRow:
    """Lay the card with this digest of its code beside a cart; it pays when the cart is ordered.

    Raises:
        UnknownGiftCardError, GiftCardBlockedError, GiftCardExpiredError, OtherCurrencyValueError,
        ValueShortError: it could not pay anything.
        FullValueError: it would be the sixth.
        CartClosedError: the cart has become an order.
    """
    card = card_by_digest(session, digest=digest)
    if card is None:
        raise UnknownGiftCardError
    return lay_value(session, merchant_id=merchant_id, cart_id=cart_id, account_id=card.id)


def lay_value(session: Session, *, merchant_id: UUID, cart_id: UUID, account_id: UUID) -> CartRow:
    """Lay an account beside a cart; credit counts only where its customer's cart is ordered.

    Raises:
        As `lay_card`.
    """
    cart = touch(session, merchant_id=merchant_id, cart_id=cart_id)
    require_able(session, account_id=account_id, amount=Money(1, cart.currency))
    if account_id in cart.stored_value:
        return cart
    if len(cart.stored_value) >= MOST_CARDS:
        raise FullValueError(most=MOST_CARDS)
    accounts = (*cart.stored_value, account_id)
    return put_value(session, merchant_id=merchant_id, cart_id=cart_id, accounts=accounts)


def lay_again(session: Session, *, merchant_id: UUID, cart_id: UUID, order_id: UUID) -> None:
    """Lay beside a cart what lay beside the one that an order was made of, as far as it has room.

    For the browser that placed the order alone: whoever has no more than the order's link may not
    spend its cards. An account that cannot pay says so where the cart is counted.

    Raises:
        CartClosedError: the cart has become an order.
    """
    cart = touch(session, merchant_id=merchant_id, cart_id=cart_id)
    order = order_by_id(session.connection(), order_id=order_id)
    before = cart_by_id(session.connection(), cart_id=order.source_id) if order else None
    if before is not None and before.stored_value:
        accounts = tuple(dict.fromkeys((*cart.stored_value, *before.stored_value)))[:MOST_CARDS]
        put_value(session, merchant_id=merchant_id, cart_id=cart_id, accounts=accounts)


def take_value_away(
    session: Session, *, merchant_id: UUID, cart_id: UUID, account_id: UUID
) -> CartRow:
    """Take an account away from a cart, if it lies there.

    Raises:
        CartClosedError: the cart has become an order.
    """
    cart = touch(session, merchant_id=merchant_id, cart_id=cart_id)
    left = [each for each in cart.stored_value if each != account_id]
    return put_value(session, merchant_id=merchant_id, cart_id=cart_id, accounts=left)


def shares_of(
    accounts: Sequence[ValueAccount], *, cart: CartRow, total: Money, at: datetime
) -> tuple[Share, ...]:
    """Return what each account would pay of `total`, in the order in which they were laid down.

    An account that pays nothing now is left out, and so is another customer's credit.
    """
    by_id = {each.id: each for each in accounts}
    shares, rest = [], total.amount_minor
    for account_id in cart.stored_value:
        account = by_id.get(account_id)
        if account is None or account.customer_id not in {None, cart.customer_id}:
            continue
        part = min(rest, account.balance_minor)
        if part > 0 and account.pays(currency=total.currency, at=at):
            shares.append(Share(account, Money(part, total.currency)))
            rest -= part
    return tuple(shares)


def pay_with_value(
    session: Session,
    *,
    merchant_id: UUID,
    order: OrderHandle,
    cart: CartRow,
    agreed: Money | None,
    at: datetime,
) -> Money:
    """Spend what lies beside the cart on its order, and return what is still due.

    `agreed` is what the shopper was shown that it pays, where somebody was shown anything.

    Raises:
        ValueChangedError: it pays another amount by now. Nothing may be kept.
        ValueShortError: somebody else spends it in this very moment. Nothing may be kept.
    """
    accounts = accounts_by_ids(session, account_ids=cart.stored_value)
    shares = shares_of(accounts, cart=cart, total=order.total, at=at)
    pays = Money(sum(each.amount.amount_minor for each in shares), order.total.currency)
    if agreed is not None and agreed != pays:
        raise ValueChangedError(agreed=agreed, now=pays)
    if shares:
        redeem(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            parts=[(each.account, each.amount) for each in shares],
        )
        tell(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            kind=EventKind.PAID,
            actor=Actor.SHOPPER,
            amount_minor=pays.amount_minor,
            currency=pays.currency,
            plugin=PLUGIN,
        )
    return order.total - pays

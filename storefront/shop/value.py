"""Gift cards and store credit beside a cart: what each pays, and what is left to be paid otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import Share, shares_of
from commerce.kernel.money import Money
from commerce.payments.rows import PaymentRow, RefundRow
from commerce.payments.stored_value.queries import accounts_behind, accounts_by_ids, credit_of
from commerce.payments.stored_value.rows import ValueAccount, ValueKind
from commerce.web.formats import money
from storefront.shop.codes import ToldCode


@dataclass(frozen=True, slots=True)
class Paying:
    """How an order would be paid: by what lies beside the cart, and by what is still due."""

    laid: tuple[ToldCode, ...]
    shares: tuple[Share, ...]
    offers: tuple[ValueAccount, ...]
    """The shopper's own credit that could pay and does not yet."""
    elsewhere: tuple[ValueAccount, ...]
    """The shopper's own credit in other currencies than the cart's."""
    pays: Money
    due: Money


def paying_of(connection: Connection, *, cart: CartRow, quote: Quote, at: datetime) -> Paying:
    """Return how the cart would be paid; a guest without a card costs nobody a question."""
    laid = accounts_by_ids(connection, account_ids=cart.stored_value)
    own = credit_of(connection, customer_id=cart.customer_id) if cart.customer_id else ()
    shares = shares_of(laid, cart=cart, total=quote.total, at=at)
    pays = Money(sum(each.amount.amount_minor for each in shares), cart.currency)
    mine = [each for each in laid if each.customer_id in {None, cart.customer_id}]
    return Paying(
        laid=tuple(_told(each, shares) for each in mine),
        shares=shares,
        offers=tuple(
            each
            for each in own
            if each.id not in cart.stored_value and each.pays(currency=cart.currency, at=at)
        ),
        elsewhere=tuple(each for each in own if each.balance and each.currency != cart.currency),
        pays=pays,
        due=quote.total - pays,
    )


def laid_beside(connection: Connection, cart: CartRow, quote: Quote, at: datetime) -> Paying | None:
    """Return what lies beside a cart and what it would pay; without any nobody is asked."""
    if not cart.stored_value:
        return None
    return paying_of(connection, cart=cart, quote=quote, at=at)


def value_name(kind: ValueKind, last_four: str) -> str:
    """Return what an account is called: a card by the end of its code."""
    if kind is ValueKind.STORE_CREDIT:
        return str(_("Store credit"))
    return str(_("Gift card ···· %(last_four)s", last_four=last_four))


def value_names(
    connection: Connection, payments: Sequence[PaymentRow], refunds: Sequence[RefundRow]
) -> Mapping[UUID, str]:
    """Return which gift card or credit paid, by the payment's id, or has money back, by the refund's."""
    behind = accounts_behind(connection, payments=payments, refunds=refunds)
    given_back = {each.id for each in refunds}
    return {
        about: _has_again(account)
        if about in given_back
        else value_name(account.kind, account.last_four)
        for about, account in behind.items()
    }


def _has_again(account: ValueAccount) -> str:
    if account.kind is ValueKind.STORE_CREDIT:
        return str(_("Refund to store credit"))
    return str(_("Refund to gift card ···· %(last_four)s", last_four=account.last_four))


def _told(account: ValueAccount, shares: tuple[Share, ...]) -> ToldCode:
    name = value_name(account.kind, account.last_four)
    share = next((each for each in shares if each.account.id == account.id), None)
    if share is None:
        empty = not account.balance
        words = _("Nothing is left on it.") if empty else _("It pays nothing of this order.")
        return ToldCode(name, str(words), counts=False, key=str(account.id))
    words = _(
        "Pays %(amount)s; %(left)s stays on it.",
        amount=money(share.amount),
        left=money(account.balance - share.amount),
    )
    return ToldCode(name, str(words), counts=True, key=str(account.id))

"""Which drawer pays out cash that goes back: an open register's now, or a store's till later."""

from commerce.kernel.money import Money
from commerce.payments.queries import refunds_of
from commerce.payments.rows import Tender
from commerce.registers.service import OpenDrawer, StoreTill
from commerce.web.formats import money
from commerce.web.identity import current_merchant, current_scope
from commerce.web.services import services
from storefront.backoffice.desk import actor
from storefront.backoffice.forms import typed_id
from storefront.backoffice.orders.file import OrderFile
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language

_STORE = "store:"


def ways_to_pay_out(file: OrderFile) -> list[tuple[str, str]]:
    """Return where cash could come from; which one it is, somebody has to say."""
    now = [
        (
            str(each.register_id),
            _(
                "%(store)s · %(register)s, now",
                store=in_language(each.store, each.store_zh),
                register=in_language(each.register, each.register_zh),
            ),
        )
        for each in file.drawers
    ]
    later = [
        (f"{_STORE}{place}", _("At a till of %(store)s, later", store=file.names[place]))
        for place in file.till_places
    ]
    return [("", _("Choose who pays it out")), *now, *later]


def is_later(value: str | None) -> bool:
    """Return whether a till of a store was chosen, which pays when the customer comes."""
    return (value or "").startswith(_STORE)


def to_hand_over(before: OrderFile, value: str | None) -> str:
    """Return what somebody has to hand over now out of the drawer that was chosen, or nothing.

    `before` is the order as it was before the money was given back.
    """
    register_id = typed_id(value or "")
    if register_id is None:
        return ""
    with services().database.reading(current_scope()) as connection:
        refunds = refunds_of(connection, order_id=before.order.id)
    known = {each.id for each in before.refunds}
    cash = {each.id for each in before.payments if each.tender is Tender.CASH}
    handed = sum(
        each.amount_minor + each.rounding_minor
        for each in refunds
        if each.id not in known and each.payment_id in cash
    )
    names = {
        each.register_id: in_language(each.register, each.register_zh) for each in before.drawers
    }
    if not handed:
        return ""
    return _(
        "Take %(amount)s out of the drawer of %(register)s now and hand it over.",
        amount=money(Money(handed, before.order.currency)),
        register=names.get(register_id, ""),
    )


def chosen_drawer(value: str | None, reason: str) -> OpenDrawer | StoreTill | None:
    """Return the drawer that was chosen to pay out what was paid in cash."""
    told = value or ""
    if is_later(told):
        place = typed_id(told.removeprefix(_STORE))
        return StoreTill(current_merchant().id, place, actor()) if place else None
    register_id = typed_id(told)
    return OpenDrawer(current_merchant().id, register_id, reason, actor()) if register_id else None

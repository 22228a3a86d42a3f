"""Which drawer pays out cash that goes back: an open register's now, or a store's till later."""

from commerce.registers.service import OpenDrawer, StoreTill
from commerce.web.identity import current_merchant
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


def chosen_drawer(value: str | None, reason: str) -> OpenDrawer | StoreTill | None:
    """Return the drawer that was chosen to pay out what was paid in cash."""
    told = value or ""
    if is_later(told):
        place = typed_id(told.removeprefix(_STORE))
        return StoreTill(current_merchant().id, place, actor()) if place else None
    register_id = typed_id(told)
    return OpenDrawer(current_merchant().id, register_id, reason, actor()) if register_id else None

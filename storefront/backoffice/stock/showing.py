"""One level: its figures, its ledger, and the forms that correct it."""

from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField

from commerce.inventory.rows import MovementKind
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, draw, link
from storefront.backoffice.forms import (
    DeskForm,
    IntegerField,
    RadioField,
    needed,
    some_text,
    typed_id,
    within,
)
from storefront.backoffice.once import FIELD, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stock.file import read_level

_MOST_UNITS = 1_000_000
_FOUND, _MISSING = "found", "missing"


class AdjustForm(DeskForm):
    """What happened to how many units, and why; what happened says whether they are more or fewer."""

    wish = HiddenField()
    kind = RadioField(
        lazy_gettext("What happened"),
        [needed(lazy_gettext("Choose what happened."))],
        choices=[
            (MovementKind.RECEIVED.value, lazy_gettext("Goods arrived")),
            (MovementKind.DAMAGED.value, lazy_gettext("Damaged or lost")),
            (_FOUND, lazy_gettext("More there than on the books")),
            (_MISSING, lazy_gettext("Fewer there than on the books")),
        ],
    )
    units = IntegerField(
        lazy_gettext("Units"),
        [
            needed(lazy_gettext("Say how many units.")),
            within(1, _MOST_UNITS),
        ],
    )
    reason = StringField(lazy_gettext("Reason"), some_text(200))

    @property
    def change(self) -> int:
        """What is added to the units on hand."""
        fewer = self.kind.data in {MovementKind.DAMAGED.value, _MISSING}
        units = int(self.units.data)
        return -units if fewer else units

    @property
    def movement(self) -> MovementKind:
        """What the ledger calls it."""
        if self.kind.data in {_FOUND, _MISSING}:
            return MovementKind.ADJUSTED
        return MovementKind(self.kind.data)


class CountForm(DeskForm):
    """What was counted on the shelf."""

    wish = HiddenField()
    counted = IntegerField(
        lazy_gettext("Counted on the shelf"),
        [needed(lazy_gettext("Say how many units you counted.")), within(0, _MOST_UNITS)],
    )
    why = StringField(lazy_gettext("Occasion"), some_text(200))


class SafetyForm(DeskForm):
    """What is kept back from the web."""

    safety = IntegerField(
        lazy_gettext("Kept back from the web"),
        [needed(lazy_gettext("Give a number, 0 for none.")), within(0, _MOST_UNITS)],
    )


@needs(Permission.VIEW_STOCK)
def level(variant_id: UUID, location_id: UUID) -> Response:
    """Show one level: its figures, its ledger, and the ways to correct it."""
    return level_page(variant_id, location_id)


def level_page(variant_id: UUID, location_id: UUID, **forms: DeskForm) -> Response:
    """Draw one level; `forms` holds, by name, the one that was sent and refused."""
    with services().database.reading(current_scope()) as connection:
        file = read_level(
            connection,
            variant_id=variant_id,
            location_id=location_id,
            before=typed_id(request.args.get("before")),
        )
    here = {"variant_id": variant_id, "location_id": location_id}
    return draw(
        "stock/level.html",
        title=file.variant.product_name,
        room="stock",
        trail=(Crumb(_("Stock"), link("stock")),),
        status=422 if forms else 200,
        file=file,
        adjust=forms.get("adjust") or AdjustForm(),
        count=forms.get("count") or CountForm(),
        safety=forms.get("safety") or SafetyForm(safety=file.level.safety),
        faults=[fault for form in forms.values() for fault in form.faults],
        wish=named_wish(),
        wish_field=FIELD,
        next_url=link("level", **here, before=file.older) if file.older else "",
    )

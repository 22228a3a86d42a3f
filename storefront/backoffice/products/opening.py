"""What a new product begins with: so many units at each place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from commerce.catalogue.records import ProductSheet
from commerce.inventory.rows import LocationRow, Units
from commerce.inventory.service import open_stock
from commerce.web.identity import current_merchant
from storefront.backoffice.desk import actor
from storefront.backoffice.forms import Fault
from storefront.backoffice.speech import gettext as _

_MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class OpeningField:
    """A place that holds stock, with what was typed for it."""

    place: LocationRow
    typed: str

    @property
    def name(self) -> str:
        """What the field is called."""
        return f"opening-{self.place.id}"

    @property
    def units(self) -> int | None:
        """The units that were typed; None for what is no number of units."""
        bare = self.typed.strip() or "0"
        if not (bare.isascii() and bare.isdigit()) or int(bare) > _MOST_UNITS:
            return None
        return int(bare)


def opening_fields(
    places: Sequence[LocationRow], typed: MultiDict[str, str] | None
) -> tuple[OpeningField, ...]:
    """Return a field for each place that goods can lie at."""
    given = typed or MultiDict()
    return tuple(OpeningField(each, given.get(f"opening-{each.id}", "")) for each in places)


def opening_faults(fields: Iterable[OpeningField]) -> list[Fault]:
    """Return what is wrong with the units that were typed."""
    told = _("Give a whole number of units, or leave it empty.")
    return [{"field": each.name, "message": told} for each in fields if each.units is None]


def book_opening(session: Session, fields: Iterable[OpeningField], sheet: ProductSheet) -> None:
    """Put the units of every field on the shelf, for each variant whose stock is counted."""
    lines = [
        Units(variant.id, each.place.id, each.units)
        for each in fields
        for variant in sheet.variants
        if each.units and variant.stock_tracked
    ]
    open_stock(
        session,
        merchant_id=current_merchant().id,
        lines=lines,
        reason=_("New product"),
        actor_id=actor(),
    )

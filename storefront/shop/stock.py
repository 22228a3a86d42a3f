"""How much of a variant there is, and in which stores, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from commerce.catalogue.records import ShownVariant
from commerce.inventory.rows import LevelRow
from storefront.shop.visit import Visit

_FEW = 5
_MOST_AT_ONCE = 99


@dataclass(frozen=True, slots=True)
class StoreStock:
    """What lies in one store."""

    name: str
    url: str
    there: bool
    words: str


@dataclass(frozen=True, slots=True)
class StockView:
    """What can be bought, and where it can be touched; `most` is None when stock does not count."""

    most: int | None
    words: str
    stores: tuple[StoreStock, ...]
    pickup: frozenset[UUID]
    """Stores that have one to hand over."""

    @property
    def buyable(self) -> bool:
        """Whether one can be bought now."""
        return self.most is None or self.most > 0

    @property
    def most_at_once(self) -> int:
        """The largest number that the quantity field takes."""
        return _MOST_AT_ONCE if self.most is None else min(self.most, _MOST_AT_ONCE)


def stock_view(visit: Visit, variant: ShownVariant, levels: Sequence[LevelRow]) -> StockView:
    """Return what to say about the stock of one variant."""
    counted = variant.stock_tracked and not variant.sell_when_out
    left = sum(level.available for level in levels if level.location_id in visit.facts.local_places)
    by_place = {level.location_id: level for level in levels}
    return StockView(
        most=left if counted else None,
        words=_words(left) if counted else "",
        stores=tuple(
            StoreStock(
                name=store.name,
                url=visit.path("stores", store.code),
                there=store.id in by_place and by_place[store.id].available > 0,
                words=_in_store(by_place.get(store.id)),
            )
            for store in visit.facts.stores
            if variant.stock_tracked
        ),
        pickup=frozenset(place for place, level in by_place.items() if level.available > 0),
    )


def _words(left: int) -> str:
    if left <= 0:
        return str(_("Sold out for now"))
    if left <= _FEW:
        return str(ngettext("Only %(num)d left", "Only %(num)d left", left))
    return str(_("In stock"))


def _in_store(level: LevelRow | None) -> str:
    if level is None or level.available <= 0:
        return str(_("not there at the moment"))
    if level.available <= _FEW:
        return str(ngettext("%(num)d in stock", "%(num)d in stock", level.available))
    return str(_("in stock"))

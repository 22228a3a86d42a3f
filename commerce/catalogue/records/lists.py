"""Lists of products with their filters."""

from dataclasses import dataclass
from uuid import UUID

from commerce.catalogue.records.pictures import Picture
from commerce.catalogue.records.sheets import Kind, Status


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a list."""

    id: UUID
    handle: str
    name: str
    subtitle: str
    kind: Kind
    status: Status
    vendor: str
    picture: Picture | None
    variant_count: int
    default_variant_id: UUID | None
    rank_price_minor: int | None


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of a list; `next_cursor` is opaque and None on the last page."""

    cards: tuple[Card, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a filter; `count` is what would be listed were it chosen as well."""

    key: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with its values.

    `group` is `category`, `vendor`, `price`, `tag`, `tag:<name>` or `option:<key>`; `label` is empty
    where the page has a word of its own (category, vendor, price, tag).
    """

    group: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class FacetTable:
    """All filters of a list, and how many products it holds."""

    total: int
    facets: tuple[Facet, ...]

"""A product's page in one language, and its variants as they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.catalogue.records.categories import CategoryName
from commerce.catalogue.records.pictures import Picture
from commerce.catalogue.records.sheets import Kind, Status, Words


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One choice in the page's language."""

    key: str
    name: str
    swatch: str | None


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option in the page's language."""

    key: str
    name: str
    values: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class ShownVariant:
    """A variant as a page or the till shows it; `title` joins its choices ("Red / Large")."""

    id: UUID
    product_id: UUID
    sku: str
    gtin: str | None
    title: str
    choice: tuple[str, ...]
    weight_grams: int
    origin_country: str | None
    requires_shipping: bool
    stock_tracked: bool
    sell_when_out: bool


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything that a product's page says, in one language; never blank where another speaks."""

    id: UUID
    handle: str
    kind: Kind
    status: Status
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    tax_class: str
    published_at: datetime | None
    changed_at: datetime
    words: Words
    other_words: Mapping[str, Words]
    """The same facts in the other languages they were written in."""
    trail: tuple[CategoryName, ...]
    """From the top of the tree down to the product's home."""
    options: tuple[ShownOption, ...]
    variants: tuple[ShownVariant, ...]
    pictures: tuple[Picture, ...]

"""What the catalogue takes in and gives out: frozen shapes, no tables.

Units: weights in grams, prices in minor units of the merchant's own currency, times in UTC.
Locales are two letters (`en`, `zh`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from commerce.kernel.ids import new_id

Kind = Literal["physical", "service"]
Status = Literal["draft", "active", "archived"]
Names = Mapping[str, str]
"""One name per locale; at least one, none blank."""

KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said about a product in one language."""

    name: str
    subtitle: str = ""
    story_html: str = ""
    specification: tuple[tuple[str, str], ...] = ()
    materials: str = ""
    origin: str = ""
    care: str = ""
    seo_title: str = ""
    seo_description: str = ""


@dataclass(frozen=True, slots=True)
class OptionValue:
    """One choice; `key` is the same in every language."""

    key: str
    names: Names
    swatch: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A way in which variants differ, with its choices in order."""

    key: str
    names: Names
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSheet:
    """The whole of one variant. `choice` holds one value key per option, in the options' order."""

    sku: str
    choice: tuple[str, ...] = ()
    gtin: str | None = None
    weight_grams: int = 0
    origin_country: str | None = None
    requires_shipping: bool = True
    stock_tracked: bool = True
    sell_when_out: bool = False
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSheet:
    """The whole of one product as it is edited, imported and exported; pictures come separately.

    To change a product, take its sheet, `dataclasses.replace` what differs, and put it back. The
    order of `variants` is their order on the page; a variant that is missing is retired.
    """

    handle: str
    words: Mapping[str, Words]
    variants: tuple[VariantSheet, ...]
    kind: Kind = "physical"
    status: Status = "draft"
    vendor: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    tax_class: str = "standard"
    options: tuple[Option, ...] = ()
    categories: tuple[str, ...] = ()
    """Paths of categories; the first is the product's home."""
    commodity_code: str | None = None
    """The product's code for every destination (HS); others by `classify`."""
    customs_names: Names = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Derivative:
    """A smaller copy of a picture."""

    width: int
    height: int
    name: str
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as pages need it: `name` is its file below `media/<merchant>/`."""

    id: UUID
    name: str
    width: int
    height: int
    alt: str
    variant_id: UUID | None
    kind: Literal["image", "drawing"]
    state: Literal["pending", "ready", "refused"]
    derivatives: tuple[Derivative, ...]
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class MediaRoom:
    """The pictures that a merchant keeps with their smaller copies, and the most it may keep."""

    files: int
    bytes: int
    most_files: int
    most_bytes: int


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category as it is linked: its path and its name in the page's language."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Category:
    """One branch of the tree with its branches."""

    id: UUID
    path: str
    name: str
    about: str
    product_count: int
    """Active products in it and below it."""
    children: tuple["Category", ...]


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A category as its merchant edits it, in every language."""

    id: UUID
    path: str
    position: int
    names: Mapping[str, str]
    abouts: Mapping[str, str]
    product_count: int
    """Products of any state that stand in it, not counting those below it."""
    only_here: int
    """Those of them that stand in no other category."""

    @property
    def slug(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The path of the category above it; nothing at the top."""
        return self.path.rpartition("/")[0]

    @property
    def depth(self) -> int:
        """How many categories stand above it."""
        return self.path.count("/")


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


@dataclass(frozen=True, slots=True)
class SoldVariant:
    """A variant with its product, as carts, orders and the till need it."""

    id: UUID
    product_id: UUID
    handle: str
    product_name: str
    title: str
    kind: Kind
    product_status: Status
    retired: bool
    sku: str
    gtin: str | None
    tax_class: str
    weight_grams: int
    origin_country: str | None
    requires_shipping: bool
    stock_tracked: bool
    sell_when_out: bool
    picture: Picture | None

    @property
    def sellable(self) -> bool:
        """Whether a shopper may still buy it."""
        return self.product_status == "active" and not self.retired

    @property
    def counted(self) -> bool:
        """Whether it can run out: stock is tracked, and nothing is sold beyond it."""
        return self.stock_tracked and not self.sell_when_out


@dataclass(frozen=True, slots=True)
class TariffCode:
    """A classification as it was written down."""

    variant_id: UUID | None
    destination: str
    code: str
    unsure: bool
    source: str

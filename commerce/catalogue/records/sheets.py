"""What the catalogue takes in: the whole of a product, as it is edited, imported and exported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

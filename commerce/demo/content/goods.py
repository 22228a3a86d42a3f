"""The shapes of what the demo merchants sell.

Money in minor units, weights in grams.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from commerce.demo.content.words import Bilingual, Words

Currency = Literal["CNY", "USD", "EUR"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsCodes:
    """Classify one product for each destination the park ships to.

    `hs6` is the international sub-heading; the national codes extend it. A national code named
    in `unsure` is a plausible reading that a broker has not confirmed.
    """

    en: str
    zh: str
    hs6: str
    cn10: str | None = None
    eu8: str | None = None
    us10: str | None = None
    unsure: tuple[Literal["cn10", "eu8", "us10"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionValue:
    """Offer one value of an option; `tone` recolours the drawing."""

    handle: str
    en: str
    zh: str
    tone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Name a way in which the variants of one product differ."""

    handle: str
    en: str
    zh: str
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Describe one sellable unit.

    `choice` names one value per option, in the order of the options. `prices` are minor units per
    currency: CNY includes VAT, USD and EUR are net export prices. `stock` is the opening count
    per location handle. Services carry no GTIN, weight or stock.
    """

    sku: str
    prices: Mapping[Currency, int]
    gtin: str | None = None
    grams: int = 0
    choice: tuple[str, ...] = ()
    stock: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Describe one product of one merchant, with everything a listing and a declaration need.

    `motif`, `tone` and `setting` name its drawing; `tax` is a class of the tax rate rows; `tags` are `facet:value` pairs of facets.toml.
    """

    handle: str
    kind: Literal["goods", "service"] = "goods"
    category: str
    motif: str
    tone: str
    setting: str
    origin_country: str
    tax: str = "standard"
    tags: tuple[str, ...]
    en: Words
    zh: Words
    customs: CustomsCodes | None = None
    option: tuple[Option, ...] = ()
    variant: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Place products in a tree; `handle` is a path, its parent is the path without the last part."""

    handle: str
    en: str
    zh: str
    about: Bilingual

    @property
    def parent(self) -> str | None:
        """Handle of the category above, or None at the top."""
        return self.handle.rpartition("/")[0] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """Label one value of a facet in both languages."""

    handle: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Label one facet and its values; a product tag is `facet:value`."""

    handle: str
    en: str
    zh: str
    values: tuple[FacetValue, ...]

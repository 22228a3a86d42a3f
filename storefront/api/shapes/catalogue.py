"""Shapes of what shoppers browse."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from storefront.api.fields import (
    Asked,
    Country,
    Currency,
    Handle,
    Limit,
    OptionalPhrase,
    Place,
    Search,
    Shape,
)
from storefront.api.shapes.common import AmountShape, PictureShape

Filter = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^(category|vendor|price|tag|tag:[^=&\x00-\x1f]{1,80}|option:[^=&\x00-\x1f]{1,80})"
        r"=[^\x00-\x1f\x7f]{1,120}$",
        description="`group=value` as the filters list them; a price is `low-high` in minor units.",
    ),
]


class HandlePlace(Place):
    """A product by its name in addresses."""

    handle: Handle


class CountryPlace(Place):
    """A country."""

    country: Country


class Listed(Search):
    """Which products are wanted."""

    category: OptionalPhrase | None = Field(
        default=None, description="Path of a category; everything below it is included."
    )
    filter: list[Filter] = Field(default=[], max_length=40)


class ProductsAsked(Listed):
    """Which products are wanted, in which order, and how many at once."""

    currency: Currency | None = Field(default=None, description="The merchant's own by default.")
    sort: Literal["best", "newest", "price-up", "price-down"] = "best"
    limit: Limit = 24
    after: OptionalPhrase | None = Field(default=None, description="`next` of the page before.")


class ProductAsked(Asked):
    """In which currency."""

    currency: Currency | None = Field(default=None, description="The merchant's own by default.")


class AddressFormAsked(Asked):
    """For which region and city the lists below are wanted."""

    region: OptionalPhrase = ""
    city: OptionalPhrase = ""


class PolicyShape(Shape):
    """What the shop states about one thing."""

    kind: Literal["terms", "privacy", "returns", "delivery", "imprint", "contact"]
    title: str
    url: str = Field(description="The page in the shop.")
    text: str = Field(
        description="Plain text: `# ` begins a heading, `- ` an item, an empty line a paragraph."
    )
    version: int
    published_at: datetime = Field(description="Since when it holds.")


class PoliciesShape(Shape):
    """What the shop states now."""

    items: list[PolicyShape]


class CategoryShape(Shape):
    """A branch of the category tree."""

    path: str
    name: str
    about: str
    product_count: int
    children: list["CategoryShape"]


class CategoriesShape(Shape):
    """The category tree, from its top branches down."""

    items: list[CategoryShape]


class CardShape(Shape):
    """A product in a list; without a price it is not sold in the currency asked for."""

    id: UUID
    handle: str
    url: str
    name: str
    subtitle: str
    kind: Literal["physical", "service"]
    vendor: str
    picture: PictureShape | None
    variant_count: int
    price: AmountShape | None
    price_from: bool = Field(description="Whether other variants cost more.")
    compare_at: AmountShape | None
    includes_tax: bool | None
    available: int | None = Field(description="Units to be had online; null when not counted.")


class CardsShape(Shape):
    """One page of products."""

    items: list[CardShape]
    next: str | None


class FilterValueShape(Shape):
    """One value of a filter, with the number of products if it were chosen as well."""

    value: str
    label: str
    count: int
    chosen: bool


class FilterShape(Shape):
    """A filter."""

    group: str
    label: str
    values: list[FilterValueShape]


class FiltersShape(Shape):
    """The filters of a list and how many products it holds."""

    total: int
    filters: list[FilterShape]


class ChoiceShape(Shape):
    """One choice of an option."""

    key: str
    name: str
    swatch: str | None


class OptionShape(Shape):
    """A way in which variants differ."""

    key: str
    name: str
    values: list[ChoiceShape]


class VariantShape(Shape):
    """What is put into a cart; without a price it is not sold in the currency asked for."""

    id: UUID
    sku: str
    gtin: str | None
    title: str
    choice: list[str]
    weight_grams: int
    origin_country: str | None
    requires_shipping: bool
    price: AmountShape | None
    compare_at: AmountShape | None
    includes_tax: bool | None
    available: int | None = Field(description="Units to be had online; null when not counted.")


class CategoryLinkShape(Shape):
    """A category by path and name."""

    path: str
    name: str


class FactShape(Shape):
    """A line of the specification."""

    label: str
    value: str


class ProductShape(Shape):
    """Everything about a product."""

    id: UUID
    handle: str
    url: str
    kind: Literal["physical", "service"]
    vendor: str
    product_type: str
    tags: list[str]
    name: str
    subtitle: str
    story_html: str
    specification: list[FactShape]
    materials: str
    origin: str
    care: str
    trail: list[CategoryLinkShape]
    options: list[OptionShape]
    variants: list[VariantShape]
    pictures: list[PictureShape]


class PaymentMethodShape(Shape):
    """A way to pay."""

    id: str
    name: str = Field(description="For shoppers, in the language asked for.")
    test: bool = Field(description="Whether no real money moves.")


class PaymentMethodsShape(Shape):
    """The ways to pay, in the order in which they are offered."""

    items: list[PaymentMethodShape]


class AddressFieldShape(Shape):
    """One field of an address form."""

    name: str
    label: str
    required: bool
    example: str
    choices: list["AddressChoiceShape"]


class AddressChoiceShape(Shape):
    """One value of a field that is chosen from a list."""

    key: str
    name: str


class AddressFormShape(Shape):
    """The fields of a country's addresses, in the order in which people there write them."""

    country: str
    fields: list[AddressFieldShape]

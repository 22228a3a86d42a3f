"""Shapes of whole products, as a merchant's programs write and read them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from flask_openapi3.models.file import FileStorage
from pydantic import Field, JsonValue, field_validator
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import FileStorage as Upload

from storefront.api.fields import (
    MOST_MINOR,
    Country,
    Currency,
    OptionalPhrase,
    Phrase,
    Shape,
    Sku,
    Wish,
)
from storefront.api.shapes.common import AmountShape
from storefront.api.shapes.levels import GoodsWish

MOST_VARIANTS = 2000
Status = Literal["draft", "active", "archived"]
Kind = Literal["physical", "service"]

Locale = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Story = Annotated[str, Field(max_length=100_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Digits = Annotated[str, Field(pattern=r"^[0-9]{6,13}$", description="A tariff code: digits only.")]
OptionKey = Annotated[Phrase, Field(max_length=100)]
CategoryPath = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f\x7f]+$")]
Named = dict[Locale, Phrase]


class SpecificationWish(Wish):
    """One line of the specification."""

    label: Phrase
    value: OptionalPhrase


class WordsWish(Wish):
    """What is said about a product in one language; stories are HTML and cleaned."""

    name: Phrase
    subtitle: Story = ""
    story_html: Story = ""
    specification: Annotated[list[SpecificationWish], Field(max_length=100)] = Field(default=[])
    materials: Story = ""
    origin: Story = ""
    care: Story = ""
    seo_title: Story = ""
    seo_description: Story = ""


class OptionValueWish(Wish):
    """One choice; `key` is the same in every language."""

    key: OptionKey
    names: Named
    swatch: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None


class OptionWish(Wish):
    """A way in which variants differ, with its choices in order."""

    key: OptionKey
    names: Named
    values: Annotated[list[OptionValueWish], Field(min_length=1, max_length=500)]


class TariffCodeWish(Wish):
    """A tariff code for one country of destination, and who found it."""

    destination: Country
    code: Digits
    source: OptionalPhrase = ""
    unsure: bool = Field(default=False, description="A reading that no broker has confirmed.")


TariffCodes = Annotated[
    list[TariffCodeWish], Field(max_length=300, description="For single countries, each once.")
]


_AS_READ = "Read-only: may be sent back as it was read; anything else is refused."
_READ_ONLY: dict[str, JsonValue] = {"readOnly": True}


class VariantWish(Wish):
    """The whole of one variant."""

    id: UUID | None = Field(
        default=None, description="Keeps a variant under another SKU; by default the SKU names it."
    )
    sku: Sku
    gtin: Annotated[str, Field(pattern=r"^[0-9]{8,14}$")] | None = None
    choice: Annotated[list[OptionKey], Field(max_length=20)] = Field(
        default=[], description="One value key per option, in the options' order."
    )
    weight_grams: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    origin_country: Country | None = None
    requires_shipping: bool = True
    stock_tracked: bool = True
    sell_when_out: bool = False
    tariff_codes: TariffCodes = Field(default=[])
    prices: list[JsonValue] | None = Field(
        default=None, description=_AS_READ, json_schema_extra=_READ_ONLY
    )


class ProductWish(Wish):
    """The whole of a product but its prices and pictures: what is left out is gone afterwards."""

    id: UUID | None = Field(default=None, description=_AS_READ, json_schema_extra=_READ_ONLY)
    handle: str | None = Field(default=None, description=_AS_READ, json_schema_extra=_READ_ONLY)
    url: str | None = Field(default=None, description=_AS_READ, json_schema_extra=_READ_ONLY)
    status: Status = "draft"
    kind: Kind = "physical"
    vendor: OptionalPhrase = ""
    product_type: OptionalPhrase = ""
    tags: Annotated[list[Phrase], Field(max_length=250)] = Field(default=[])
    tax_class: Phrase = "standard"
    categories: Annotated[list[CategoryPath], Field(max_length=50)] = Field(
        default=[], description="Paths; the first is the product's home."
    )
    commodity_code: Digits | None = Field(default=None, description="For every other country.")
    tariff_codes: TariffCodes = Field(default=[])
    customs_names: Named = Field(default={}, description="What customs calls it, per language.")
    words: Annotated[dict[Locale, WordsWish], Field(min_length=1, max_length=20)]
    options: Annotated[list[OptionWish], Field(max_length=20)] = Field(default=[])
    variants: Annotated[list[VariantWish], Field(min_length=1, max_length=MOST_VARIANTS)]


class PriceAmountWish(Wish):
    """An amount of money, or nothing of it."""

    amount_minor: Annotated[int, Field(ge=0, le=MOST_MINOR)] = Field(
        description="Whole minor units of the currency (fen, cents)."
    )
    currency: Currency


class PriceWish(GoodsWish):
    """What one unit of a variant costs."""

    amount: PriceAmountWish
    compare_at: PriceAmountWish | None = Field(default=None, description="A former, higher price.")


class PricesWish(Wish):
    """A product's prices in one list: a variant that is left out has none there afterwards."""

    price_list: Phrase = Field(default="base", description="The list's code.")
    prices: Annotated[list[PriceWish], Field(max_length=MOST_VARIANTS)]


class PictureWish(Wish):
    """One picture, and what it shows."""

    picture: FileStorage = Field(description="JPEG, PNG, WebP, AVIF or GIF.")
    alt_en: OptionalPhrase = ""
    alt_zh: OptionalPhrase = ""
    sku: Sku | None = Field(default=None, description="Shows it first when this one is chosen.")

    @field_validator("picture")
    @classmethod
    def _is_file(cls, given: object) -> object:
        if not isinstance(given, Upload):
            raise PydanticCustomError("file_type", "Send a file.")
        return given


class SpecificationShape(Shape):
    """One line of the specification."""

    label: str
    value: str


class WordsShape(Shape):
    """What is said about a product in one language."""

    name: str
    subtitle: str
    story_html: str
    specification: list[SpecificationShape]
    materials: str
    origin: str
    care: str
    seo_title: str
    seo_description: str


class MerchantOptionValueShape(Shape):
    """One choice of an option."""

    key: str
    names: dict[str, str]
    swatch: str | None


class MerchantOptionShape(Shape):
    """A way in which variants differ."""

    key: str
    names: dict[str, str]
    values: list[MerchantOptionValueShape]


class TariffCodeShape(Shape):
    """A tariff code for one country of destination (`*` for every one)."""

    destination: str
    code: str
    source: str
    unsure: bool


class ListedPriceShape(Shape):
    """A price as it stands in one list."""

    price_list_id: UUID
    amount: AmountShape
    compare_at: AmountShape | None
    derived: bool


class MerchantVariantShape(Shape):
    """A variant with its prices in every list."""

    id: UUID
    sku: str
    gtin: str | None
    choice: list[str]
    weight_grams: int
    origin_country: str | None
    requires_shipping: bool
    stock_tracked: bool
    sell_when_out: bool
    tariff_codes: list[TariffCodeShape]
    prices: list[ListedPriceShape]


class MerchantProductShape(Shape):
    """The whole of a product as it is edited."""

    id: UUID
    handle: str
    url: str
    status: Status
    kind: Kind
    vendor: str
    product_type: str
    tags: list[str]
    tax_class: str
    categories: list[str]
    commodity_code: str | None
    tariff_codes: list[TariffCodeShape]
    customs_names: dict[str, str]
    words: dict[str, WordsShape]
    options: list[MerchantOptionShape]
    variants: list[MerchantVariantShape]


class MerchantProductsShape(Shape):
    """One page of products, the last changed first."""

    items: list[MerchantProductShape]
    next: str | None


class MerchantPriceListShape(Shape):
    """A price list; `derived_from` is the list whose prices it converts."""

    id: UUID
    code: str
    name: str
    currency: str
    channel: str | None
    is_base: bool
    includes_tax: bool
    valid_from: datetime
    valid_to: datetime | None
    derived_from: UUID | None


class PriceListsShape(Shape):
    """The price lists, the base list first."""

    items: list[MerchantPriceListShape]


class AddedPictureShape(Shape):
    """A picture that was added behind the others of its product."""

    id: UUID
    url: str
    width: int
    height: int

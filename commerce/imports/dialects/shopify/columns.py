"""What the columns of Shopify's two dialects are called."""

from dataclasses import dataclass, fields
from decimal import Decimal

NO_OPTION, NO_VALUE = "Title", "Default Title"
"""What stands where a product has no options."""

MOST_OPTIONS = 3


WEIGHT, WEIGHT_UNIT = "Variant Weight", "Variant Weight Unit"
"""How other programs that write Shopify's files give a weight, in place of the column of grams."""

GRAMS_OF_UNIT = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are called."""

    handle: str
    title: str
    body: str
    vendor: str
    category: str
    type: str
    tags: str
    published: str
    status: str
    sku: str
    barcode: str
    grams: str
    tracker: str
    quantity: str
    policy: str
    price: str
    compare_at: str
    requires_shipping: str
    taxable: str
    image: str
    image_position: str
    image_alt: str
    variant_image: str
    gift_card: str
    seo_title: str
    seo_description: str
    option_name: str
    option_value: str

    def option(self, number: int) -> tuple[str, str]:
        """Return the columns of the option's name and value; options count from 1."""
        return self.option_name % number, self.option_value % number

    def all(self) -> list[str]:
        """Return every column, in the order in which they are written."""
        plain = [getattr(self, field.name) for field in fields(self)]
        options = [name for at in range(1, MOST_OPTIONS + 1) for name in self.option(at)]
        return [*(name for name in plain if "%" not in name), *options]


TODAY = Columns(
    title="Title",
    handle="URL handle",
    body="Description",
    vendor="Vendor",
    category="Product category",
    type="Type",
    tags="Tags",
    published="Published on online store",
    status="Status",
    sku="SKU",
    barcode="Barcode",
    option_name="Option%s name",
    option_value="Option%s value",
    price="Price",
    compare_at="Compare-at price",
    taxable="Charge tax",
    tracker="Inventory tracker",
    quantity="Inventory quantity",
    policy="Continue selling when out of stock",
    grams="Weight value (grams)",
    requires_shipping="Requires shipping",
    image="Product image URL",
    image_position="Image position",
    image_alt="Image alt text",
    variant_image="Variant image URL",
    gift_card="Gift card",
    seo_title="SEO title",
    seo_description="SEO description",
)

LEGACY = Columns(
    handle="Handle",
    title="Title",
    body="Body (HTML)",
    vendor="Vendor",
    category="Product Category",
    type="Type",
    tags="Tags",
    published="Published",
    option_name="Option%s Name",
    option_value="Option%s Value",
    sku="Variant SKU",
    grams="Variant Grams",
    tracker="Variant Inventory Tracker",
    quantity="Variant Inventory Qty",
    policy="Variant Inventory Policy",
    price="Variant Price",
    compare_at="Variant Compare At Price",
    requires_shipping="Variant Requires Shipping",
    taxable="Variant Taxable",
    barcode="Variant Barcode",
    image="Image Src",
    image_position="Image Position",
    image_alt="Image Alt Text",
    variant_image="Variant Image",
    gift_card="Gift Card",
    seo_title="SEO Title",
    seo_description="SEO Description",
    status="Status",
)
"""Of exports that older shops made, and still make."""

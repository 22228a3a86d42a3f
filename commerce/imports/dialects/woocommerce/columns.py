"""What the columns of WooCommerce's file are called."""

import re
from collections.abc import Mapping
from decimal import Decimal

COLUMNS = (
    "Type",
    "SKU",
    "GTIN, UPC, EAN, or ISBN",
    "Name",
    "Published",
    "Short description",
    "Description",
    "Tax status",
    "In stock?",
    "Stock",
    "Backorders allowed?",
    "Weight (kg)",
    "Sale price",
    "Regular price",
    "Categories",
    "Tags",
    "Brands",
    "Images",
    "Parent",
    "Position",
    "Commodity code (HS code)",
    "Country of origin",
    "Customs description",
)
GRAMS = {
    "Weight (kg)": Decimal(1000),
    "Weight (g)": Decimal(1),
    "Weight (lbs)": Decimal("453.59237"),
    "Weight (oz)": Decimal("28.349523125"),
}
ATTRIBUTE = re.compile(r"Attribute (\d+) (name|value\(s\)|visible|global|default)")
ALSO_READ = frozenset({"ID", *GRAMS})
GTIN = "GTIN, UPC, EAN, or ISBN"
FIELDS: Mapping[str, str] = {
    "handle": "SKU",
    "name": "Name",
    "sku": "SKU",
    "gtin": GTIN,
    "price": "Regular price",
    "compare_at": "Regular price",
    "quantity": "Stock",
    "choice": "Attribute 1 value(s)",
    "options": "Attribute 1 name",
    "image": "Images",
    "stock_tracked": "Stock",
    "commodity_code": "Commodity code (HS code)",
    "origin_country": "Country of origin",
}
"""What the file calls the fields of a product's sheet, for messages."""

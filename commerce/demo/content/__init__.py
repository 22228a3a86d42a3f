"""What the demo park holds: three merchants, their goods, places, people and past, as data.

The content stands in TOML files beside this package, in English and Chinese; `load_park` types and
checks it, `generate_past_orders` and `generate_products` derive the rest, always the same.
"""

from commerce.demo.content.catalogue import load_park
from commerce.demo.content.errors import DemoContentError
from commerce.demo.content.goods import Product, Variant
from commerce.demo.content.past_orders import PastLine, PastOrder, generate_past_orders
from commerce.demo.content.pictures import Picture, pictures_of
from commerce.demo.content.records import Merchant, Park
from commerce.demo.content.scale import generate_products

__all__ = [
    "DemoContentError",
    "Merchant",
    "Park",
    "PastLine",
    "PastOrder",
    "Picture",
    "Product",
    "Variant",
    "generate_past_orders",
    "generate_products",
    "load_park",
    "pictures_of",
]

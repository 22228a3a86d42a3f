"""Tables of the catalogue, private to it."""

from commerce.catalogue.models.address import EarlierAddress
from commerce.catalogue.models.category import Category, ProductCategory
from commerce.catalogue.models.customs import Classification, CustomsName
from commerce.catalogue.models.media import Media, MediaAllowance, MediaQuota
from commerce.catalogue.models.product import Product, ProductText
from commerce.catalogue.models.search import FacetLabel, SearchDocument, SearchWord
from commerce.catalogue.models.variant import ProductOption, ProductOptionValue, Variant

__all__ = [
    "Category",
    "Classification",
    "CustomsName",
    "EarlierAddress",
    "FacetLabel",
    "Media",
    "MediaAllowance",
    "MediaQuota",
    "Product",
    "ProductCategory",
    "ProductOption",
    "ProductOptionValue",
    "ProductText",
    "SearchDocument",
    "SearchWord",
    "Variant",
]

"""What the catalogue takes in and gives out: frozen shapes, no tables.

Units: weights in grams, prices in minor units of the merchant's own currency, times in UTC.
Locales are two letters (`en`, `zh`).
"""

from commerce.catalogue.records.categories import Category, CategoryEntry, CategoryName
from commerce.catalogue.records.lists import Card, CardPage, Facet, FacetTable, FacetValue
from commerce.catalogue.records.pages import ProductPage, ShownOption, ShownValue, ShownVariant
from commerce.catalogue.records.pictures import Derivative, MediaRoom, Picture
from commerce.catalogue.records.sheets import (
    KINDS,
    STATUSES,
    Kind,
    Names,
    Option,
    OptionValue,
    ProductSheet,
    Status,
    VariantSheet,
    Words,
)
from commerce.catalogue.records.sold import SoldVariant, TariffCode

__all__ = [
    "KINDS",
    "STATUSES",
    "Card",
    "CardPage",
    "Category",
    "CategoryEntry",
    "CategoryName",
    "Derivative",
    "Facet",
    "FacetTable",
    "FacetValue",
    "Kind",
    "MediaRoom",
    "Names",
    "Option",
    "OptionValue",
    "Picture",
    "ProductPage",
    "ProductSheet",
    "ShownOption",
    "ShownValue",
    "ShownVariant",
    "SoldVariant",
    "Status",
    "TariffCode",
    "VariantSheet",
    "Words",
]

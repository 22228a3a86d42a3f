"""What the catalogue knows. Every query reads the merchant of its transaction's scope."""

from commerce.catalogue.queries.addresses import handle_after, path_after
from commerce.catalogue.queries.cards import SORTS, Sort, cards_by_ids, list_products
from commerce.catalogue.queries.categories import category_entries, category_tree
from commerce.catalogue.queries.customs import (
    CustomsFacts,
    customs_facts,
    tariff_codes,
    tariff_codes_of,
)
from commerce.catalogue.queries.filters import facets
from commerce.catalogue.queries.media import (
    WaitingPicture,
    pictures_of,
    pictures_of_products,
    waiting_pictures,
)
from commerce.catalogue.queries.page import product_by_handle, product_preview
from commerce.catalogue.queries.selection import branch_of
from commerce.catalogue.queries.sheets import (
    every_product_sheet,
    product_for_edit,
    product_ids_by_gtin,
    product_ids_by_handle,
    product_ids_by_sku,
    product_sheets,
    product_titles,
)
from commerce.catalogue.queries.variants import (
    find_variant_by_code,
    known_variants,
    till_catalogue,
    variant_ids_by_codes,
    variants_by_ids,
    variants_of_products,
)

__all__ = [
    "SORTS",
    "CustomsFacts",
    "Sort",
    "WaitingPicture",
    "branch_of",
    "cards_by_ids",
    "category_entries",
    "category_tree",
    "customs_facts",
    "every_product_sheet",
    "facets",
    "find_variant_by_code",
    "handle_after",
    "known_variants",
    "list_products",
    "path_after",
    "pictures_of",
    "pictures_of_products",
    "product_by_handle",
    "product_for_edit",
    "product_ids_by_gtin",
    "product_ids_by_handle",
    "product_ids_by_sku",
    "product_preview",
    "product_sheets",
    "product_titles",
    "tariff_codes",
    "tariff_codes_of",
    "till_catalogue",
    "variant_ids_by_codes",
    "variants_by_ids",
    "variants_of_products",
    "waiting_pictures",
]

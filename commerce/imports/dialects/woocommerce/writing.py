"""From products to the rows of WooCommerce's file."""

import html
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from commerce.imports.dialects.woocommerce.columns import COLUMNS, GTIN
from commerce.imports.dialects.woocommerce.lists import escaped
from commerce.imports.dialects.writing import category_path, decimal_text
from commerce.imports.state import ExportedProduct
from commerce.pricing.taxation import FREE_OF_TAX


def header_for(products: Sequence[ExportedProduct]) -> list[str]:
    """Return the columns of an export: as many attributes as the richest product has."""
    most = max((len(_attributes(product, "en")) for product in products), default=0)
    attributes = [
        f"Attribute {at} {part}"
        for at in range(1, most + 1)
        for part in ("name", "value(s)", "visible", "global")
    ]
    return [*COLUMNS, *attributes]


def rows_of(product: ExportedProduct, *, locale: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one product: one when it is simple, else its parent and variants."""
    sheet = product.state.sheet
    shared = _product_cells(product, locale)
    virtual = "" if sheet.kind == "physical" else ", virtual"
    if not sheet.options:
        yield shared | {"Type": f"simple{virtual}"} | _variant_cells(product, 0)
        return
    tracked = {"Tax status": shared["Tax status"], "Published": shared["Published"]}
    yield shared | {"Type": f"variable{virtual}", "SKU": sheet.handle}
    for at, variant in enumerate(sheet.variants):
        row = {
            "Type": f"variation{virtual}",
            "Parent": sheet.handle,
            "Name": shared["Name"],
            "Position": str(at + 1),
        }
        row |= tracked | _variant_cells(product, at)
        for number, (key, option) in enumerate(
            zip(variant.choice, sheet.options, strict=True), start=1
        ):
            value = next(each for each in option.values if each.key == key)
            row[f"Attribute {number} name"] = _named(option.names, locale)
            row[f"Attribute {number} value(s)"] = escaped(_named(value.names, locale))
            row[f"Attribute {number} global"] = "0"
        yield row


def _named(names: Mapping[str, str], locale: str) -> str:
    return names.get(locale) or next(iter(names.values()))


def _attributes(product: ExportedProduct, locale: str) -> list[tuple[str, str]]:
    """Return the attributes of a product's own row: its options, then its specification."""
    sheet = product.state.sheet
    words = sheet.words.get(locale) or next(iter(sheet.words.values()))
    options = [
        (
            _named(option.names, locale),
            ", ".join(escaped(_named(value.names, locale)) for value in option.values),
        )
        for option in sheet.options
    ]
    return [*options, *((label, escaped(value)) for label, value in words.specification)]


def _product_cells(product: ExportedProduct, locale: str) -> dict[str, str]:
    sheet = product.state.sheet
    words = sheet.words.get(locale) or next(iter(sheet.words.values()))
    cells = {
        "Name": words.name,
        "Published": "1" if sheet.status == "active" else "-1",
        "Short description": html.escape(words.subtitle, quote=False),
        "Description": words.story_html,
        "Tax status": "none" if sheet.tax_class in FREE_OF_TAX else "taxable",
        "Categories": ", ".join(escaped(category_path(names)) for names in product.categories),
        "Tags": ", ".join(escaped(tag) for tag in sheet.tags),
        "Brands": sheet.vendor,
        "Images": ", ".join(escaped(picture.url) for picture in product.pictures),
        "Commodity code (HS code)": sheet.commodity_code or "",
        "Customs description": sheet.customs_names.get(locale, ""),
    }
    for at, (name, value) in enumerate(_attributes(product, locale), start=1):
        cells |= {
            f"Attribute {at} name": name,
            f"Attribute {at} value(s)": value,
            f"Attribute {at} visible": "1",
            f"Attribute {at} global": "0",
        }
    return cells


def _variant_cells(product: ExportedProduct, at: int) -> dict[str, str]:
    variant = product.state.sheet.variants[at]
    terms = product.state.terms_of(variant.id)
    reduced = terms.compare_at is not None
    # A blank cell would mean that stock is not counted; what never lay in this place is none here.
    on_hand = (terms.on_hand or 0) if variant.stock_tracked else None
    return {
        "SKU": variant.sku,
        GTIN: variant.gtin or "",
        "In stock?": "0" if on_hand is not None and on_hand <= 0 else "1",
        "Stock": "" if on_hand is None else str(on_hand),
        "Backorders allowed?": "1" if variant.sell_when_out else "0",
        "Weight (kg)": f"{(Decimal(variant.weight_grams) / 1000).normalize():f}",
        "Regular price": decimal_text(terms.compare_at if reduced else terms.price),
        "Sale price": decimal_text(terms.price if reduced else None),
        "Country of origin": variant.origin_country or "",
    }

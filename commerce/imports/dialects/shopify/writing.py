"""From products to the rows of Shopify's files."""

from collections.abc import Iterator

from commerce.imports.dialects.shopify.columns import MOST_OPTIONS, NO_OPTION, NO_VALUE, Columns
from commerce.imports.dialects.writing import category_path, decimal_text, yes_or_no
from commerce.imports.state import ExportedProduct
from commerce.pricing.taxation import FREE_OF_TAX


def rows_of(product: ExportedProduct, *, columns: Columns, locale: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one product: its variants, with the pictures beside and below them."""
    c = columns
    sheet = product.state.sheet
    pictures = list(enumerate(product.pictures, start=1))
    for at in range(max(len(sheet.variants), len(pictures))):
        row = {c.handle: sheet.handle}
        if at == 0:
            row |= _product_cells(c, product, locale)
        if at < len(sheet.variants):
            row |= _variant_cells(c, product, at, locale)
        if at < len(pictures):
            position, picture = pictures[at]
            row |= {
                c.image: picture.url,
                c.image_position: str(position),
                c.image_alt: picture.alt,
            }
        yield row


def _product_cells(c: Columns, product: ExportedProduct, locale: str) -> dict[str, str]:
    sheet = product.state.sheet
    words = sheet.words.get(locale) or next(iter(sheet.words.values()))
    cells = {
        c.title: words.name,
        c.body: words.story_html,
        c.vendor: sheet.vendor,
        c.category: category_path(product.categories[0]) if product.categories else "",
        c.type: sheet.product_type,
        c.tags: ", ".join(sheet.tags),
        c.published: yes_or_no(sheet.status == "active"),
        c.status: sheet.status,
        c.gift_card: "false",
        c.seo_title: words.seo_title,
        c.seo_description: words.seo_description,
    }
    names = [(o.names.get(locale) or next(iter(o.names.values()))) for o in sheet.options]
    for at, name in enumerate(names[:MOST_OPTIONS] or [NO_OPTION], start=1):
        cells[c.option(at)[0]] = name
    return cells


def _variant_cells(c: Columns, product: ExportedProduct, at: int, locale: str) -> dict[str, str]:
    sheet = product.state.sheet
    variant = sheet.variants[at]
    terms = product.state.terms_of(variant.id)
    cells = {
        c.sku: variant.sku,
        c.barcode: variant.gtin or "",
        c.grams: str(variant.weight_grams),
        c.tracker: "shopify" if variant.stock_tracked else "",
        c.quantity: str(terms.on_hand or 0) if variant.stock_tracked else "",
        c.policy: "continue" if variant.sell_when_out else "deny",
        c.price: decimal_text(terms.price),
        c.compare_at: decimal_text(terms.compare_at),
        c.requires_shipping: yes_or_no(variant.requires_shipping),
        c.taxable: yes_or_no(sheet.tax_class not in FREE_OF_TAX),
    }
    values: list[str] = []
    for key, option in zip(variant.choice, sheet.options, strict=True):
        value = next(each for each in option.values if each.key == key)
        values.append(value.names.get(locale) or next(iter(value.names.values())))
    for number, name in enumerate(values[:MOST_OPTIONS] or [NO_VALUE], start=1):
        cells[c.option(number)[1]] = name
    return cells

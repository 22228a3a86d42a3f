"""What the desk says about imports: problems, what becomes of products, and what changes on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.imports.changes import Change
from commerce.imports.contents import Problem
from commerce.imports.records import PreviewedProduct
from commerce.imports.refusal import Refusal
from commerce.kernel.money import Money
from commerce.web.faults import say
from commerce.web.formats import grams, money
from storefront.backoffice.forms import readable
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import Label, product_state


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field that changes, in the page's words."""

    field: str
    sku: str
    old: str
    new: str


def said(problem: Problem | Refusal) -> str:
    """Return a problem's sentence in the page's language."""
    return say(problem.template, readable(problem.params))


def told(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Return problems in the page's language."""
    return [
        {
            "row": each.row,
            "column": each.column,
            "severity": each.severity,
            "text": said(each),
        }
        for each in problems
    ]


def action_labels() -> dict[str, Label]:
    """Return what the desk calls what becomes of products."""
    return {
        "created": Label(_("New"), "good"),
        "returned": Label(_("Out of the archive"), "good"),
        "updated": Label(_("Changed"), "info"),
        "unchanged": Label(_("As before")),
        "refused": Label(_("Left out"), "bad"),
    }


def action_label(product: PreviewedProduct) -> Label:
    """Return what becomes of one product."""
    if product.action == "returned":
        on_sale = product.status == "active"
        return (
            Label(_("Put back on sale"), "good") if on_sale else Label(_("Back as a draft"), "wait")
        )
    return action_labels()[product.action]


def shown_changes(changes: Sequence[Change], currency: str) -> list[ShownChange]:
    """Return what changes on a product; amounts are in `currency`."""
    fields = _fields()
    return [
        ShownChange(
            fields.get(each.field, each.field),
            each.sku if each.field not in {"variant", "sku"} else "",
            _value(each.field, each.old, currency),
            _value(each.field, each.new, currency),
        )
        for each in changes
    ]


def _value(field: str, value: str, currency: str) -> str:
    if not value:
        return ""
    if field in {"price", "compare_at"}:
        return money(Money.of(Decimal(value), currency))
    if field == "weight_grams":
        return grams(int(value))
    if field == "status":
        return product_state(value).word
    if field == "kind":
        return {"physical": _("Goods"), "service": _("Service")}.get(value, value)
    return {"yes": _("Yes"), "no": _("No")}.get(value, value)


def _fields() -> dict[str, str]:
    return {
        "name": _("Name"),
        "subtitle": _("Subtitle"),
        "story_html": _("Story"),
        "specification": _("Specification"),
        "seo_title": _("Title in search engines"),
        "seo_description": _("Description in search engines"),
        "status": _("State"),
        "kind": _("Kind"),
        "vendor": _("Maker or brand"),
        "product_type": _("Type"),
        "tags": _("Tags"),
        "tax_class": _("Tax class"),
        "categories": _("Categories"),
        "commodity_code": _("HS code"),
        "customs_names": _("Name for customs"),
        "options": _("Options"),
        "choice": _("Choice"),
        "variant": _("Variant"),
        "sku": _("SKU"),
        "gtin": _("Barcode (GTIN)"),
        "weight_grams": _("Weight"),
        "origin_country": _("Made in"),
        "requires_shipping": _("Has to be sent"),
        "stock_tracked": _("Stock is counted"),
        "sell_when_out": _("Sell on when the stock is used up"),
        "price": _("Price"),
        "compare_at": _("Was"),
        "on_hand": _("Stock"),
    }


def dialect_names() -> dict[str, str]:
    """Return what each dialect of product files is called."""
    return {
        "shopify": "Shopify CSV",
        "shopify-legacy": _("Shopify CSV (older)"),
        "woocommerce": "WooCommerce CSV",
    }

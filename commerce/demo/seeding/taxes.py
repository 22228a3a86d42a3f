"""How the demo's tax schemes become tax classes and dated rates.

A product has one class. Harbour Imports sells online under the retail import rules (regime 1210,
from the bonded warehouse, cleared parcel by parcel in the shopper's name), whose composite rate is
a class of its own. Its store hands over stock that came in as general trade: duty, import VAT and
consumption tax were paid at the border and the sale bears the domestic VAT, so each of those
classes names the domestic one that counts over the counter. Lanes will choose by regime once there
are any.
"""

from decimal import Decimal

from sqlalchemy.orm import Session

from commerce.demo.content import Park
from commerce.demo.content.places import TaxScheme
from commerce.pricing.service import add_tax_rate, define_tax_class

_BASIS = 10_000
TAX_CLASS_NAMES = {
    "standard": ("Standard", "标准税率"),
    "exempt": ("Exempt", "免税"),
    "agricultural": ("Agricultural products", "农产品"),
    "services": ("Modern services", "现代服务"),
    "tea": ("Tea", "茶叶"),
    "high-end-cosmetics": ("High-end cosmetics", "高档化妆品"),
    "retail-import": ("Cross-border retail import", "跨境零售进口"),
    "retail-import-cosmetics": (
        "Cross-border retail import, high-end cosmetics",
        "跨境零售进口（高档化妆品）",
    ),
}
"""Name of each class in English and Chinese."""

_RETAIL_IMPORT = {"standard": "retail-import", "high-end-cosmetics": "retail-import-cosmetics"}
_COMPONENTS = {"retail-import": "import"}
_OVER_COUNTER = {imported: domestic for domestic, imported in _RETAIL_IMPORT.items()}


def tax_class(scheme: TaxScheme, applies_to: str) -> str:
    """Return the class of what a scheme calls `applies_to`; LookupError for an unknown one."""
    code = _RETAIL_IMPORT[applies_to] if scheme == "retail-import" else applies_to
    if code not in TAX_CLASS_NAMES:
        raise LookupError(code)
    return code


def state_taxes(session: Session, park: Park) -> None:
    """Define the park's tax classes and state its dated rates, each with its source."""
    for code, (name, name_zh) in TAX_CLASS_NAMES.items():
        define_tax_class(
            session, code=code, name=name, name_zh=name_zh, over_counter=_OVER_COUNTER.get(code)
        )
    for rate in park.tax_rate:
        if rate.scheme == "export":  # goods that leave the country bear no tax of it
            continue
        add_tax_rate(
            session,
            country=rate.country,
            tax_class=tax_class(rate.scheme, rate.applies_to),
            rate=Decimal(rate.basis_points) / _BASIS,
            valid_from=rate.valid_from,
            source=rate.source,
            component=_COMPONENTS.get(rate.scheme, "vat"),
            sure=rate.sure,
        )

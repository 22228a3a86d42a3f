"""How the demo's tax schemes become tax classes.

A product has one class. Harbour Imports sells under the retail import rules (regime 1210), whose
composite rate is a class of its own; lanes will choose by regime once there are any.
"""

from commerce.demo.content.places import TaxScheme

TAX_CLASS_NAMES = {
    "standard": ("Standard", "标准税率"),
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


def tax_class(scheme: TaxScheme, applies_to: str) -> str:
    """Return the class of what a scheme calls `applies_to`; LookupError for an unknown one."""
    code = _RETAIL_IMPORT[applies_to] if scheme == "retail-import" else applies_to
    if code not in TAX_CLASS_NAMES:
        raise LookupError(code)
    return code

"""The tax classes and dated rates that every park begins with, each with the law that states it.

A product has one class. What is sold online under the retail import rules (regime 1210, from a
bonded warehouse, cleared parcel by parcel in the shopper's name) bears a composite rate that is a
class of its own. What a store hands over came in as general trade: duty, import VAT and consumption
tax were paid at the border and the sale bears the domestic VAT, so each of those classes names the
domestic one that counts over the counter. Lanes will choose by regime once there are any.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from commerce.pricing.queries import tax_classes, tax_rates
from commerce.pricing.rows import TaxSource
from commerce.pricing.service import add_tax_rate, define_tax_class, name_source_in_chinese

TaxScheme = Literal["domestic", "export", "retail-import", "destination"]

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

_BASIS = 10_000
_RETAIL_IMPORT = {"standard": "retail-import", "high-end-cosmetics": "retail-import-cosmetics"}
_COMPONENTS = {"retail-import": "import"}
_OVER_COUNTER = {imported: domestic for domestic, imported in _RETAIL_IMPORT.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """State one dated tax rate and where it is written; `basis_points` 1300 is 13 percent.

    One that is not `sure` has not been checked against the law's own text, and is not charged.
    """

    country: str
    scheme: TaxScheme
    applies_to: str
    basis_points: int
    valid_from: date
    source: str
    source_zh: str
    source_url: str = ""
    source_read: date | None = None
    note: str = ""
    note_zh: str = ""
    sure: bool = True


@cache
def known_rates() -> tuple[TaxRate, ...]:
    """Return every rate that a park begins with."""
    written = (files(__package__) / "tax_rates.toml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[TaxRate, ...]).validate_python(tomllib.loads(written)["tax_rate"])


def tax_class(scheme: TaxScheme, applies_to: str) -> str:
    """Return the class of what a scheme calls `applies_to`; LookupError for an unknown one."""
    code = _RETAIL_IMPORT[applies_to] if scheme == "retail-import" else applies_to
    if code not in TAX_CLASS_NAMES:
        raise LookupError(code)
    return code


def state_taxes(session: Session) -> None:
    """Define the park's tax classes and state its dated rates; needs the park's scope.

    A park keeps what it made of them: of a country that it has any rate of, it is told nothing but
    the Chinese names of the sources that it took from here.
    """
    defined = {each.code for each in tax_classes(session)}
    # A class can name only one that is there already.
    for code in sorted(TAX_CLASS_NAMES.keys() - defined, key=lambda each: each in _OVER_COUNTER):
        name, name_zh = TAX_CLASS_NAMES[code]
        define_tax_class(
            session, code=code, name=name, name_zh=name_zh, over_counter=_OVER_COUNTER.get(code)
        )
    known = tax_rates(session)
    countries = {rate.country for rate in known}
    untold = {rate.source for rate in known if not rate.source_zh}
    for rate in known_rates():
        if rate.source in untold:
            name_source_in_chinese(session, source=rate.source, source_zh=rate.source_zh)
        # Goods that leave the country bear no tax of it.
        if rate.scheme != "export" and rate.country not in countries:
            _state(session, rate)


def renew_taxes(session: Session) -> None:
    """Tell a park of an earlier release what this one knows; one that has no rates is left alone."""
    if tax_rates(session):
        state_taxes(session)


def _state(session: Session, rate: TaxRate) -> None:
    add_tax_rate(
        session,
        country=rate.country,
        tax_class=tax_class(rate.scheme, rate.applies_to),
        rate=Decimal(rate.basis_points) / _BASIS,
        valid_from=rate.valid_from,
        source=TaxSource(
            title=rate.source,
            title_zh=rate.source_zh,
            url=rate.source_url,
            read_on=rate.source_read,
        ),
        component=_COMPONENTS.get(rate.scheme, "vat"),
        sure=rate.sure,
        note=rate.note,
        note_zh=rate.note_zh,
    )

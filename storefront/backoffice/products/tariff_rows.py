"""The rows of tariff codes on a product's page: what they show, and what becomes of them."""

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from commerce.catalogue.records import TariffCode
from commerce.catalogue.service.customs import classify, declassify
from commerce.customers.form import countries
from commerce.web.languages import language
from storefront.backoffice.products.file import ProductFile
from storefront.backoffice.words import country_name

_UNIONS = ("EU",)
"""Where one tariff holds for several countries: no letter goes there, but a declaration does."""


def destinations(file: ProductFile) -> list[tuple[str, str]]:
    """Return what a row can be for: every union and country, and whatever a stored row is for."""
    postal = countries(language())
    listed = {*_UNIONS, *(code for code, _name in postal)}
    stored = sorted({each.destination for each in file.codes} - listed)
    return [*((code, country_name(code)) for code in (*_UNIONS, *stored)), *postal]


def tariff_rows(file: ProductFile, typed: Any) -> list[dict[str, str]]:
    """Return the rows of codes, as typed when the form comes back."""
    given = typed or {}
    rows = [
        {
            "country": known.destination if known else "",
            "code": known.code if known else "",
            "source": known.source if known else "",
        }
        for known in file.code_rows
    ]
    return [
        {part: given.get(f"code-{at}-{part}", value) for part, value in row.items()}
        | {"known": file.codes[at].destination if at < len(file.codes) else ""}
        for at, row in enumerate(rows)
    ]


def keep_codes(session: Session, merchant_id: UUID, file: ProductFile, product_id: UUID) -> None:
    """Keep the codes that were typed, and take back those that were ticked or emptied."""
    kept: set[str] = set()
    shown: set[str] = set()
    for at, known in enumerate(file.code_rows):
        if f"code-{at}-country" not in request.form:
            continue
        shown |= {known.destination} if known else set()
        country = _country(at, known)
        code = request.form.get(f"code-{at}-code", "").strip()
        if country and code and str(at) not in request.form.getlist("code-remove"):
            kept.add(country)
            classify(
                session,
                merchant_id=merchant_id,
                product_id=product_id,
                destination=country,
                code=code,
                source=request.form.get(f"code-{at}-source", "").strip()[:200] or "merchant",
            )
    for country in sorted(shown - kept):
        declassify(session, merchant_id=merchant_id, product_id=product_id, destination=country)


def _country(at: int, known: TariffCode | None) -> str:
    """Return what a row is for; one that came back with its code and no country is what it was."""
    said = request.form[f"code-{at}-country"].strip().upper()[:2]
    return said or (known.destination if known else "")

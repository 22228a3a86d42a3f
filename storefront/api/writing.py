"""Write what many answers hold: amounts, pictures, reasons."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from commerce.catalogue.records import Picture
from commerce.kernel.money import Money
from commerce.pricing.promotions.results import Adjusted
from commerce.pricing.taxation import TaxReason

ROOT = "/api/v1"


def amount(value: Money) -> dict[str, Any]:
    """Write an amount."""
    return {"amount_minor": value.amount_minor, "currency": value.currency}


def amount_or_none(value: Money | None) -> dict[str, Any] | None:
    """Write an amount that may be missing."""
    return None if value is None else amount(value)


def minor(amount_minor: int, currency: str) -> dict[str, Any]:
    """Write an amount that a row holds as two columns."""
    return {"amount_minor": amount_minor, "currency": currency}


def picture(merchant_id: UUID, shown: Picture) -> dict[str, Any]:
    """Write a picture; its addresses are those of `commerce.web.media`."""
    folder = f"/media/{merchant_id}"
    return {
        "url": f"{folder}/{shown.name}",
        "alt": shown.alt,
        "width": shown.width,
        "height": shown.height,
        "kind": shown.kind,
        "variant_id": shown.variant_id,
        "copies": [
            {"url": f"{folder}/{copy.name}", "width": copy.width, "height": copy.height}
            for copy in shown.derivatives
        ],
    }


def reasons(found: Iterable[TaxReason]) -> list[dict[str, Any]]:
    """Write why a line bears this tax."""
    return [reason.facts() for reason in found]


def discounts(found: Adjusted) -> list[dict[str, Any]]:
    """Write what promotions take off an amount."""
    return [each.facts() for each in found.adjustments]


def url(*parts: str) -> str:
    """Return the path of a resource of the interface."""
    return "/".join((ROOT, *parts))

"""What pages tell machines: schema.org as JSON-LD.

Source of the shapes: schema.org 29 and Google's product, breadcrumb and local business guidelines
(2026). Only what stands on the page is told; nothing is invented, ratings least of all.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from commerce.fulfilment.hours import OpeningHours
from storefront.shop.frame import Link, public_root

Facts = dict[str, Any]

_CONTEXT = "https://schema.org"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def organisation(*, name: str, url: str) -> Facts:
    """Return who stands behind the page."""
    return {"@context": _CONTEXT, "@type": "Organization", "name": name, "url": url}


def breadcrumbs(steps: Sequence[Link]) -> Facts:
    """Return the way from the shop's home to this page."""
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": step.label,
                "item": f"{public_root()}{step.url}",
            }
            for position, step in enumerate(steps, start=1)
        ],
    }


def store_facts(
    *,
    name: str,
    url: str,
    address: Sequence[str],
    phone: str,
    hours: OpeningHours,
    organisation: str,
) -> Facts:
    """Return a store with its hours."""
    return {
        "@context": _CONTEXT,
        "@type": "Store",
        "@id": url,
        "name": name,
        "url": url,
        "telephone": phone,
        "address": ", ".join(address),
        "parentOrganization": {"@type": "Organization", "name": organisation},
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"{_CONTEXT}/{_DAYS[span.weekday - 1]}",
                "opens": span.opens.strftime("%H:%M"),
                "closes": span.closes.strftime("%H:%M"),
            }
            for span in hours.spans
        ],
        "specialOpeningHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "validFrom": day.isoformat(),
                "validThrough": day.isoformat(),
                **_hours_of(hours, day),
            }
            for day in sorted({*hours.closed, *hours.special})
        ],
    }


def _hours_of(hours: OpeningHours, day: date) -> Facts:
    """Return the hours of a day; one that is closed all day is written 00:00 to 00:00."""
    span = hours.special.get(day)
    opens, closes = (span.opens, span.closes) if span else (time(), time())
    return {"opens": opens.strftime("%H:%M"), "closes": closes.strftime("%H:%M")}

"""What was promised with an order when it was placed, in words. The mails say the same."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from commerce.orders.rows import OrderRow
from commerce.web.formats import day, hour
from storefront.shop.promises import span_words


def promised_words(language: str, order: OrderRow, stores: Mapping[UUID, str]) -> str:
    """Return when the order reaches the shopper, as a step that is still to come."""
    return _words(language, order, stores)


def arrival_words(language: str, order: OrderRow, stores: Mapping[UUID, str]) -> str:
    """Return when the order reaches the shopper, as a sentence."""
    words = _words(language, order, stores)
    return f"{words}{'。' if language == 'zh' else '.'}" if words else ""


def delivery_name(language: str, delivery: Mapping[str, Any]) -> str:
    """Return the way of delivery as it was sold."""
    return str(delivery.get("name_zh" if language == "zh" else "name") or "")


def _words(language: str, order: OrderRow, stores: Mapping[UUID, str]) -> str:
    told = order.delivery
    kind = told.get("kind")
    if kind == "pickup" and told.get("ready_at"):
        ready = datetime.fromisoformat(told["ready_at"])
        place = stores.get(UUID(told["location_id"]), delivery_name(language, told))
        return str(
            _(
                "Ready from %(day)s, %(hour)s: %(store)s",
                day=day(ready, with_year=False),
                hour=hour(ready),
                store=place,
            )
        )
    if kind in {"parcel", "service"} and told.get("earliest") and told.get("latest"):
        when = span_words(date.fromisoformat(told["earliest"]), date.fromisoformat(told["latest"]))
        if kind == "service":
            return str(_("We begin %(when)s", when=when))
        return str(_("Arrives %(when)s", when=when))
    return ""

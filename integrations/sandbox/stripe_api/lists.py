"""Stripe's lists: newest first, filtered by field and by creation, paged by the last id seen."""

from typing import Any

from integrations.sandbox.stripe_api.store import StripeObject

_FILTERS = ("payment_intent", "charge", "type", "status", "source", "currency")
_DEFAULT, _MOST = 10, 100
_NEVER = 2**53


def listed(things: list[StripeObject], wish: dict[str, Any], path: str) -> StripeObject:
    """Return one page of `things` as the API shows lists."""
    for name in _FILTERS:
        if name in wish:
            things = [each for each in things if each.get(name) == wish[name]]
    created = wish.get("created")
    if isinstance(created, dict):
        since, until = int(created.get("gte", 0)), int(created.get("lt", _NEVER))
        things = [each for each in things if since <= each["created"] < until]
    if "starting_after" in wish:
        names = [each["id"] for each in things]
        after = names.index(wish["starting_after"]) + 1 if wish["starting_after"] in names else 0
        things = things[after:]
    limit = min(int(wish.get("limit", _DEFAULT)), _MOST)
    return {
        "object": "list",
        "url": path,
        "has_more": len(things) > limit,
        "data": things[:limit],
    }

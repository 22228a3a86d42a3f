"""The terms of a promotion as JSON values, and back.

What is read is kept by its text: a shop's promotions are the same for thousands of carts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.kernel.text import storable
from commerce.pricing.promotions.rows import (
    WHOLE,
    Amount,
    Bundle,
    BuyGet,
    Conditions,
    Effect,
    Kind,
    Part,
    Percentage,
    Selection,
    Shipping,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What stands in the column `terms`; the dates stand in columns of their own."""

    effect: Effect
    goods: Selection
    but_not: Selection
    conditions: Conditions


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """Return the terms in JSON values; what is not asked for is left out."""
    asked = terms.conditions
    facts = {
        "effect": _effect_facts(terms.effect),
        "goods": _selection_facts(terms.goods),
        "but_not": _selection_facts(terms.but_not),
        "minimum_quantity": asked.minimum_quantity,
        "minimum_amounts": dict(asked.minimum_amounts),
        "groups": _texts(asked.groups),
        "channels": _texts(asked.channels),
        "countries": _texts(asked.countries),
    }
    return {name: value for name, value in facts.items() if value}


@lru_cache(maxsize=2048)
def read_terms(
    kind: str, terms: str, valid_from: datetime | None, valid_to: datetime | None
) -> Terms:
    """Return the terms that `terms_as_json` made, from their JSON text."""
    facts = json.loads(terms)
    return Terms(
        effect=_effect(Kind(kind), facts["effect"]),
        goods=_selection(facts.get("goods", {})),
        but_not=_selection(facts.get("but_not", {})),
        conditions=Conditions(
            minimum_quantity=facts.get("minimum_quantity", 0),
            minimum_amounts=facts.get("minimum_amounts", {}),
            groups=_ids(facts.get("groups", ())),
            channels=frozenset(Channel(each) for each in facts.get("channels", ())),
            countries=frozenset(facts.get("countries", ())),
            valid_from=valid_from,
            valid_to=valid_to,
        ),
    )


def _effect_facts(effect: Effect) -> dict[str, Any]:
    match effect:
        case Percentage(basis_points):
            return {"basis_points": basis_points}
        case Amount(amounts, each):
            return {"amounts": dict(amounts), "each": each}
        case Bundle(parts, prices):
            return {
                "parts": [
                    {"goods": _selection_facts(part.goods), "quantity": part.quantity}
                    for part in parts
                ],
                "prices": dict(prices),
            }
        case BuyGet(buy, get, basis_points, goods, most):
            return {
                "buy": buy,
                "get": get,
                "basis_points": basis_points,
                "goods": None if goods is None else _selection_facts(goods),
                "most": most,
            }
        case Shipping(basis_points, at_most):
            return {"basis_points": basis_points, "at_most": dict(at_most)}


def _effect(kind: Kind, facts: Mapping[str, Any]) -> Effect:
    match kind:
        case Kind.PERCENTAGE:
            return Percentage(facts["basis_points"])
        case Kind.AMOUNT:
            return Amount(facts["amounts"], facts.get("each", False))
        case Kind.BUNDLE:
            parts = (Part(_selection(part["goods"]), part["quantity"]) for part in facts["parts"])
            return Bundle(tuple(parts), facts["prices"])
        case Kind.BUY_GET:
            goods = facts.get("goods")
            return BuyGet(
                facts["buy"],
                facts["get"],
                facts.get("basis_points", WHOLE),
                None if goods is None else _selection(goods),
                facts.get("most"),
            )
        case Kind.SHIPPING:
            return Shipping(facts.get("basis_points", WHOLE), facts.get("at_most", {}))


def _selection_facts(selection: Selection) -> dict[str, list[str]]:
    facts = {
        "products": _texts(selection.products),
        "categories": _texts(selection.categories),
        "tags": _texts(storable(tag) for tag in selection.tags),
    }
    return {name: value for name, value in facts.items() if value}


def _selection(facts: Mapping[str, Any]) -> Selection:
    return Selection(
        products=_ids(facts.get("products", ())),
        categories=_ids(facts.get("categories", ())),
        tags=frozenset(facts.get("tags", ())),
    )


def _texts(values: Iterable[object]) -> list[str]:
    return sorted(str(value) for value in values)


def _ids(texts: Iterable[str]) -> frozenset[UUID]:
    return frozenset(UUID(text) for text in texts)

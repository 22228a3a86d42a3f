"""A promotion as its form shows it, and what the form offers."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import category_entries, product_titles
from commerce.customers.queries import customer_groups
from commerce.pricing.promotions.rows import (
    Amount,
    Bundle,
    BuyGet,
    Effect,
    Kind,
    Percentage,
    PromotionDraft,
    Selection,
    Shipping,
)
from commerce.pricing.queries import price_lists
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from storefront.backoffice.forms import sent, typed_form
from storefront.backoffice.moments import in_shop_time
from storefront.backoffice.promotions.fields import Around, selections_of
from storefront.backoffice.promotions.form import PromotionForm, form_of, rows_of_parts

_HUNDRED = 100


def around_of(connection: Connection, *drafts: PromotionDraft) -> Around:
    """Return what the form of these promotions offers, and what they name, in four statements."""
    named = frozenset(each for draft in drafts for each in _products(draft))
    currencies = dict.fromkeys(
        [
            current_merchant().currency,
            *(each.currency for each in price_lists(connection) if each.valid_to is None),
            *(currency for draft in drafts for currency in _currencies(draft)),
        ]
    )
    return Around(
        currencies=tuple(currencies),
        categories=category_entries(connection),
        groups=customer_groups(connection),
        products=product_titles(connection, product_ids=named, locale=language()) if named else {},
        named_products=named,
    )


def filled(
    kind: Kind,
    around: Around,
    known: PromotionDraft | None,
    *,
    from_request: bool = True,
) -> PromotionForm:
    """Return the form with what was sent to it, else as the promotion stands."""
    parts = known.effect.parts if known and isinstance(known.effect, Bundle) else ()
    shape = form_of(kind, around, known, rows_of_parts(len(parts)))
    shown = _shown(known, around) if known else _proposed(kind)
    form: PromotionForm = sent(shape, data=shown) if from_request else shape(data=shown)
    return form


def _products(draft: PromotionDraft) -> Iterator[UUID]:
    for selection in selections_of(draft):
        yield from selection.products


def _currencies(draft: PromotionDraft) -> Iterator[str]:
    yield from draft.conditions.minimum_amounts
    match draft.effect:
        case Amount(amounts):
            yield from amounts
        case Bundle(_, prices):
            yield from prices
        case Shipping(_, at_most):
            yield from at_most


def _proposed(kind: Kind) -> dict[str, Any]:
    return {"percent": "100"} if kind in {Kind.SHIPPING, Kind.BUY_GET} else {}


def _shown(draft: PromotionDraft, around: Around) -> dict[str, Any]:
    asked = draft.conditions
    return {
        "name": draft.name,
        "name_zh": draft.name_zh,
        **_effect(draft.effect, around),
        **_goods("goods", draft.goods, around),
        **_goods("but", draft.but_not, around),
        "minimum_quantity": asked.minimum_quantity or None,
        **_amounts("minimum_amount_", asked.minimum_amounts),
        "groups": [str(each) for each in asked.groups],
        "channels": [each.value for each in asked.channels],
        "countries": list(asked.countries),
        "valid_from": in_shop_time(asked.valid_from),
        "valid_to": in_shop_time(asked.valid_to),
        "stacking": draft.stacking.value,
        "position": draft.position,
        "needs_code": draft.needs_code,
        "limit_total": draft.limit_total,
        "limit_per_customer": draft.limit_per_customer,
    }


def _effect(effect: Effect, around: Around) -> dict[str, Any]:
    match effect:
        case Percentage(basis_points):
            return {"percent": _percent(basis_points)}
        case Amount(amounts, each):
            return {"each": "each" if each else "all", **_amounts("effect_amount_", amounts)}
        case Shipping(basis_points, at_most):
            return {"percent": _percent(basis_points), **_amounts("effect_most_", at_most)}
        case BuyGet(buy, get, basis_points, goods, most):
            return {
                "buy": buy,
                "get": get,
                "percent": _percent(basis_points),
                "most": most,
                "of": "same" if goods is None else "other",
                **_goods("got", goods or Selection(), around),
            }
        case Bundle(parts, prices):
            shown = _amounts("effect_price_", prices)
            for row, part in enumerate(parts):
                shown[f"part{row}_quantity"] = part.quantity
                shown |= _goods(f"part{row}", part.goods, around)
            return shown


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, _HUNDRED)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def _amounts(prefix: str, amounts: Mapping[str, int]) -> dict[str, Any]:
    return {f"{prefix}{each}": typed_form(minor, each) for each, minor in amounts.items()}


def _goods(prefix: str, goods: Selection, around: Around) -> dict[str, Any]:
    return {
        f"{prefix}_categories": [str(each) for each in goods.categories],
        f"{prefix}_tags": ", ".join(sorted(goods.tags)),
        f"{prefix}_products": "\n".join(sorted(map(around.handle, goods.products))),
    }

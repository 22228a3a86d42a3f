"""A sold line as its buyer paid it: every figure with the tax that was due on it."""

from collections.abc import Iterable, Mapping
from typing import Any

from commerce.kernel.money import Money, total
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.pricing.charged import Charged, charged

_PROMOTION = "promotion"


def charged_line(line: OrderLineRow, currency: str) -> Charged:
    """Return what a unit of `line` cost and what each promotion among its reasons took off.

    What else was taken off, such as by hand at a till, comes after the promotions.
    """
    off = _promoted(line.reasons, currency)
    rest = line.discount_minor - sum(each.amount_minor for each in off)
    return charged(
        quantity=line.quantity,
        unit=Money(line.unit_price_minor, currency),
        off=[*off, Money(rest, currency)] if rest else off,
        gross=Money(line.total_minor, currency),
    )


def charged_delivery(order: OrderRow) -> Charged:
    """Return what delivery cost and what each promotion took off it."""
    off = _promoted(order.delivery.get("reasons", ()), order.currency)
    gross = Money(order.delivery_minor, order.currency)
    full = int(order.delivery.get("full_price_minor", order.delivery_minor))
    return charged(quantity=1, unit=Money(full, order.currency), off=off, gross=gross)


def promotions_of(line: OrderLineRow) -> tuple[Mapping[str, Any], ...]:
    """Return the promotions among a line's reasons, as `Adjustment.facts` wrote them."""
    return tuple(each for each in line.reasons if each.get("kind") == _PROMOTION)


def promoted_minor(line: OrderLineRow) -> int:
    """Return what promotions took off a line, at the prices as they are marked, in minor units.

    What else was taken off, somebody gave by hand at a till.
    """
    return sum(int(each["amount_minor"]) for each in promotions_of(line))


def _promoted(reasons: Iterable[Mapping[str, Any]], currency: str) -> list[Money]:
    return [
        Money(int(each["amount_minor"]), currency)
        for each in reasons
        if each.get("kind") == _PROMOTION
    ]


def promotions_off(
    reasons: Iterable[Mapping[str, Any]], off: Iterable[Money], language: str
) -> list[tuple[str, Money]]:
    """Return what each promotion took off what was sold: name and code, and the amount as charged."""
    given = [_called(each, language) for each in reasons if each.get("kind") == _PROMOTION]
    return list(zip(given, off, strict=False))


def _called(promotion: Mapping[str, Any], language: str) -> str:
    """Return a promotion's name with the code that was typed for it, if one was."""
    name = str(promotion["name_zh" if language == "zh" else "name"])
    code = str(promotion.get("code") or "")
    return f"{name} · {code}" if code and code.casefold() != name.casefold() else name


def saved_by_promotions(order: OrderRow, lines: Iterable[OrderLineRow]) -> Money:
    """Return what promotions took off the whole order, with its tax, as the checkout said it."""
    sold = [(line.reasons, charged_line(line, order.currency).off) for line in lines]
    sold.append((order.delivery.get("reasons", ()), charged_delivery(order).off))
    given = [
        amount for reasons, off in sold for _name, amount in promotions_off(reasons, off, "en")
    ]
    return total(given, currency=order.currency)

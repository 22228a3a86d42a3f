"""How far a merchant is on the way to the first sale: one list that both the park and the owner see."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.registers.denominations import coarse_currencies


class Step(StrEnum):
    """One thing to do, in the order in which it is best done."""

    OWNER = "owner"
    PLACE = "place"
    STORE = "store"
    PRODUCT = "product"
    PRICE = "price"
    STOCK = "stock"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    REAL_PAYMENT = "real-payment"
    TAX = "tax"
    PIN = "pin"
    COIN = "coin"
    POLICIES = "policies"
    MAIL = "mail"


NEEDED = frozenset({Step.PLACE, Step.PRODUCT, Step.PRICE, Step.STOCK, Step.DELIVERY, Step.PAYMENT})
"""Without these nobody can buy online; the others are needed before trade is in earnest."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """What one merchant has done; `sold` tells whether there has been an order at all."""

    merchant_id: UUID
    done: frozenset[Step]
    sold: bool

    @property
    def can_sell(self) -> bool:
        """Whether a shopper could buy something now."""
        return self.done >= NEEDED

    @property
    def every(self) -> tuple[Step, ...]:
        """All there is to do, in order."""
        return tuple(Step)


# Whoever sells services alone needs no place: nothing lies anywhere. Each table is read under its own policy: a merchant's transaction counts its own rows only.
_SELECT = """
SELECT m.id,
  EXISTS (SELECT FROM membership s WHERE s.merchant_id = m.id AND s.role = 'owner'
    AND s.accepted_at IS NOT NULL AND s.suspended_at IS NULL) AS "owner",
  EXISTS (SELECT FROM location l WHERE l.merchant_id = m.id AND l.active)
    OR (EXISTS (SELECT FROM product p WHERE p.merchant_id = m.id AND p.status = 'active')
      AND NOT EXISTS (SELECT FROM product p WHERE p.merchant_id = m.id AND p.status = 'active'
        AND p.kind = 'physical')) AS "place",
  NOT EXISTS (SELECT FROM location l WHERE l.merchant_id = m.id AND l.active AND l.kind = 'store'
    AND (l.address = '' AND l.address_zh = '' OR NOT EXISTS (SELECT FROM store_hours h
      WHERE h.merchant_id = l.merchant_id AND h.location_id = l.id))) AS "store",
  EXISTS (SELECT FROM product p WHERE p.merchant_id = m.id AND p.status = 'active') AS "product",
  EXISTS (SELECT FROM product p WHERE p.merchant_id = m.id AND p.status = 'active'
    AND p.rank_price_minor IS NOT NULL) AS "price",
  EXISTS (SELECT FROM variant v
    JOIN product p ON p.merchant_id = v.merchant_id AND p.id = v.product_id
    WHERE v.merchant_id = m.id AND p.status = 'active' AND v.retired_at IS NULL
      AND (NOT v.stock_tracked OR v.sell_when_out OR EXISTS (
        SELECT FROM level n WHERE n.merchant_id = v.merchant_id AND n.variant_id = v.id
          AND n.on_hand > 0))) AS "stock",
  EXISTS (SELECT FROM delivery_option d WHERE d.merchant_id = m.id AND d.active) AS "delivery",
  EXISTS (SELECT FROM payment_method w WHERE w.merchant_id = m.id AND w.enabled
    AND COALESCE(CAST(w.standing->>'takes_payments' AS boolean), true)
    AND w.plugin = ANY(:online)) AS "payment",
  EXISTS (SELECT FROM payment_method w WHERE w.merchant_id = m.id AND w.enabled
    AND COALESCE(CAST(w.standing->>'takes_payments' AS boolean), true)
    AND w.plugin = ANY(:online) AND w.plugin <> ALL(:trial)) AS "real-payment",
  EXISTS (SELECT FROM tax_rate t WHERE t.country = m.country AND t.enabled) AS "tax",
  NOT EXISTS (SELECT FROM register g WHERE g.merchant_id = m.id)
    OR EXISTS (SELECT FROM clerk_pin k WHERE k.merchant_id = m.id) AS "pin",
  m.currency <> ALL(:coarse) OR NOT EXISTS (SELECT FROM register g WHERE g.merchant_id = m.id)
    OR EXISTS (SELECT FROM rounding_rule c WHERE c.merchant_id = m.id
      AND c.currency = m.currency) AS "coin",
  (SELECT count(*) = 2 FROM (
    SELECT DISTINCT ON (y.kind) y.text <> '' OR y.text_zh <> '' AS stated FROM shop_policy y
    WHERE y.merchant_id = m.id AND y.kind IN ('terms', 'privacy')
    ORDER BY y.kind, y.number DESC) AS latest WHERE stated) AS "policies",
  CAST(:mails AS boolean) AS "mail",
  EXISTS (SELECT FROM sales_order o WHERE o.merchant_id = m.id) AS sold
FROM merchant m
"""


def _checklist(merchant_id: UUID, *answers: bool) -> Checklist:
    *steps, sold = answers
    done = frozenset(step for step, answer in zip(Step, steps, strict=True) if answer)
    return Checklist(merchant_id, done, sold)


_ONE = Statement(f"{_SELECT} WHERE m.id = :merchant", _checklist)
_ALL = Statement(f"{_SELECT} ORDER BY m.slug", _checklist)


@dataclass(frozen=True, slots=True)
class Around:
    """What the installation offers every merchant: plugin ids, and whether its letters leave."""

    online: tuple[str, ...]
    trial: tuple[str, ...]
    mails: bool

    def as_parameters(self) -> dict[str, object]:
        """Return what the statements ask for."""
        return {
            "online": list(self.online),
            "trial": list(self.trial),
            "mails": self.mails,
            "coarse": list(coarse_currencies()),
        }


def checklist_of(
    connection: Connection | Session, *, merchant_id: UUID, around: Around
) -> Checklist:
    """Return how far a merchant is. Works in the park's scope and in the merchant's own."""
    return _ONE.one(connection, {"merchant": merchant_id, **around.as_parameters()})


def checklists(connection: Connection | Session, *, around: Around) -> Collection[Checklist]:
    """Return how far every merchant is, by slug. Needs `Scope.park()`."""
    return tuple(_ALL.all(connection, around.as_parameters()))

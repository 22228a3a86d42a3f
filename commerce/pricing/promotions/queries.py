"""Which promotions count for a basket, and what the desk knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.pricing.promotions.codes import buyer_digest
from commerce.pricing.promotions.errors import UnknownPromotionError
from commerce.pricing.promotions.rows import (
    CodeRow,
    OrderUse,
    Promotion,
    PromotionCard,
    PromotionDraft,
    Stacking,
    UseRow,
    Why,
)
from commerce.pricing.promotions.terms import read_terms

# What is known of the goods and the buyer stands in the first row only, and is not even looked up
# where there is no promotion. A category's own name and those of all above it count.
_APPLYING = Statement("""
SELECT p.id, p.name, p.name_zh, p.kind, CAST(p.terms AS text) AS terms, p.stacking, p.position,
  p.needs_code, p.valid_from, p.valid_to, p.switched_off_at IS NOT NULL AS over,
  p.limit_total IS NOT NULL AND p.used >= p.limit_total AS used_up, p.limit_per_customer,
  CASE WHEN p.limit_per_customer IS NOT NULL THEN
    (SELECT t.used FROM promotion_tally t
     WHERE t.promotion_id = p.id AND t.code_id IS NULL AND t.buyer = :buyer) END AS used_by_buyer,
  CASE WHEN p.needs_code THEN
    (SELECT jsonb_agg(jsonb_build_object(
       'code', c.code, 'id', c.id,
       'over', c.switched_off_at IS NOT NULL OR (c.valid_to IS NOT NULL AND c.valid_to <= :at),
       'used_up', c.limit_total IS NOT NULL AND c.used >= c.limit_total,
       'each', c.limit_per_customer,
       'used_by_buyer', CASE WHEN c.limit_per_customer IS NOT NULL THEN
         (SELECT t.used FROM promotion_tally t
          WHERE t.promotion_id = p.id AND t.code_id = c.id AND t.buyer = :buyer) END))
     FROM promotion_code c
     WHERE c.promotion_id = p.id AND c.code = ANY(:codes)) END AS codes,
  CASE WHEN row_number() OVER (ORDER BY p.position, p.id) = 1 THEN jsonb_build_object(
    'groups', (SELECT jsonb_agg(m.group_id) FROM customer_group_member m
               WHERE m.customer_id = :customer),
    'goods', (SELECT jsonb_object_agg(g.id, jsonb_build_array(g.tags, ARRAY(
        SELECT DISTINCT above.id FROM product_category s
        JOIN category c ON c.merchant_id = s.merchant_id AND c.id = s.category_id
        JOIN category above ON above.merchant_id = c.merchant_id
         AND (above.id = c.id OR starts_with(c.path, above.path || '/'))
        WHERE s.merchant_id = g.merchant_id AND s.product_id = g.id)))
      FROM product g WHERE g.id = ANY(:products))) END AS around
FROM promotion p
WHERE (NOT p.needs_code AND p.switched_off_at IS NULL
       AND p.valid_from <= :at AND (p.valid_to IS NULL OR p.valid_to > :at))
   OR (p.needs_code
       AND p.id IN (SELECT c.promotion_id FROM promotion_code c WHERE c.code = ANY(:codes)))
ORDER BY p.position, p.id
""")

_NET_USES = """
  FROM promotion_use u
  LEFT JOIN promotion_use b ON b.merchant_id = u.merchant_id AND b.order_id = u.order_id
   AND b.promotion_id = u.promotion_id AND b.kind = 'given_back'
"""

_KNOWN = Statement("SELECT 1 FROM promotion_code WHERE code = :code")

_ANY_BY_CODE = Statement("""
SELECT EXISTS (SELECT 1 FROM promotion WHERE needs_code AND switched_off_at IS NULL)
""")

_CARDS = Statement(f"""
SELECT p.id, p.name, p.name_zh, p.kind, CAST(p.terms AS text) AS terms, p.stacking, p.position,
  p.needs_code, p.valid_from, p.valid_to, p.switched_off_at, p.limit_total, p.limit_per_customer,
  p.created_at, p.changed_at,
  (SELECT count(*) FROM promotion_code c
   WHERE c.merchant_id = p.merchant_id AND c.promotion_id = p.id) AS codes,
  (SELECT count(*) {_NET_USES}
   WHERE u.merchant_id = p.merchant_id AND u.promotion_id = p.id AND u.kind = 'used'
     AND b.id IS NULL) AS used,
  (SELECT jsonb_object_agg(currency, amount) FROM (
     SELECT o.currency, sum(u.amount_minor) AS amount {_NET_USES}
     JOIN sales_order o ON o.merchant_id = u.merchant_id AND o.id = u.order_id
     WHERE u.merchant_id = p.merchant_id AND u.promotion_id = p.id AND u.kind = 'used'
       AND b.id IS NULL
     GROUP BY o.currency) AS sums) AS taken_off
FROM promotion p
WHERE CAST(:promotion AS uuid) IS NULL OR p.id = :promotion
ORDER BY p.switched_off_at IS NOT NULL, p.position, p.id DESC
""")  # noqa: S608 - words of ours

_CODES = Statement(
    f"""
SELECT c.id, c.code, c.limit_total, c.limit_per_customer, coalesce(n.used, 0) AS used,
  c.valid_to, c.switched_off_at
FROM promotion_code c
LEFT JOIN (
  SELECT u.code_id, count(*) AS used {_NET_USES}
  WHERE u.promotion_id = :promotion AND u.kind = 'used' AND b.id IS NULL
  GROUP BY u.code_id) AS n ON n.code_id = c.id
WHERE c.promotion_id = :promotion AND c.code > :after
ORDER BY c.code LIMIT :most
""",  # noqa: S608 - words of ours
    CodeRow,
)

_USES = Statement(
    f"""
SELECT u.promotion_id, p.name, p.name_zh, c.code, u.amount_minor, u.at, b.id IS NOT NULL
{_NET_USES}
  JOIN promotion p ON p.merchant_id = u.merchant_id AND p.id = u.promotion_id
  LEFT JOIN promotion_code c ON c.merchant_id = u.merchant_id AND c.id = u.code_id
WHERE u.order_id = :order AND u.kind = 'used'
ORDER BY u.promotion_id
""",
    UseRow,
)

_RECENT_USES = Statement(
    f"""
SELECT u.order_id, o.number, c.code, u.amount_minor, o.currency, u.at, b.id IS NOT NULL
{_NET_USES}
  JOIN sales_order o ON o.merchant_id = u.merchant_id AND o.id = u.order_id
  LEFT JOIN promotion_code c ON c.merchant_id = u.merchant_id AND c.id = u.code_id
WHERE u.promotion_id = :promotion AND u.kind = 'used'
ORDER BY u.at DESC, u.id DESC LIMIT :most
""",
    OrderUse,
)


@dataclass(frozen=True, slots=True)
class Named:
    """What promotions may name a product by."""

    tags: frozenset[str]
    categories: frozenset[UUID]
    """Those it stands in, and all above them."""


NAMELESS = Named(frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Applying:
    """Everything that reckoning a basket needs besides its lines."""

    promotions: tuple[Promotion, ...] = ()
    goods: Mapping[UUID, Named] = field(default_factory=dict)
    """By product."""
    groups: frozenset[UUID] = frozenset()
    code_ids: Mapping[str, UUID] = field(default_factory=dict)


def takes_codes(connection: Connection | Session) -> bool:
    """Return whether the shop has promotions that ask for a code."""
    return bool(_ANY_BY_CODE.value(connection))


def promotions_for(
    connection: Connection | Session,
    *,
    merchant_id: UUID,
    product_ids: Sequence[UUID],
    at: datetime,
    codes: Sequence[str] = (),
    customer_id: UUID | None = None,
    email: str = "",
) -> Applying:
    """Return the promotions that may count at the moment `at` (UTC), those of typed codes included.

    One statement. A typed code's promotion comes along although it is over or used up, so that
    whoever typed it can be told why; `codes` are in the spelling of `code_key`.
    """
    buyer = buyer_digest(merchant_id, email)
    rows = _APPLYING.all(
        connection,
        {
            "at": at,
            "codes": list(codes),
            "customer": customer_id,
            "buyer": buyer,
            "products": list(product_ids),
        },
    )
    if not rows:
        return Applying()
    around = next(row.around for row in rows if row.around)
    return Applying(
        promotions=tuple(_promotion(row, known=buyer is not None) for row in rows),
        goods={
            UUID(product): Named(frozenset(tags), frozenset(map(UUID, categories)))
            for product, (tags, categories) in (around["goods"] or {}).items()
        },
        groups=frozenset(map(UUID, around["groups"] or ())),
        code_ids={each["code"]: UUID(each["id"]) for row in rows for each in row.codes or ()},
    )


def knows_code(connection: Connection | Session, *, code: str) -> bool:
    """Return whether the merchant has this code, whatever it is good for today."""
    return _KNOWN.one_or_none(connection, {"code": code}) is not None


def promotion_cards(connection: Connection | Session) -> tuple[PromotionCard, ...]:
    """Return every promotion with its uses, those that are switched off last."""
    return tuple(_card(row) for row in _CARDS.all(connection, {"promotion": None}))


def promotion_card(connection: Connection | Session, *, promotion_id: UUID) -> PromotionCard:
    """Return one promotion with its uses.

    Raises:
        UnknownPromotionError: the merchant has none with this id.
    """
    row = _CARDS.one_or_none(connection, {"promotion": promotion_id})
    if row is None:
        raise UnknownPromotionError
    return _card(row)


def codes_of(
    connection: Connection | Session, *, promotion_id: UUID, after: str = "", most: int = 100
) -> tuple[CodeRow, ...]:
    """Return a promotion's codes with their uses, in alphabetical order; `after` pages on."""
    asked = {"promotion": promotion_id, "after": after, "most": most}
    return tuple(_CODES.all(connection, asked))


def recent_uses(
    connection: Connection | Session, *, promotion_id: UUID, most: int = 10
) -> tuple[OrderUse, ...]:
    """Return the orders that made use of a promotion last, with those that gave it back."""
    return tuple(_RECENT_USES.all(connection, {"promotion": promotion_id, "most": most}))


def uses_of_order(connection: Connection | Session, *, order_id: UUID) -> tuple[UseRow, ...]:
    """Return the promotions that an order made use of, with those that were given back."""
    return tuple(_USES.all(connection, {"order": order_id}))


def _promotion(row: Any, *, known: bool) -> Promotion:
    terms = read_terms(row.kind, row.terms, row.valid_from, row.valid_to)
    barred = _barred(
        row.over, row.used_up, row.limit_per_customer, row.used_by_buyer or 0, known=known
    )
    closed = _closed(row.codes or (), known=known)
    codes = frozenset(each["code"] for each in row.codes or ()) - closed.keys()
    return Promotion(
        id=row.id,
        name=row.name,
        name_zh=row.name_zh,
        effect=terms.effect,
        goods=terms.goods,
        but_not=terms.but_not,
        conditions=terms.conditions,
        stacking=Stacking(row.stacking),
        position=row.position,
        codes=codes if row.needs_code else None,
        closed=closed,
        barred=barred,
    )


def _closed(codes: Sequence[Any], *, known: bool) -> dict[str, Why]:
    """Return those of a promotion's typed codes that open it no more."""
    whys = {
        each["code"]: _barred(
            each["over"],
            each["used_up"],
            each["each"],
            each["used_by_buyer"] or 0,
            known=known,
            over=Why.CODE_OVER,
        )
        for each in codes
    }
    return {code: why for code, why in whys.items() if why is not None}


def _barred(
    is_over: bool,  # noqa: FBT001 - columns of a row
    used_up: bool,  # noqa: FBT001
    each: int | None,
    used_by_buyer: int,
    *,
    known: bool,
    over: Why = Why.OVER,
) -> Why | None:
    if is_over:
        return over
    if used_up:
        return Why.USED_UP
    if each is None:
        return None
    if not known:
        return Why.WHO_IS_IT
    return Why.USED_BY_CUSTOMER if used_by_buyer >= each else None


def _card(row: Any) -> PromotionCard:
    terms = read_terms(row.kind, row.terms, row.valid_from, row.valid_to)
    return PromotionCard(
        id=row.id,
        draft=PromotionDraft(
            name=row.name,
            name_zh=row.name_zh,
            effect=terms.effect,
            goods=terms.goods,
            but_not=terms.but_not,
            conditions=terms.conditions,
            stacking=Stacking(row.stacking),
            position=row.position,
            needs_code=row.needs_code,
            limit_total=row.limit_total,
            limit_per_customer=row.limit_per_customer,
        ),
        switched_off_at=row.switched_off_at,
        used=row.used,
        taken_off=row.taken_off or {},
        codes=row.codes,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )

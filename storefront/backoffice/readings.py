"""What the page Today counts, read in one statement; amounts in minor units, all times UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

_TROUBLES = text("""
SELECT
  -- Those of orders are told with their orders.
  (SELECT count(*) FROM discrepancy d WHERE d.resolved_at IS NULL AND NOT EXISTS (
     SELECT FROM sales_order o WHERE o.merchant_id = d.merchant_id
       AND o.id = d.displaced_owner_id AND o.state IN ('awaiting_payment', 'placed')))
    AS discrepancies,
  (SELECT count(*) FROM sale_variance WHERE seen_at IS NULL) AS variances,
  (SELECT count(*) FROM picture_fetch WHERE state = 'failed') AS failed_pictures,
  (SELECT count(*) FROM pin_guard WHERE locked_at IS NOT NULL) AS locked_pads,
  (SELECT count(*) FROM product p WHERE p.status = 'active' AND NOT EXISTS (
     SELECT FROM product_text t WHERE t.merchant_id = p.merchant_id AND t.product_id = p.id
       AND t.locale = 'zh')) AS without_zh,
  (SELECT count(*) FROM product p WHERE p.status = 'active' AND NOT EXISTS (
     SELECT FROM product_text t WHERE t.merchant_id = p.merchant_id AND t.product_id = p.id
       AND t.locale = 'en')) AS without_en,
  (SELECT count(*) FROM product p WHERE p.status = 'active' AND p.rank_price_minor IS NULL)
    AS without_price,
  (SELECT count(DISTINCT v.product_id) FROM variant v
     JOIN product p ON p.merchant_id = v.merchant_id AND p.id = v.product_id
     WHERE p.status = 'active' AND v.retired_at IS NULL AND v.requires_shipping
       AND v.weight_grams = 0) AS without_weight
""")

_FAILED_REFUNDS = text("""
SELECT o.id AS order_id, o.number, r.amount_minor, r.currency, p.plugin, r.refusal, r.detail
FROM refund r
JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
WHERE r.state = 'failed' AND (r.refusal <> 'withdrawn' OR o.state = 'cancelled') AND NOT EXISTS (
  SELECT FROM refund later WHERE later.merchant_id = r.merchant_id
    AND later.payment_id = r.payment_id AND later.id > r.id AND later.state <> 'failed'
)
ORDER BY r.id DESC LIMIT 5
""")

_SHORT_ORDERS = text("""
SELECT o.id AS order_id, o.number, max(e.at) AS since FROM sales_order o
JOIN order_event e ON e.merchant_id = o.merchant_id AND e.order_id = o.id AND e.kind = 'stock_short'
WHERE o.state = 'placed'
GROUP BY o.id, o.number ORDER BY since LIMIT 20
""")

_TAKEN_PROMISES = text("""
SELECT o.id AS order_id, o.number, sum(d.displaced) AS units
FROM discrepancy d
JOIN sales_order o ON o.merchant_id = d.merchant_id AND o.id = d.displaced_owner_id
WHERE d.resolved_at IS NULL AND o.state = 'awaiting_payment'
GROUP BY o.id, o.number ORDER BY max(d.at) DESC LIMIT 20
""")

_FAULTY_IMPORTS = text("""
SELECT id, file_name, state, COALESCE((counts ->> 'refused')::int, 0) AS refused
FROM product_import
WHERE started_at > now() - interval '7 days'
  AND (state = 'failed' OR (state = 'done' AND COALESCE((counts ->> 'refused')::int, 0) > 0))
ORDER BY started_at DESC LIMIT 3
""")

_SERVICES_DUE = text("""
SELECT o.id AS order_id, o.number,
  -- Bought in the reader's language, it keeps the words it was bought under.
  (SELECT COALESCE(CASE WHEN o.locale <> :locale THEN t.name END, l.name)
   FROM order_line l
   LEFT JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
   LEFT JOIN product_text t ON t.merchant_id = v.merchant_id AND t.product_id = v.product_id
     AND t.locale = :locale
   WHERE l.merchant_id = o.merchant_id AND l.order_id = o.id
   ORDER BY l.position LIMIT 1) AS service,
  CAST(o.delivery ->> 'latest' AS date) AS due, count(*) OVER () AS waiting
FROM sales_order o
WHERE o.state = 'placed' AND o.delivery ->> 'kind' = 'service'
ORDER BY o.placed_at LIMIT :most
""")

_SHELF = text("""
SELECT DISTINCT product_id FROM (
  SELECT v.product_id FROM variant v
  JOIN product p ON p.merchant_id = v.merchant_id AND p.id = v.product_id
  LEFT JOIN level l ON l.merchant_id = v.merchant_id AND l.variant_id = v.id
  WHERE v.retired_at IS NULL AND v.stock_tracked AND p.status <> 'archived'
  GROUP BY v.id, v.product_id
  HAVING COALESCE(sum(greatest(l.on_hand - l.held - l.safety - l.expired, 0)), 0) <= :most
) AS few LIMIT :limit
""")

_LACKING = {
    "zh": text("""
SELECT p.id FROM product p WHERE p.status = 'active' AND NOT EXISTS (
  SELECT FROM product_text t
  WHERE t.merchant_id = p.merchant_id AND t.product_id = p.id AND t.locale = 'zh')
ORDER BY p.id DESC LIMIT :limit
"""),
    "en": text("""
SELECT p.id FROM product p WHERE p.status = 'active' AND NOT EXISTS (
  SELECT FROM product_text t
  WHERE t.merchant_id = p.merchant_id AND t.product_id = p.id AND t.locale = 'en')
ORDER BY p.id DESC LIMIT :limit
"""),
    "price": text("""
SELECT p.id FROM product p WHERE p.status = 'active' AND p.rank_price_minor IS NULL
ORDER BY p.id DESC LIMIT :limit
"""),
    "weight": text("""
SELECT p.id FROM product p WHERE p.status = 'active' AND EXISTS (
  SELECT FROM variant v
  WHERE v.merchant_id = p.merchant_id AND v.product_id = p.id AND v.retired_at IS NULL
    AND v.requires_shipping AND v.weight_grams = 0)
ORDER BY p.id DESC LIMIT :limit
"""),
    "picture": text("""
SELECT p.id FROM product p WHERE p.status = 'active' AND NOT EXISTS (
  SELECT FROM media m
  WHERE m.merchant_id = p.merchant_id AND m.product_id = p.id AND m.state <> 'refused')
ORDER BY p.id DESC LIMIT :limit
"""),
}
MISSING = tuple(_LACKING)

_PRICES = text("""
SELECT id, rank_price_minor FROM product
WHERE id = ANY(:products) AND rank_price_minor IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Troubles:
    """How many things of each kind wait for somebody."""

    discrepancies: int
    variances: int
    failed_pictures: int
    locked_pads: int
    without_zh: int
    without_en: int
    without_price: int
    without_weight: int


@dataclass(frozen=True, slots=True)
class FailedRefund:
    """A refund that a provider turned down."""

    order_id: UUID
    number: str
    amount_minor: int
    currency: str
    plugin: str
    refusal: str
    detail: str


@dataclass(frozen=True, slots=True)
class TakenPromise:
    """An order, and how many units that it was promised were sold to somebody else."""

    order_id: UUID
    number: str
    units: int


@dataclass(frozen=True, slots=True)
class ShortOrder:
    """A placed order that lost goods to a till."""

    order_id: UUID
    number: str
    since: datetime


@dataclass(frozen=True, slots=True)
class DueService:
    """A paid service that nobody has delivered yet; `due` is the last day promised, in UTC."""

    order_id: UUID
    number: str
    service: str
    due: date | None
    waiting: int
    """How many there are in all."""


@dataclass(frozen=True, slots=True)
class FaultyImport:
    """An import of the last week that kept products out."""

    id: UUID
    file_name: str
    state: str
    refused: int


def troubles(connection: Connection) -> Troubles:
    """Return what is wrong, counted."""
    return Troubles(*connection.execute(_TROUBLES).one())


def failed_refunds(connection: Connection) -> tuple[FailedRefund, ...]:
    """Return refunds that failed and were not tried again since."""
    return tuple(FailedRefund(*row) for row in connection.execute(_FAILED_REFUNDS))


def short_orders(connection: Connection) -> tuple[ShortOrder, ...]:
    """Return placed orders from which a till once took goods; some may have found others since."""
    return tuple(ShortOrder(*row) for row in connection.execute(_SHORT_ORDERS))


def taken_promises(connection: Connection) -> tuple[TakenPromise, ...]:
    """Return orders that await payment and of whose goods a till sold some meanwhile."""
    rows = connection.execute(_TAKEN_PROMISES)
    return tuple(TakenPromise(row.order_id, row.number, int(row.units)) for row in rows)


def services_due(connection: Connection, *, most: int, locale: str) -> tuple[DueService, ...]:
    """Return paid services that nobody has delivered yet, the longest waiting first.

    They are called as the reader's language calls them today.
    """
    given = {"most": most, "locale": locale}
    return tuple(DueService(*row) for row in connection.execute(_SERVICES_DUE, given))


def faulty_imports(connection: Connection) -> tuple[FaultyImport, ...]:
    """Return the imports of the last week that kept products out."""
    return tuple(FaultyImport(*row) for row in connection.execute(_FAULTY_IMPORTS))


def products_running_low(connection: Connection, *, most: int, limit: int) -> tuple[UUID, ...]:
    """Return products with a variant of which at most `most` units can still be promised."""
    return tuple(connection.scalars(_SHELF, {"most": most, "limit": limit}))


def products_lacking(connection: Connection, *, gap: str, limit: int) -> tuple[UUID, ...]:
    """Return active products that lack something: one of `MISSING`."""
    return tuple(connection.scalars(_LACKING[gap], {"limit": limit}))


def product_prices(connection: Connection, *, product_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return what each product costs at least, in minor units of the merchant's own currency."""
    rows = connection.execute(_PRICES, {"products": list(product_ids)})
    return {row.id: int(row.rank_price_minor) for row in rows}


_LOCKED = text("SELECT id FROM pin_guard WHERE locked_at IS NOT NULL")


def locked_pads(connection: Connection) -> frozenset[UUID]:
    """Return the registers whose PIN pad waits for somebody who may unlock it."""
    return frozenset(connection.scalars(_LOCKED))


_STOCK_PAPERS = text("""
SELECT id, number, 'transfer' AS kind FROM transfer WHERE id = ANY(:papers)
UNION ALL SELECT id, number, 'purchase' FROM purchase WHERE id = ANY(:papers)
UNION ALL SELECT id, number, 'count_sheet' FROM count_sheet WHERE id = ANY(:papers)
""")


@dataclass(frozen=True, slots=True)
class StockPaper:
    """A paper of the stock room: what people call it, and the page that shows it."""

    id: UUID
    number: str
    view: str


def stock_papers(connection: Connection, *, paper_ids: Sequence[UUID]) -> dict[UUID, StockPaper]:
    """Return the transfers, purchases and counts among these ids."""
    rows = connection.execute(_STOCK_PAPERS, {"papers": list(paper_ids)})
    return {row.id: StockPaper(row.id, row.number, row.kind) for row in rows}


_NUMBERS = text("SELECT id, number FROM sales_order WHERE id = ANY(:orders)")


def order_numbers(connection: Connection, *, order_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return what people call each of these orders; an id that is no order's is left out."""
    rows = connection.execute(_NUMBERS, {"orders": list(order_ids)})
    return {row.id: row.number for row in rows}

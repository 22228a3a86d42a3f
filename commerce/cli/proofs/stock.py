"""Stock: the ledger is the level, and every promise is covered."""

from commerce.cli.proofs.proof import proof_by_query

LEDGER_IS_LEVEL = proof_by_query(
    "I3",
    "What is on hand is the sum of its movements.",
    """
    SELECT concat_ws('/', variant_id, location_id) AS key,
           format('on hand %s, movements add up to %s', coalesce(l.on_hand, 0),
                  coalesce(m.total, 0)) AS what
    FROM level l
    FULL JOIN (
      SELECT merchant_id, variant_id, location_id, sum(quantity) AS total
      FROM movement GROUP BY merchant_id, variant_id, location_id
    ) AS m USING (merchant_id, variant_id, location_id)
    WHERE coalesce(l.on_hand, 0) <> coalesce(m.total, 0)
    """,
)

HOLDS_ARE_COVERED = proof_by_query(
    "I4",
    "What is held is the sum of the holds, and lies between nothing and what is on hand.",
    """
    SELECT concat_ws('/', variant_id, location_id) AS key,
           format('held %s of %s on hand, holds add up to %s', coalesce(l.held, 0),
                  coalesce(l.on_hand, 0), coalesce(h.total, 0)) AS what
    FROM level l
    FULL JOIN (
      SELECT merchant_id, variant_id, location_id, sum(quantity) AS total
      FROM hold GROUP BY merchant_id, variant_id, location_id
    ) AS h USING (merchant_id, variant_id, location_id)
    WHERE coalesce(l.held, 0) <> coalesce(h.total, 0)
       OR l.held NOT BETWEEN 0 AND l.on_hand OR l.safety < 0
    """,
)

HOLDS_END = proof_by_query(
    "I4",
    "No unpaid hold outlives its expiry by more than one sweep.",
    """
    SELECT id AS key, format('expired at %s and still holds %s', expires_at, quantity) AS what
    FROM hold WHERE expires_at < CAST(:now AS timestamptz) - interval '2 minutes'
    """,
    while_running=True,
)

PAID_ORDERS_ARE_HELD = proof_by_query(
    "I4",
    "Every order that is paid and not yet handed over still holds its goods, or says it is short.",
    """
    SELECT o.number AS key,
           format('%s units of %s are neither held nor sold', s.quantity, s.variant_id) AS what
    FROM order_source s
    JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.order_id
    WHERE o.state = 'placed' AND s.counted
      AND coalesce((
        SELECT sum(h.quantity) FROM hold h
        WHERE h.merchant_id = s.merchant_id AND h.owner_id = o.id
          AND h.variant_id = s.variant_id AND h.location_id = s.location_id
      ), 0) < s.quantity
      AND NOT EXISTS (
        SELECT FROM movement m
        WHERE m.merchant_id = s.merchant_id AND m.variant_id = s.variant_id
          AND m.location_id = s.location_id AND m.subject_id = o.id AND m.kind = 'sold'
      )
      AND NOT EXISTS (
        SELECT FROM order_event e
        WHERE e.merchant_id = o.merchant_id AND e.order_id = o.id AND e.kind = 'stock_short'
      )
    """,
)

GOODS_TO_SEND_HAVE_A_PLACE = proof_by_query(
    "I4",
    "Whatever a paid order has to send has a place that it leaves from, counted or not.",
    """
    SELECT o.number AS key, format('%s of %s leave from nowhere', l.quantity, l.variant_id) AS what
    FROM order_line l
    JOIN sales_order o ON o.merchant_id = l.merchant_id AND o.id = l.order_id
    JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
    WHERE o.state = 'placed' AND o.channel <> 'till' AND v.requires_shipping
      AND o.delivery ->> 'kind' IS DISTINCT FROM 'service'
      AND NOT EXISTS (
        SELECT FROM order_source s
        WHERE s.merchant_id = l.merchant_id AND s.order_id = l.order_id
          AND s.variant_id = l.variant_id
      )
      -- A merchant who had no place then is told so on the order's page; ids grow with time.
      AND EXISTS (
        SELECT FROM location p WHERE p.merchant_id = o.merchant_id AND p.id < o.id
      )
    """,
)

NOTHING_IS_CLOSED_UNSENT = proof_by_query(
    "I4",
    "No order is completed while goods of it still wait to leave.",
    """
    SELECT o.number AS key,
           format('%s units of %s have not left', s.quantity - s.sent, s.variant_id) AS what
    FROM order_source s
    JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.order_id
    WHERE o.state = 'completed' AND NOT s.counted AND s.sent < s.quantity
    UNION ALL
    SELECT o.number, format('%s units of %s are still held', h.quantity, h.variant_id)
    FROM hold h
    JOIN sales_order o ON o.merchant_id = h.merchant_id AND o.id = h.owner_id
    WHERE o.state = 'completed'
    """,
)

NOTHING_RETURNS_TWICE = proof_by_query(
    "I3",
    "No more units of an order came back than had left.",
    """
    SELECT concat_ws('/', m.subject_id, m.variant_id) AS key,
           format('%s left, %s came back', -sum(m.quantity) FILTER (WHERE m.kind = 'sold'),
                  sum(m.quantity) FILTER (WHERE m.kind = 'returned')) AS what
    FROM movement m
    WHERE (m.merchant_id, m.subject_id) IN (
      SELECT merchant_id, subject_id FROM movement WHERE kind = 'returned'
    ) AND m.kind IN ('sold', 'returned')
    GROUP BY m.merchant_id, m.subject_id, m.variant_id
    HAVING sum(m.quantity) > 0
    """,
)

PROOFS = (
    LEDGER_IS_LEVEL,
    NOTHING_RETURNS_TWICE,
    HOLDS_ARE_COVERED,
    HOLDS_END,
    PAID_ORDERS_ARE_HELD,
    GOODS_TO_SEND_HAVE_A_PLACE,
    NOTHING_IS_CLOSED_UNSENT,
)

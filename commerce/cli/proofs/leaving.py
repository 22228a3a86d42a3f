"""How orders leave: what people are asked to pick is what the shelves keep, what left is booked."""

from commerce.cli.proofs.proof import proof_by_query

_ACTIVE = "('open', 'picking', 'packed', 'ready')"

PLANS_ARE_PROMISES = proof_by_query(
    "I4",
    "What a place is asked to pick for an order is what it keeps for that order.",
    f"""
    WITH kept AS (
      SELECT merchant_id, order_id, location_id, variant_id, sum(units) AS units FROM (
        SELECT h.merchant_id, h.owner_id AS order_id, h.location_id, h.variant_id,
               h.quantity AS units
        FROM hold h
        UNION ALL
        SELECT s.merchant_id, s.order_id, s.location_id, s.variant_id, s.quantity - s.sent
        FROM order_source s WHERE NOT s.counted AND s.sent < s.quantity
      ) AS every
      WHERE EXISTS (SELECT FROM sales_order o WHERE o.merchant_id = every.merchant_id
                    AND o.id = every.order_id AND o.state = 'placed')
      GROUP BY merchant_id, order_id, location_id, variant_id
    ), asked AS (
      SELECT f.merchant_id, f.order_id, f.location_id, l.variant_id, sum(l.quantity) AS units
      FROM fulfilment f
      JOIN fulfilment_line l ON l.merchant_id = f.merchant_id AND l.fulfilment_id = f.id
      WHERE f.state IN {_ACTIVE} AND f.location_id IS NOT NULL
      GROUP BY f.merchant_id, f.order_id, f.location_id, l.variant_id
    )
    SELECT concat_ws('/', order_id, location_id, variant_id) AS key,
           format('keeps %s, is asked for %s', COALESCE(k.units, 0), COALESCE(a.units, 0)) AS what
    FROM kept k FULL JOIN asked a USING (merchant_id, order_id, location_id, variant_id)
    WHERE COALESCE(k.units, 0) <> COALESCE(a.units, 0)
    """,  # noqa: S608 - no word of it comes from outside
)

WHAT_LEFT_IS_BOOKED = proof_by_query(
    "I3",
    "What left a place with the parts of an order is what its books say left.",
    """
    WITH gone AS (
      SELECT f.merchant_id, f.order_id, f.location_id, l.variant_id, sum(l.quantity) AS units
      FROM fulfilment f
      JOIN fulfilment_line l ON l.merchant_id = f.merchant_id AND l.fulfilment_id = f.id
      WHERE f.left_at IS NOT NULL AND f.location_id IS NOT NULL AND l.quantity > 0
      GROUP BY f.merchant_id, f.order_id, f.location_id, l.variant_id
    ), booked AS (
      SELECT s.merchant_id, s.order_id, s.location_id, s.variant_id,
             CASE WHEN s.counted THEN -sum(m.quantity) ELSE max(s.sent) END AS units
      FROM order_source s
      LEFT JOIN movement m ON s.counted AND m.merchant_id = s.merchant_id
        AND m.variant_id = s.variant_id AND m.location_id = s.location_id
        AND m.subject_id = s.order_id AND m.kind = 'sold'
      GROUP BY s.merchant_id, s.id
    )
    SELECT concat_ws('/', order_id, location_id, variant_id) AS key,
           format('%s left, %s are booked', COALESCE(g.units, 0), COALESCE(b.units, 0)) AS what
    FROM gone g FULL JOIN booked b USING (merchant_id, order_id, location_id, variant_id)
    WHERE COALESCE(g.units, 0) <> COALESCE(b.units, 0)
    """,
)

PARTS_FOLLOW_THEIR_ORDER = proof_by_query(
    "I12",
    "Parts of an order wait only while it is placed, and what is packed is picked.",
    f"""
    SELECT f.id AS key, format('is %s of an order that is %s', f.state, o.state) AS what
    FROM fulfilment f
    JOIN sales_order o ON o.merchant_id = f.merchant_id AND o.id = f.order_id
    WHERE f.state IN {_ACTIVE} AND o.state <> 'placed'
    UNION ALL
    SELECT f.id, format('is %s with %s units unpicked', f.state, l.quantity - l.picked)
    FROM fulfilment f
    JOIN fulfilment_line l ON l.merchant_id = f.merchant_id AND l.fulfilment_id = f.id
    WHERE f.state IN ('packed', 'ready') AND l.picked < l.quantity
    """,  # noqa: S608 - no word of it comes from outside
)

PROOFS = (PLANS_ARE_PROMISES, WHAT_LEFT_IS_BOOKED, PARTS_FOLLOW_THEIR_ORDER)

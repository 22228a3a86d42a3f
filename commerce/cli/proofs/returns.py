"""Returns: no unit comes back twice, what came back is booked, what went back was paid for it."""

from commerce.cli.proofs.proof import proof_by_query

CLAIMS_ARE_RETURNS = proof_by_query(
    "I3",
    "Returns claim the units that their lines name, and never more than a line sold.",
    """
    WITH asked AS (
      SELECT l.merchant_id, l.order_line_id,
        sum(CASE WHEN r.state IN ('requested', 'approved') THEN l.quantity
                 WHEN r.state IN ('refused', 'cancelled') THEN 0
                 ELSE l.received - l.declined END) AS units,
        sum(l.restocked + l.quarantined + l.written_off) AS settled
      FROM order_return_line l
      JOIN order_return r ON r.merchant_id = l.merchant_id AND r.id = l.return_id
      GROUP BY l.merchant_id, l.order_line_id
    )
    SELECT c.id AS key, format('claimed %s of %s and reckoned %s, returns name %s and kept %s',
                               c.units, o.quantity, c.settled, a.units, a.settled) AS what
    FROM returned_units c
    JOIN order_line o ON o.merchant_id = c.merchant_id AND o.id = c.id
    LEFT JOIN asked a ON a.merchant_id = c.merchant_id AND a.order_line_id = c.id
    WHERE c.units <> COALESCE(a.units, 0) OR c.settled <> COALESCE(a.settled, 0)
       OR c.units > o.quantity OR c.sold <> o.quantity
    """,
)

RETURNED_UNITS_ARE_BOOKED = proof_by_query(
    "I3",
    "What came back with returns moved on the ledger, and no more came back than had left.",
    """
    WITH back AS (
      SELECT r.merchant_id, r.order_id, o.variant_id,
        sum(l.restocked + l.quarantined + l.written_off) AS units
      FROM order_return r
      JOIN order_return_line l ON l.merchant_id = r.merchant_id AND l.return_id = r.id
      JOIN order_line o ON o.merchant_id = l.merchant_id AND o.id = l.order_line_id
      JOIN variant v ON v.merchant_id = o.merchant_id AND v.id = o.variant_id
      WHERE v.stock_tracked AND NOT EXISTS (
        SELECT FROM order_source s WHERE s.merchant_id = r.merchant_id
          AND s.order_id = r.order_id AND s.variant_id = o.variant_id AND NOT s.counted)
      GROUP BY r.merchant_id, r.order_id, o.variant_id
    )
    SELECT concat_ws('/', b.order_id, b.variant_id) AS key,
           format('%s kept, %s booked as come back, %s left', b.units, m.came, m.gone) AS what
    FROM back b
    CROSS JOIN LATERAL (
      SELECT COALESCE(sum(quantity) FILTER (WHERE kind = 'returned'), 0) AS came,
             COALESCE(-sum(quantity) FILTER (WHERE kind = 'sold'), 0) AS gone
      FROM movement
      WHERE merchant_id = b.merchant_id AND variant_id = b.variant_id AND subject_id = b.order_id
    ) AS m
    WHERE b.units > m.came OR m.came > m.gone
    """,
)

RETURNS_ARE_PAID_BACK = proof_by_query(
    "I5",
    "What returns gave back was asked for as refunds, and is at most what their goods were sold for.",
    """
    SELECT r.id AS key, format('goods %s, lines %s, delivery %s, given back %s', r.goods_minor,
                               w.lines, r.delivery_minor, r.refunded_minor) AS what
    FROM order_return r
    JOIN sales_order o ON o.merchant_id = r.merchant_id AND o.id = r.order_id
    CROSS JOIN LATERAL (
      SELECT COALESCE(sum(net_minor + tax_minor), 0) AS lines FROM order_return_line l
      WHERE l.merchant_id = r.merchant_id AND l.return_id = r.id
    ) AS w
    CROSS JOIN LATERAL (
      SELECT COALESCE(sum(f.amount_minor), 0) AS asked FROM payment p
      JOIN refund f ON f.merchant_id = p.merchant_id AND f.payment_id = p.id
      WHERE p.merchant_id = r.merchant_id AND p.order_id = r.order_id
    ) AS g
    WHERE r.goods_minor <> w.lines OR r.delivery_minor > o.delivery_minor
       OR r.refunded_minor > r.goods_minor + r.delivery_minor OR r.refunded_minor > g.asked
    """,
)

PROOFS = (CLAIMS_ARE_RETURNS, RETURNED_UNITS_ARE_BOOKED, RETURNS_ARE_PAID_BACK)

"""Orders: none lost, none twice, every total right, every state reached by a legal way."""

from commerce.cli.proofs.proof import proof_by_query

NO_PAID_ORDER_WAITS = proof_by_query(
    "I1",
    "No order that is fully paid still waits for its payment after a quarter of an hour.",
    """
    SELECT o.number AS key, format('paid %s of %s since %s', sum(p.captured_minor),
                                   o.total_minor, max(p.settled_at)) AS what
    FROM sales_order o
    JOIN payment p ON p.merchant_id = o.merchant_id AND p.order_id = o.id
    WHERE o.state = 'awaiting_payment' AND p.captured_minor > 0
    GROUP BY o.merchant_id, o.id, o.number, o.total_minor
    HAVING sum(p.captured_minor - p.refunded_minor - p.refunding_minor) >= o.total_minor
       AND max(p.settled_at) < CAST(:now AS timestamptz) - make_interval(mins => :sla)
    """,
)

CARTS_BECAME_ORDERS = proof_by_query(
    "I1",
    "Every cart that says it became an order did.",
    """
    SELECT c.id AS key, format('names order %s, which is not there', c.order_id) AS what
    FROM cart c
    WHERE c.order_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM sales_order o
      WHERE o.merchant_id = c.merchant_id AND o.id = c.order_id AND o.source_id = c.id
    )
    """,
)

ONE_ORDER_PER_SOURCE = proof_by_query(
    "I2",
    "A cart or a till's command became one order at most.",
    """
    SELECT source_id AS key, format('became %s orders: %s', count(*), string_agg(number, ', '))
             AS what
    FROM sales_order GROUP BY merchant_id, source_id HAVING count(*) > 1
    UNION ALL
    SELECT c.id, format('became order %s and names %s', o.id, coalesce(c.order_id::text, 'none'))
    FROM cart c
    JOIN sales_order o ON o.merchant_id = c.merchant_id AND o.source_id = c.id
    WHERE c.order_id IS DISTINCT FROM o.id
    """,
)

TOTALS_ADD_UP = proof_by_query(
    "I10",
    "An order's amounts are the sums of its lines and its delivery.",
    """
    SELECT o.number AS key,
           format('goods %s and lines %s, discount %s and lines %s, tax %s and lines %s, total %s',
                  o.goods_minor, l.total, o.discount_minor, l.discount, o.tax_minor, l.tax,
                  o.total_minor) AS what
    FROM sales_order o
    JOIN (
      SELECT merchant_id, order_id, sum(total_minor) AS total, sum(tax_minor) AS tax,
             sum(discount_minor) AS discount
      FROM order_line GROUP BY merchant_id, order_id
    ) AS l ON l.merchant_id = o.merchant_id AND l.order_id = o.id
    WHERE o.goods_minor <> l.total OR o.discount_minor <> l.discount
       OR o.total_minor <> o.goods_minor + o.delivery_minor
       OR o.tax_minor - l.tax NOT BETWEEN 0 AND o.delivery_minor
    UNION ALL
    SELECT o.number, 'has no lines'
    FROM sales_order o
    WHERE NOT EXISTS (
      SELECT FROM order_line l WHERE l.merchant_id = o.merchant_id AND l.order_id = o.id
    )
    """,
)

# Rounding may move a line's tax by less than one unit per line, whichever way it is rounded.
LINES_ADD_UP = proof_by_query(
    "I10",
    "A line's amount is price times quantity less discount, and its tax is its rate's.",
    """
    SELECT l.id AS key,
           format('%s x %s - %s gives net %s, tax %s at %s, total %s', l.quantity,
                  l.unit_price_minor, l.discount_minor, l.net_minor, l.tax_minor, l.tax_rate,
                  l.total_minor) AS what
    FROM order_line l
    WHERE l.net_minor + l.tax_minor <> l.total_minor
       OR l.quantity * l.unit_price_minor - l.discount_minor NOT IN (l.net_minor, l.total_minor)
       OR abs(l.tax_minor - l.net_minor * l.tax_rate) > 1 + l.tax_rate
    """,
)

LEGAL_STATES = proof_by_query(
    "I12",
    "An order's state is the one that its timeline tells.",
    """
    SELECT o.number AS key, format('is %s, its timeline says: %s', o.state,
                                   coalesce(e.kinds, 'nothing')) AS what
    FROM sales_order o
    LEFT JOIN LATERAL (
      SELECT string_agg(kind, ', ' ORDER BY id) AS kinds,
             bool_or(kind IN ('placed', 'sold')) AS placed,
             bool_or(kind IN ('shipped', 'handed_over', 'completed', 'sold')) AS left_us,
             bool_or(kind IN ('cancelled', 'returned')) AS undone
      FROM order_event e WHERE e.merchant_id = o.merchant_id AND e.order_id = o.id
    ) AS e ON true
    WHERE (o.state = 'placed' AND e.placed IS NOT TRUE)
       OR (o.state = 'completed' AND e.left_us IS NOT TRUE)
       OR (o.state = 'cancelled' AND e.undone IS NOT TRUE)
       OR (o.state = 'awaiting_payment' AND (e.placed OR e.left_us))
       OR (o.state IN ('placed', 'completed') AND o.placed_at IS NULL)
    """,
)

NO_WAY_BACK = proof_by_query(
    "I12",
    "Nothing is placed, sold or sent after it was cancelled, and nothing is placed twice.",
    """
    SELECT o.number AS key, format('%s at %s after it was cancelled', e.kind, e.at) AS what
    FROM order_event c
    JOIN order_event e ON e.merchant_id = c.merchant_id AND e.order_id = c.order_id AND e.id > c.id
     AND e.kind IN ('placed', 'sold', 'shipped', 'handed_over', 'completed')
    JOIN sales_order o ON o.merchant_id = c.merchant_id AND o.id = c.order_id
    WHERE c.kind = 'cancelled'
    UNION ALL
    SELECT o.number, format('%s %s times', e.kind, count(*))
    FROM order_event e
    JOIN sales_order o ON o.merchant_id = e.merchant_id AND o.id = e.order_id
    WHERE e.kind IN ('placed', 'sold')
    GROUP BY o.merchant_id, o.id, o.number, e.kind HAVING count(*) > 1
    """,
)

PROOFS = (
    NO_PAID_ORDER_WAITS,
    CARTS_BECAME_ORDERS,
    ONE_ORDER_PER_SOURCE,
    TOTALS_ADD_UP,
    LINES_ADD_UP,
    LEGAL_STATES,
    NO_WAY_BACK,
)

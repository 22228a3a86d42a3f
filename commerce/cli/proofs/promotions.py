"""Promotions: nothing is used beyond its limit, and what was used is what was taken off."""

from commerce.cli.proofs.proof import proof_by_query

COUNTERS_TELL_USES = proof_by_query(
    "I11",
    "A limited promotion, and a limited code, counts the uses that stand, and no more than it allows.",
    """
    WITH standing AS (
      SELECT u.merchant_id, u.promotion_id, u.code_id
      FROM promotion_use u
      WHERE u.kind = 'used' AND NOT EXISTS (
        SELECT FROM promotion_use b
        WHERE b.merchant_id = u.merchant_id AND b.order_id = u.order_id
          AND b.promotion_id = u.promotion_id AND b.kind = 'given_back')
    )
    SELECT p.name AS key, format('counts %s of %s, %s uses stand', p.used, p.limit_total,
                                 s.uses) AS what
    FROM promotion p CROSS JOIN LATERAL (
      SELECT count(*) AS uses FROM standing s
      WHERE s.merchant_id = p.merchant_id AND s.promotion_id = p.id
    ) AS s
    WHERE p.limit_total IS NOT NULL AND (p.used <> s.uses OR p.used > p.limit_total)
    UNION ALL
    SELECT c.code, format('counts %s of %s, %s uses stand', c.used, c.limit_total, s.uses)
    FROM promotion_code c CROSS JOIN LATERAL (
      SELECT count(*) AS uses FROM standing s
      WHERE s.merchant_id = c.merchant_id AND s.promotion_id = c.promotion_id AND s.code_id = c.id
    ) AS s
    WHERE c.limit_total IS NOT NULL AND (c.used <> s.uses OR c.used > c.limit_total)
    UNION ALL
    SELECT p.name, format('a customer has %s uses of %s', t.used, t.at_most)
    FROM promotion_tally t
    JOIN promotion p ON p.merchant_id = t.merchant_id AND p.id = t.promotion_id
    WHERE t.used > t.at_most
    """,
)

USES_TELL_DISCOUNTS = proof_by_query(
    "I11",
    "What an order's promotions took off is what its lines and its delivery say.",
    """
    SELECT o.number AS key, format('uses take %s off, lines and delivery %s', u.amount,
                                   l.amount + d.amount) AS what
    FROM (
      SELECT merchant_id, order_id, sum(amount_minor) AS amount
      FROM promotion_use WHERE kind = 'used' GROUP BY merchant_id, order_id
    ) AS u
    JOIN sales_order o ON o.merchant_id = u.merchant_id AND o.id = u.order_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(CAST(r ->> 'amount_minor' AS bigint)), 0) AS amount
      FROM order_line n CROSS JOIN LATERAL jsonb_array_elements(n.reasons) AS r
      WHERE n.merchant_id = o.merchant_id AND n.order_id = o.id AND r ->> 'kind' = 'promotion'
    ) AS l
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(CAST(r ->> 'amount_minor' AS bigint)), 0) AS amount
      FROM jsonb_array_elements(o.delivery -> 'reasons') AS r
    ) AS d
    WHERE u.amount <> l.amount + d.amount
    """,
)

PROOFS = (COUNTERS_TELL_USES, USES_TELL_DISCOUNTS)

"""Money: what was taken and given back is what orders say."""

from commerce.cli.proofs.proof import proof_by_query

ORDERS_ARE_PAID = proof_by_query(
    "I5",
    "What stands on an order is paid, once; what was cancelled is given back.",
    """
    SELECT o.number AS key, format('is %s over %s %s, captured %s, kept %s', o.state,
                                   o.total_minor, o.currency, p.captured, p.kept) AS what
    FROM sales_order o
    LEFT JOIN LATERAL (
      SELECT coalesce(sum(captured_minor), 0) AS captured,
             coalesce(sum(captured_minor - refunded_minor - refunding_minor), 0) AS kept
      FROM payment p WHERE p.merchant_id = o.merchant_id AND p.order_id = o.id
    ) AS p ON true
    WHERE (o.state IN ('placed', 'completed')
           AND (p.captured < o.total_minor OR p.kept > o.total_minor))
       OR (o.state = 'cancelled' AND p.kept <> 0)
    """,
)

PAYMENTS_ARE_SOUND = proof_by_query(
    "I5",
    "Refunds are at most what was captured, captures at most what was authorised, in one currency.",
    """
    SELECT p.id AS key, format('%s: amount %s, authorised %s, captured %s, refunded %s, going back %s',
                               p.currency, p.amount_minor, p.authorised_minor, p.captured_minor,
                               p.refunded_minor, p.refunding_minor) AS what
    FROM payment p
    JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
    WHERE p.currency <> o.currency
       OR p.refunded_minor < 0 OR p.refunding_minor < 0
       OR p.refunded_minor + p.refunding_minor > p.captured_minor
       OR p.captured_minor > p.authorised_minor OR p.authorised_minor > p.amount_minor
    """,
)

REFUNDS_ARE_BOOKED = proof_by_query(
    "I5",
    "What a payment gave back is the sum of its refunds and of what the provider gave back itself.",
    """
    SELECT p.id AS key, format('going back %s and refunds %s, refunded %s and refunds %s',
                               p.refunding_minor, r.requested, p.refunded_minor, r.done) AS what
    FROM payment p
    LEFT JOIN LATERAL (
      SELECT coalesce(sum(amount_minor) FILTER (WHERE state = 'requested'), 0) AS requested,
             coalesce(sum(amount_minor) FILTER (WHERE state = 'done'), 0) AS done
      FROM refund r WHERE r.merchant_id = p.merchant_id AND r.payment_id = p.id
    ) AS r ON true
    WHERE p.refunding_minor <> r.requested
       OR p.refunded_minor <> r.done + p.elsewhere_refunded_minor
    """,
)

OUTCOMES_ARE_KNOWN = proof_by_query(
    "I1",
    "No payment's outcome is unknown for more than a quarter of an hour after the provider was asked.",
    """
    SELECT id AS key, format('%s %s by %s is %s since %s', amount_minor, currency, plugin, state,
                             created_at) AS what
    FROM payment
    WHERE created_at < CAST(:now AS timestamptz) - make_interval(mins => :sla)
      AND (state = 'unknown' OR (state = 'started' AND EXISTS (
        SELECT FROM provider_call c
        WHERE c.merchant_id = payment.merchant_id AND c.idempotency_key = payment.id::text
      )))
    """,
    while_running=True,
)

PROOFS = (OUTCOMES_ARE_KNOWN, ORDERS_ARE_PAID, PAYMENTS_ARE_SOUND, REFUNDS_ARE_BOOKED)

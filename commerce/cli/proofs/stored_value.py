"""Gift cards and store credit: every balance is explained, and is what the books say is owed."""

from commerce.cli.proofs.proof import proof_by_query

# Entries are named before they wait for their account, so their ids do not tell in which order they
# came; but every step begins where another ended, from nothing to what is left.
BALANCES_ARE_THEIR_ENTRIES = proof_by_query(
    "I11",
    "What is left on a gift card, or of store credit, is the sum of its journal, line by line.",
    """
    SELECT v.id AS key, format('%s %s is left, the journal says %s, and %s of its steps fit no other',
                               v.balance_minor, v.currency, e.total, c.loose) AS what
    FROM stored_value v
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(amount_minor), 0) AS total
      FROM stored_value_entry e WHERE e.merchant_id = v.merchant_id AND e.account_id = v.id
    ) AS e
    CROSS JOIN LATERAL (
      SELECT count(*) AS loose FROM (
        SELECT s.stop FROM stored_value_entry e
        CROSS JOIN LATERAL (
          VALUES (e.balance_minor, 1), (e.balance_minor - e.amount_minor, -1)
        ) AS s(stop, weight)
        WHERE e.merchant_id = v.merchant_id AND e.account_id = v.id
        GROUP BY s.stop HAVING sum(s.weight) <>
          (s.stop = v.balance_minor)::int - (s.stop = 0)::int
      ) AS g
    ) AS c
    WHERE v.balance_minor < 0 OR v.balance_minor <> e.total OR c.loose > 0
    """,
)

LIABILITY_IS_BOOKED = proof_by_query(
    "I6",
    "What the ledger says is owed to holders of gift cards and credit is what they have left.",
    """
    SELECT coalesce(v.currency, e.currency) AS key,
           format('%s is left on them, the ledger owes %s', coalesce(v.held, 0),
                  coalesce(e.owed, 0)) AS what
    FROM (
      SELECT merchant_id, currency, sum(balance_minor) AS held
      FROM stored_value GROUP BY merchant_id, currency
    ) AS v
    FULL JOIN (
      SELECT merchant_id, currency,
        sum(CASE WHEN credit = 'stored_value' THEN amount_minor ELSE -amount_minor END) AS owed
      FROM money_entry WHERE 'stored_value' IN (debit, credit)
      GROUP BY merchant_id, currency
    ) AS e ON e.merchant_id = v.merchant_id AND e.currency = v.currency
    WHERE coalesce(v.held, 0) <> coalesce(e.owed, 0)
    """,
)

USES_ARE_PAYMENTS = proof_by_query(
    "I5",
    "What was taken off cards and credit, and what went back to them, is what payments say.",
    """
    SELECT p.id AS key, format('paid %s %s, and %s was taken off', p.captured_minor, p.currency,
                               coalesce(-e.amount_minor, 0)) AS what
    FROM payment p
    LEFT JOIN stored_value_entry e ON e.merchant_id = p.merchant_id AND e.payment_id = p.id
    WHERE (p.tender IN ('gift_card', 'store_credit') OR e.id IS NOT NULL)
      AND p.captured_minor <> coalesce(-e.amount_minor, 0)
    UNION ALL
    SELECT r.id, format('%s %s was to go back and is %s, %s was put back', r.amount_minor,
                        r.currency, r.state, coalesce(e.amount_minor, 0))
    FROM refund r
    JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
    LEFT JOIN stored_value_entry e ON e.merchant_id = r.merchant_id AND e.refund_id = r.id
    WHERE (r.account_id IS NOT NULL OR p.tender IN ('gift_card', 'store_credit'))
      AND coalesce(e.amount_minor, 0) <> CASE r.state WHEN 'done' THEN r.amount_minor ELSE 0 END
    """,
)

PROOFS = (BALANCES_ARE_THEIR_ENTRIES, LIABILITY_IS_BOOKED, USES_ARE_PAYMENTS)

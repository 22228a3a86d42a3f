"""The money ledger: what it says is what payments, refunds, tills and providers say, to the cent."""

from commerce.cli.proofs.proof import proof_by_query

# Entries of one payment are few, so one pass over all of them and one join suffice for a million.
PAYMENTS_ARE_BOOKED = proof_by_query(
    "I6",
    "What the ledger says was authorised, taken and given back elsewhere is what payments say.",
    """
    SELECT coalesce(p.id, e.payment_id) AS key,
           format('captured %s and booked %s, rounded %s and booked %s, given back elsewhere %s and '
                  'booked %s, promised %s and booked %s',
                  p.captured_minor, coalesce(e.captured, 0), p.rounding_minor,
                  coalesce(e.rounded, 0), p.elsewhere_refunded_minor, coalesce(e.elsewhere, 0),
                  p.promised, coalesce(e.promised, 0)) AS what
    FROM (
      SELECT *, CASE state WHEN 'authorised' THEN authorised_minor - captured_minor ELSE 0 END
        AS promised
      FROM payment
    ) AS p
    FULL JOIN (
      SELECT merchant_id, source_id AS payment_id, currency,
        sum(CASE WHEN credit = 'takings' THEN amount_minor ELSE -amount_minor END)
          FILTER (WHERE kind = 'captured') AS captured,
        sum(CASE WHEN credit = 'rounding' THEN amount_minor ELSE -amount_minor END)
          FILTER (WHERE kind = 'rounded') AS rounded,
        sum(CASE WHEN debit = 'refunds' THEN amount_minor ELSE -amount_minor END)
          FILTER (WHERE kind = 'refunded_elsewhere') AS elsewhere,
        sum(CASE WHEN debit = 'authorised' THEN amount_minor ELSE -amount_minor END)
          FILTER (WHERE kind = 'authorised') AS promised
      FROM money_entry WHERE payment_id = source_id
      GROUP BY merchant_id, source_id, currency
    ) AS e ON e.merchant_id = p.merchant_id AND e.payment_id = p.id AND e.currency = p.currency
    WHERE p.id IS NULL
       OR p.captured_minor <> coalesce(e.captured, 0)
       OR (p.rounding_minor <> coalesce(e.rounded, 0) AND p.captured_minor > 0)
       OR p.elsewhere_refunded_minor <> coalesce(e.elsewhere, 0)
       OR p.promised <> coalesce(e.promised, 0)
    """,
)

REFUNDS_ARE_IN_THE_LEDGER = proof_by_query(
    "I6",
    "What the ledger says went back is what refunds say that are done.",
    """
    SELECT coalesce(r.id, e.source_id) AS key,
           format('%s %s is %s, booked %s and rounded %s', r.amount_minor, r.currency, r.state,
                  coalesce(e.given, 0), coalesce(e.rounded, 0)) AS what
    FROM refund r
    FULL JOIN (
      SELECT merchant_id, source_id, currency,
        sum(CASE WHEN debit = 'refunds' THEN amount_minor ELSE -amount_minor END)
          FILTER (WHERE kind = 'refunded') AS given,
        sum(CASE WHEN debit = 'rounding' THEN amount_minor ELSE -amount_minor END)
          FILTER (WHERE kind = 'rounded') AS rounded
      FROM money_entry
      WHERE kind IN ('refunded', 'rounded') AND payment_id <> source_id
      GROUP BY merchant_id, source_id, currency
    ) AS e ON e.merchant_id = r.merchant_id AND e.source_id = r.id AND e.currency = r.currency
    WHERE r.id IS NULL
       OR coalesce(e.given, 0) <> CASE r.state WHEN 'done' THEN r.amount_minor ELSE 0 END
       OR coalesce(e.rounded, 0) <> CASE r.state WHEN 'done' THEN r.rounding_minor ELSE 0 END
    """,
)

NO_MORE_GOES_BACK_THAN_CAME = proof_by_query(
    "I6",
    "By the ledger alone, no payment gave back more than was taken.",
    """
    SELECT payment_id AS key, format('took %s and gave back %s %s', took, gave, currency) AS what
    FROM (
      SELECT merchant_id, payment_id, currency,
        sum(CASE WHEN credit = 'takings' THEN amount_minor WHEN debit = 'takings'
            THEN -amount_minor ELSE 0 END) AS took,
        sum(CASE WHEN debit = 'refunds' THEN amount_minor WHEN credit = 'refunds'
            THEN -amount_minor ELSE 0 END) AS gave
      FROM money_entry WHERE kind IN ('captured', 'refunded', 'refunded_elsewhere')
      GROUP BY merchant_id, payment_id, currency
    ) AS e WHERE gave > took
    """,
)

# The drawers of closed shifts are empty, so all that the ledger holds is in the open ones.
DRAWERS_ARE_BOOKED = proof_by_query(
    "I6",
    "The cash that the ledger holds in drawers is what the open tills should hold.",
    """
    SELECT coalesce(d.currency, e.currency) AS key,
           format('the ledger holds %s, the open tills should hold %s', coalesce(e.held, 0),
                  coalesce(d.expected, 0)) AS what
    FROM (
      SELECT f.merchant_id, f.currency, sum(m.minor) AS expected
      FROM shift f
      JOIN (
        SELECT merchant_id, id AS shift_id, float_minor AS minor FROM shift
        UNION ALL
        SELECT merchant_id, shift_id, amount_minor FROM cash_movement
        UNION ALL
        SELECT s.merchant_id, s.shift_id, p.captured_minor + p.rounding_minor
        FROM till_sale s
        JOIN payment p ON p.merchant_id = s.merchant_id AND p.order_id = s.id AND p.tender = 'cash'
        UNION ALL
        SELECT s.merchant_id, s.shift_id, -(b.amount_minor + b.rounding_minor)
        FROM refund b
        JOIN payment p ON p.merchant_id = b.merchant_id AND p.id = b.payment_id AND p.tender = 'cash'
        JOIN till_sale s ON s.merchant_id = p.merchant_id AND s.id = p.order_id
        LEFT JOIN cash_movement m ON m.merchant_id = b.merchant_id AND m.refund_id = b.id
        WHERE b.state = 'done' AND b.account_id IS NULL AND m.id IS NULL
      ) AS m ON m.merchant_id = f.merchant_id AND m.shift_id = f.id
      WHERE f.closed_at IS NULL
      GROUP BY f.merchant_id, f.currency
    ) AS d
    FULL JOIN (
      SELECT merchant_id, currency,
        sum(CASE WHEN debit = 'drawer' THEN amount_minor ELSE -amount_minor END) AS held
      FROM money_entry WHERE 'drawer' IN (debit, credit)
      GROUP BY merchant_id, currency
    ) AS e ON e.merchant_id = d.merchant_id AND e.currency = d.currency
    WHERE coalesce(d.expected, 0) <> coalesce(e.held, 0)
    """,
)

SETTLEMENTS_ARE_BOOKED = proof_by_query(
    "I6",
    "What a provider settled is booked to the cent, and an exchange at the rate that it names.",
    """
    SELECT l.handle AS key,
           format('settled %s less %s %s, booked %s', l.amount_minor, l.fee_minor, l.currency,
                  coalesce(e.booked, 0)) AS what
    FROM settlement_line l
    LEFT JOIN (
      SELECT merchant_id, source_id,
        sum(CASE WHEN debit = 'balance' THEN amount_minor ELSE -amount_minor END) AS booked
      FROM money_entry WHERE 'balance' IN (debit, credit)
      GROUP BY merchant_id, source_id
    ) AS e ON e.merchant_id = l.merchant_id AND e.source_id = l.id
    WHERE coalesce(e.booked, 0) <> l.amount_minor - l.fee_minor
       OR (l.payment_id IS NOT NULL AND l.charged_currency = l.currency
           AND l.charged_minor <> l.amount_minor)
       OR (l.payment_id IS NOT NULL AND l.charged_currency <> l.currency AND l.rate IS NULL)
    """,
)

PAYOUTS_ARE_THEIR_LINES = proof_by_query(
    "I6",
    "A payout whose lines are known is their sum.",
    """
    SELECT p.handle AS key, format('pays %s %s, its lines are %s', p.amount_minor, p.currency,
                                   sum(l.amount_minor - l.fee_minor)) AS what
    FROM payout p
    JOIN payout_line x ON x.merchant_id = p.merchant_id AND x.payout_id = p.id
    JOIN settlement_line l ON l.merchant_id = x.merchant_id AND l.id = x.id
    WHERE l.kind NOT IN ('payout', 'payout_failed')
    GROUP BY p.merchant_id, p.id, p.handle, p.amount_minor, p.currency
    HAVING sum(l.amount_minor - l.fee_minor) <> p.amount_minor
    """,
)

PROOFS = (
    PAYMENTS_ARE_BOOKED,
    REFUNDS_ARE_IN_THE_LEDGER,
    NO_MORE_GOES_BACK_THAN_CAME,
    DRAWERS_ARE_BOOKED,
    SETTLEMENTS_ARE_BOOKED,
    PAYOUTS_ARE_THEIR_LINES,
)

"""Tills: gapless receipts, unbroken journals, drawers that add up."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from commerce.cli.proofs.proof import Fault, Installation, proof, proof_by_query
from commerce.registers.verify import Chain, Entry

_AT_ONCE = 1000
_REGISTERS = text("SELECT merchant_id, id, series, journal_length, journal_hash FROM register")
_ENTRIES = text("""
SELECT position, kind, at, body, previous_hash, hash FROM journal_entry
WHERE merchant_id = :merchant AND register_id = :register ORDER BY position
""")

ACKNOWLEDGED_SALES_ARE_ORDERS = proof_by_query(
    "I1",
    "Every sale that a till was told is done is an order.",
    """
    SELECT c.id AS key, format('acknowledged at %s, no such order', c.at) AS what
    FROM till_command c
    WHERE c.kind = 'sale' AND NOT EXISTS (
      SELECT FROM sales_order o WHERE o.merchant_id = c.merchant_id AND o.id = c.id
    )
    """,
)

RECEIPTS_ARE_GAPLESS = proof_by_query(
    "I7",
    "A register's receipts are numbered from 1 without a gap.",
    """
    SELECT r.series AS key, format('%s receipts from %s to %s, the next is %s', count(s.receipt),
                                   min(s.receipt), max(s.receipt), r.next_receipt) AS what
    FROM register r
    LEFT JOIN till_sale s ON s.merchant_id = r.merchant_id AND s.register_id = r.id
                         AND s.receipt IS NOT NULL
    GROUP BY r.merchant_id, r.id, r.series, r.next_receipt
    HAVING count(s.receipt) <> r.next_receipt - 1
        OR count(DISTINCT s.receipt) <> count(s.receipt)
        OR coalesce(max(s.receipt), 0) <> r.next_receipt - 1
        OR coalesce(min(s.receipt), 1) <> 1
    """,
)


@proof("I7", "Every register's journal is an unbroken chain that names every receipt once.")
def journals_are_chains(installation: Installation) -> Iterator[Fault]:
    """Walk each chain from its first entry to the end that the register keeps."""
    connection = installation.connection
    for register in connection.execute(_REGISTERS).all():
        chain = Chain()
        for entry in entries_of(connection, register.merchant_id, register.id):
            yield from (Fault(register.series, what) for what in chain.faults_of(entry))
        if (chain.length, chain.hash) != (register.journal_length, register.journal_hash):
            yield Fault(
                register.series,
                f"ends at entry {chain.length}, the register says {register.journal_length}",
            )


def entries_of(connection: Connection, merchant_id: object, register_id: object) -> Iterator[Entry]:
    """Yield a register's journal in order, page by page."""
    where = {"merchant": merchant_id, "register": register_id}
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(_ENTRIES, where)
    for row in rows:
        yield Entry(row.position, row.kind, row.at, row.body, row.previous_hash, row.hash)


RECEIPTS_ARE_JOURNALLED = proof_by_query(
    "I7",
    "Every receipt stands in the journal with the total that its order has.",
    """
    SELECT concat(r.series, '-', coalesce(s.receipt, j.receipt)) AS key,
           CASE WHEN j.receipt IS NULL THEN 'is not in the journal'
                WHEN s.receipt IS NULL THEN 'is in the journal and nowhere else'
                ELSE format('journal %s, order %s', j.total, o.total_minor) END AS what
    FROM (SELECT * FROM till_sale WHERE receipt IS NOT NULL) AS s
    FULL JOIN (
      SELECT merchant_id, register_id, (body::jsonb ->> 'receipt')::bigint AS receipt,
             (body::jsonb ->> 'total_minor')::bigint AS total
      FROM journal_entry WHERE kind = 'sale'
    ) AS j ON j.merchant_id = s.merchant_id AND j.register_id = s.register_id
          AND j.receipt = s.receipt
    JOIN register r ON r.merchant_id = coalesce(s.merchant_id, j.merchant_id)
                   AND r.id = coalesce(s.register_id, j.register_id)
    LEFT JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.id
    WHERE s.receipt IS NULL OR j.receipt IS NULL OR o.total_minor IS DISTINCT FROM j.total
    """,
)

# Money that goes back after the Z belongs to the shift that gives it, so only earlier refunds count.
DRAWERS_ADD_UP = proof_by_query(
    "I14",
    "A Z report's cash is the float, what was taken, less what was given, as the books say.",
    """
    SELECT concat(r.series, ' Z', f.number) AS key,
           format('expected %s, the books say %s; counted %s, reported %s',
                  f.report ->> 'expected_minor',
                  f.float_minor + cash.taken - cash.given + moved.total,
                  f.counted_minor, f.report ->> 'counted_minor') AS what
    FROM shift f
    JOIN register r ON r.merchant_id = f.merchant_id AND r.id = f.register_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(p.captured_minor + p.rounding_minor), 0) AS taken,
             coalesce(sum((SELECT sum(b.amount_minor + b.rounding_minor) FROM refund b
                           WHERE b.merchant_id = p.merchant_id AND b.payment_id = p.id
                             AND b.state <> 'failed' AND b.created_at <= f.closed_at
                             AND b.account_id IS NULL
                             AND NOT EXISTS (
                               SELECT FROM cash_movement m
                               WHERE m.merchant_id = b.merchant_id AND m.refund_id = b.id
                             ))), 0) AS given
      FROM till_sale s
      JOIN payment p ON p.merchant_id = s.merchant_id AND p.order_id = s.id
      WHERE s.merchant_id = f.merchant_id AND s.shift_id = f.id AND p.tender = 'cash'
    ) AS cash
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(m.amount_minor), 0) AS total FROM cash_movement m
      WHERE m.merchant_id = f.merchant_id AND m.shift_id = f.id
    ) AS moved
    WHERE f.report IS NOT NULL
      AND ((f.report ->> 'expected_minor')::bigint
             <> f.float_minor + cash.taken - cash.given + moved.total
        OR (f.report ->> 'counted_minor')::bigint <> f.counted_minor
        OR (f.report ->> 'difference_minor')::bigint
             <> f.counted_minor - (f.report ->> 'expected_minor')::bigint)
    """,
)

REFUNDS_LEAVE_A_DRAWER = proof_by_query(
    "I14",
    "Cash that was given back left a drawer whose Z report tells of it.",
    """
    SELECT o.number AS key,
           format('%s %s given back at %s by no drawer', b.amount_minor, b.currency, b.created_at)
             AS what
    FROM refund b
    JOIN payment p ON p.merchant_id = b.merchant_id AND p.id = b.payment_id
    JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
    LEFT JOIN cash_movement m ON m.merchant_id = b.merchant_id AND m.refund_id = b.id
    JOIN till_sale s ON s.merchant_id = p.merchant_id AND s.id = p.order_id
    JOIN shift f ON f.merchant_id = s.merchant_id AND f.id = s.shift_id
    WHERE p.tender = 'cash' AND b.state = 'done' AND b.account_id IS NULL
      AND b.amount_minor + b.rounding_minor <> 0
      AND CASE WHEN m.id IS NULL THEN b.created_at > f.closed_at
               ELSE m.amount_minor <> -(b.amount_minor + b.rounding_minor) END
    """,
)

REPORTS_ARE_THEIR_RECEIPTS = proof_by_query(
    "I14",
    "A Z report's turnover is the sum of the shift's receipts.",
    """
    SELECT concat(r.series, ' Z', f.number) AS key,
           format('reported %s sales over %s, there are %s over %s', f.report ->> 'sales',
                  f.report ->> 'gross_minor', sold.sales, sold.gross) AS what
    FROM shift f
    JOIN register r ON r.merchant_id = f.merchant_id AND r.id = f.register_id
    CROSS JOIN LATERAL (
      SELECT count(*) AS sales, coalesce(sum(o.total_minor), 0) AS gross
      FROM till_sale s JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.id
      WHERE s.merchant_id = f.merchant_id AND s.shift_id = f.id AND s.completed_at IS NOT NULL
    ) AS sold
    WHERE f.report IS NOT NULL
      AND ((f.report ->> 'sales')::bigint <> sold.sales
        OR (f.report ->> 'gross_minor')::bigint <> sold.gross)
    """,
)

SHIFTS_ARE_GAPLESS = proof_by_query(
    "I14",
    "A register's shifts are numbered from 1 without a gap, and each Z stands in the journal.",
    """
    SELECT r.series AS key, format('%s shifts, the last is %s', count(*), max(f.number)) AS what
    FROM shift f JOIN register r ON r.merchant_id = f.merchant_id AND r.id = f.register_id
    GROUP BY r.merchant_id, r.id, r.series HAVING count(*) <> max(f.number) OR min(f.number) <> 1
    UNION ALL
    SELECT concat(r.series, ' Z', f.number), 'is not in the journal, or with other figures'
    FROM shift f JOIN register r ON r.merchant_id = f.merchant_id AND r.id = f.register_id
    WHERE f.report IS NOT NULL AND NOT EXISTS (
      SELECT FROM journal_entry j
      WHERE j.merchant_id = f.merchant_id AND j.register_id = f.register_id AND j.kind = 'z_close'
        AND j.position = (f.report ->> 'journal_position')::bigint
        AND j.body::jsonb - 'actor' = f.report - 'journal_position'
    )
    """,
)

TIME_GOES_ON = proof_by_query(
    "I17",
    "The server's times in a register's journal never go back.",
    """
    SELECT concat(r.series, ' entry ', j.position) AS key,
           format('%s, the entry before it %s', j.at, j.before) AS what
    FROM (
      SELECT merchant_id, register_id, position, at,
             lag(at) OVER (PARTITION BY merchant_id, register_id ORDER BY position) AS before
      FROM journal_entry
    ) AS j
    JOIN register r ON r.merchant_id = j.merchant_id AND r.id = j.register_id
    WHERE j.before > j.at
    """,
)

PROOFS = (
    ACKNOWLEDGED_SALES_ARE_ORDERS,
    RECEIPTS_ARE_GAPLESS,
    journals_are_chains,
    RECEIPTS_ARE_JOURNALLED,
    DRAWERS_ADD_UP,
    REFUNDS_LEAVE_A_DRAWER,
    REPORTS_ARE_THEIR_RECEIPTS,
    SHIFTS_ARE_GAPLESS,
    TIME_GOES_ON,
)

"""Messages: what came in was taken in, what had to go out was started, nothing went twice."""

from commerce.cli.proofs.proof import proof_by_query

INBOX_IS_EMPTY = proof_by_query(
    "I9",
    "Every message of a provider was taken in within a quarter of an hour.",
    """
    SELECT concat_ws('/', plugin, event_id) AS key, format('waits since %s', received_at) AS what
    FROM webhook_event
    WHERE applied_at IS NULL
      AND received_at < CAST(:now AS timestamptz) - make_interval(mins => :sla)
    """,
    while_running=True,
)

# What the demo park sold before it existed was confirmed to nobody; see commerce.demo.seeding.
CONFIRMATIONS_WERE_STARTED = proof_by_query(
    "I9",
    "Every order placed online started its confirmation in the same transaction.",
    """
    SELECT o.number AS key, 'no confirmation was started' AS what
    FROM sales_order o
    WHERE o.channel <> 'till' AND o.state IN ('placed', 'completed')
      AND NOT EXISTS (
        SELECT FROM dbos.workflow_status w WHERE w.workflow_uuid = 'order.confirm:' || o.id
      )
      AND NOT EXISTS (
        SELECT FROM security_event s
        WHERE s.chain = o.merchant_id AND s.action = 'demo-past-traded' AND o.created_at <= s.at
      )
    """,
)

REFUNDS_WERE_STARTED = proof_by_query(
    "I9",
    "Every refund that a provider has to make was started.",
    """
    SELECT r.id AS key, format('%s %s, asked for at %s', r.amount_minor, r.currency, r.created_at)
             AS what
    FROM refund r
    JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
    WHERE r.state = 'requested' AND p.tender <> 'cash' AND NOT EXISTS (
      SELECT FROM dbos.workflow_status w WHERE w.workflow_uuid = 'payment.refund:' || r.id
    )
    """,
)

# What starts by the clock is healed by its next success; what was asked for once by the success of
# a run that somebody started once more.
PROCESSES_GO_ON = proof_by_query(
    "I9",
    "No process waits for a worker for more than a quarter of an hour, and none has failed.",
    """
    SELECT workflow_uuid AS key, CASE WHEN status IN ('ENQUEUED', 'PENDING')
             THEN format('%s since %s', lower(status), to_timestamp(created_at / 1000.0))
             ELSE lower(status) END AS what
    FROM dbos.workflow_status AS w
    WHERE (status IN ('ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') AND NOT EXISTS (
        SELECT FROM dbos.workflow_status AS later
        WHERE later.name = w.name AND later.status = 'SUCCESS'
          AND later.created_at > w.created_at AND (w.workflow_uuid NOT LIKE w.name || ':%'
            OR starts_with(later.workflow_uuid, split_part(w.workflow_uuid, ':again:', 1) || ':again:'))
      ))
       OR (status = 'ENQUEUED' AND greatest(created_at, coalesce(delay_until_epoch_ms, 0))
             < extract(epoch FROM CAST(:now AS timestamptz) - make_interval(mins => :sla)) * 1000)
    """,
    while_running=True,
)

ONE_LETTER_EACH = proof_by_query(
    "I16",
    "At most one letter of a kind was sent about an order.",
    """
    SELECT concat_ws('/', template, about) AS key, format('%s letters', count(*)) AS what
    FROM outgoing_mail GROUP BY merchant_id, template, about HAVING count(*) > 1
    """,
)

LETTERS_GO_OUT = proof_by_query(
    "I16",
    "No letter waits for more than a quarter of an hour, and none was given up.",
    """
    SELECT id AS key, format('%s about %s is %s after %s attempts: %s', template, about, state,
                             attempts, left(last_error, 120)) AS what
    FROM outgoing_mail
    WHERE state = 'failed' OR (state NOT IN ('sent', 'given_up')
      AND created_at < CAST(:now AS timestamptz) - make_interval(mins => :sla))
    """,
    while_running=True,
)

PROOFS = (
    INBOX_IS_EMPTY,
    CONFIRMATIONS_WERE_STARTED,
    REFUNDS_WERE_STARTED,
    PROCESSES_GO_ON,
    ONE_LETTER_EACH,
    LETTERS_GO_OUT,
)

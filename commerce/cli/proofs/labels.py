"""Labels: one that counts for each parcel, given back when nobody wants it, followed to the door."""

from commerce.cli.proofs.proof import proof_by_query

ONE_LIVE_LABEL = proof_by_query(
    "I13",
    "A parcel has at most one label that counts, and it is a parcel of that very order.",
    """
    SELECT l.fulfilment_id AS key, format('%s labels count', count(*)) AS what
    FROM parcel_label l WHERE l.state IN ('asked', 'booked')
    GROUP BY l.merchant_id, l.fulfilment_id HAVING count(*) > 1
    UNION ALL
    SELECT l.id, format('is for a part of order %s, a %s', f.order_id, f.kind)
    FROM parcel_label l
    JOIN fulfilment f ON f.merchant_id = l.merchant_id AND f.id = l.fulfilment_id
    WHERE f.order_id <> l.order_id OR f.kind <> 'parcel'
    """,
)

LABELS_BELONG_TO_PARCELS = proof_by_query(
    "I13",
    "What is booked is for a parcel that is packed or has left; all else is given back.",
    """
    SELECT l.id AS key, format('is %s for a part that is %s', l.state, f.state) AS what
    FROM parcel_label l
    JOIN fulfilment f ON f.merchant_id = l.merchant_id AND f.id = l.fulfilment_id
    WHERE l.state IN ('asked', 'booked')
      AND f.state NOT IN ('packed', 'sent', 'delivered', 'returned')
    """,
)

NO_PARCEL_TRAVELS_ON_A_VOID_LABEL = proof_by_query(
    "I13",
    "What left with a label's number is not given back to its carrier afterwards.",
    """
    SELECT l.id AS key, format('is %s, and its parcel left as %s', l.state, l.tracking_number) AS what
    FROM parcel_label l
    JOIN order_event e ON e.merchant_id = l.merchant_id AND e.order_id = l.order_id
      AND e.kind = 'shipped' AND e.facts ->> 'fulfilment' = CAST(l.fulfilment_id AS text)
      AND e.facts ->> 'tracking' = l.tracking_number
    WHERE l.state IN ('cancelling', 'cancelled') AND coalesce(l.ended_at, e.at) >= e.at
    """,
)

CARRIERS_ANSWER = proof_by_query(
    "I13",
    "No carrier leaves a label without an answer for more than a quarter of an hour.",
    """
    SELECT id AS key, format('%s at %s since %s, after %s tries', state, plugin,
                             coalesce(tried_at, created_at), attempts) AS what
    FROM parcel_label
    WHERE state IN ('asked', 'cancelling') AND attempts > 3
      AND created_at < CAST(:now AS timestamptz) - make_interval(mins => :sla)
    """,
    while_running=True,
)

PARCELS_STAND_AS_SCANNED = proof_by_query(
    "I13",
    "A parcel stands as its scans say, and one that has arrived has closed its part.",
    """
    SELECT l.id AS key, format('is %s, its scans say %s', l.stage, s.stage) AS what
    FROM parcel_label l
    JOIN LATERAL (
      SELECT stage FROM parcel_scan s WHERE s.merchant_id = l.merchant_id AND s.label_id = l.id
      ORDER BY stage IN ('delivered', 'returned', 'lost') DESC, at DESC, scan_id DESC LIMIT 1
    ) AS s ON true
    WHERE s.stage <> l.stage
    UNION ALL
    SELECT l.id, 'has arrived, and its part is still on its way'
    FROM parcel_label l
    JOIN fulfilment f ON f.merchant_id = l.merchant_id AND f.id = l.fulfilment_id
    WHERE l.state = 'booked' AND l.stage = 'delivered' AND f.state = 'sent'
    """,
)

PROOFS = (
    ONE_LIVE_LABEL,
    LABELS_BELONG_TO_PARCELS,
    NO_PARCEL_TRAVELS_ON_A_VOID_LABEL,
    CARRIERS_ANSWER,
    PARCELS_STAND_AS_SCANNED,
)

"""The stock room: what is on its way, set aside, in lots and on count sheets is on the books."""

from commerce.cli.proofs.proof import proof_by_query

TRANSIT_IS_OPEN_TRANSFERS = proof_by_query(
    "I3",
    "What is in transit is what transfers have sent and what of it has not arrived.",
    """
    SELECT concat_ws('/', variant_id, location_id) AS key,
           format('on hand %s in transit, open transfers have %s', coalesce(l.on_hand, 0),
                  coalesce(t.under_way, 0)) AS what
    FROM (
      SELECT l.merchant_id, l.variant_id, l.location_id, l.on_hand FROM level l
      JOIN location p ON p.merchant_id = l.merchant_id AND p.id = l.location_id
      WHERE p.kind = 'transit'
    ) AS l
    FULL JOIN (
      SELECT t.merchant_id, n.variant_id, t.transit_id AS location_id,
             sum(n.sent - n.received - n.lost - n.returned) AS under_way
      FROM transfer t
      JOIN transfer_line n ON n.merchant_id = t.merchant_id AND n.transfer_id = t.id
      WHERE t.transit_id IS NOT NULL
      GROUP BY t.merchant_id, n.variant_id, t.transit_id
    ) AS t USING (merchant_id, variant_id, location_id)
    WHERE coalesce(l.on_hand, 0) <> coalesce(t.under_way, 0)
    """,
)

TRANSFERS_ARE_BOOKED = proof_by_query(
    "I3",
    "What a transfer sent, received, lost and returned is what the ledger says of it.",
    """
    SELECT concat_ws('/', t.number, n.variant_id) AS key,
           format('sent %s of %s booked, %s still under way of %s booked', n.sent,
                  coalesce(m.sent, 0), n.sent - n.received - n.lost - n.returned,
                  coalesce(m.under_way, 0)) AS what
    FROM transfer t
    JOIN transfer_line n ON n.merchant_id = t.merchant_id AND n.transfer_id = t.id
    LEFT JOIN LATERAL (
      SELECT sum(m.quantity) FILTER (WHERE m.kind = 'moved_in' AND m.quantity > 0) AS sent,
             sum(m.quantity) AS under_way
      FROM movement m
      WHERE m.merchant_id = t.merchant_id AND m.variant_id = n.variant_id
        AND m.location_id = t.transit_id AND m.subject_id = t.id
    ) AS m ON true
    WHERE coalesce(m.sent, 0) <> n.sent
       OR coalesce(m.under_way, 0) <> n.sent - n.received - n.lost - n.returned
       OR (t.state IN ('received', 'cancelled')
           AND n.sent <> n.received + n.lost + n.returned)
    """,
)

RECEIPTS_ARE_BOOKED = proof_by_query(
    "I3",
    "What came of a purchase or a transfer is the sum of its receipts; of a purchase, of its ledger.",
    """
    SELECT concat_ws('/', p.number, l.variant_id) AS key,
           format('took in %s, receipts add up to %s, the ledger to %s', l.received + l.surplus,
                  coalesce(r.units, 0), coalesce(m.units, 0)) AS what
    FROM purchase p
    JOIN purchase_line l ON l.merchant_id = p.merchant_id AND l.purchase_id = p.id
    LEFT JOIN (
      SELECT g.merchant_id, g.purchase_id, n.variant_id, sum(n.quantity + n.surplus) AS units
      FROM goods_receipt g
      JOIN goods_receipt_line n ON n.merchant_id = g.merchant_id AND n.receipt_id = g.id
      GROUP BY g.merchant_id, g.purchase_id, n.variant_id
    ) AS r ON r.merchant_id = p.merchant_id AND r.purchase_id = p.id
      AND r.variant_id = l.variant_id
    LEFT JOIN (
      SELECT merchant_id, subject_id, variant_id, sum(quantity) AS units FROM movement
      WHERE kind = 'received' GROUP BY merchant_id, subject_id, variant_id
    ) AS m ON m.merchant_id = p.merchant_id AND m.subject_id = p.id AND m.variant_id = l.variant_id
    WHERE l.received + l.surplus <> coalesce(r.units, 0)
       OR l.received + l.surplus <> coalesce(m.units, 0)
    UNION ALL
    SELECT concat_ws('/', t.number, l.variant_id),
           format('took in %s, receipts add up to %s', l.received + l.surplus,
                  coalesce(r.units, 0))
    FROM transfer t
    JOIN transfer_line l ON l.merchant_id = t.merchant_id AND l.transfer_id = t.id
    LEFT JOIN (
      SELECT g.merchant_id, g.transfer_id, n.variant_id, sum(n.quantity + n.surplus) AS units
      FROM goods_receipt g
      JOIN goods_receipt_line n ON n.merchant_id = g.merchant_id AND n.receipt_id = g.id
      GROUP BY g.merchant_id, g.transfer_id, n.variant_id
    ) AS r ON r.merchant_id = t.merchant_id AND r.transfer_id = t.id
      AND r.variant_id = l.variant_id
    WHERE l.received + l.surplus <> coalesce(r.units, 0)
    """,
)

WHAT_COMES_IS_ANNOUNCED = proof_by_query(
    "I4",
    "What is promised to come is what transfers and purchases with a day still bring.",
    """
    SELECT concat_ws('/', subject_id, variant_id) AS key,
           format('announced %s, still to come %s', coalesce(i.units, 0),
                  coalesce(c.units, 0)) AS what
    FROM (
      SELECT merchant_id, subject_id, variant_id, location_id, expected_on,
             sum(quantity) AS units
      FROM inbound GROUP BY merchant_id, subject_id, variant_id, location_id, expected_on
    ) AS i
    FULL JOIN (
      SELECT t.merchant_id, t.id AS subject_id, n.variant_id, t.destination_id AS location_id,
             t.expected_on, n.sent - n.received - n.lost - n.returned AS units
      FROM transfer t
      JOIN transfer_line n ON n.merchant_id = t.merchant_id AND n.transfer_id = t.id
      WHERE t.state = 'sent' AND t.expected_on IS NOT NULL
        AND n.sent > n.received + n.lost + n.returned
      UNION ALL
      SELECT p.merchant_id, p.id, l.variant_id, p.location_id, p.expected_on,
             l.ordered - l.received
      FROM purchase p
      JOIN purchase_line l ON l.merchant_id = p.merchant_id AND l.purchase_id = p.id
      WHERE p.state = 'ordered' AND p.expected_on IS NOT NULL AND l.ordered > l.received
    ) AS c USING (merchant_id, subject_id, variant_id, location_id, expected_on)
    WHERE coalesce(i.units, 0) <> coalesce(c.units, 0)
    """,
)

DRAFTS_HOLD_NO_MORE_THAN_ASKED = proof_by_query(
    "I4",
    "Goods are held for transfers that were not sent yet, and no more than they ask for.",
    """
    SELECT h.id AS key, format('holds %s for transfer %s (%s), which asks for %s', h.quantity,
                               coalesce(t.number, h.owner_id::text), coalesce(t.state, 'gone'),
                               coalesce(l.asked, 0)) AS what
    FROM hold h
    LEFT JOIN transfer t ON t.merchant_id = h.merchant_id AND t.id = h.owner_id
    LEFT JOIN transfer_line l ON l.merchant_id = h.merchant_id AND l.transfer_id = h.owner_id
      AND l.variant_id = h.variant_id
    WHERE h.stage = 'transfer'
      AND (t.state IS DISTINCT FROM 'draft' OR h.quantity > coalesce(l.asked, 0)
           OR h.location_id <> t.origin_id)
    """,
)

NOTHING_SET_ASIDE_IS_SOLD = proof_by_query(
    "I4",
    "What is in transit or in quarantine is promised to nobody and was never sold.",
    """
    SELECT concat_ws('/', h.variant_id, p.code) AS key,
           format('%s units are held for %s', h.quantity, h.owner_id) AS what
    FROM hold h JOIN location p ON p.merchant_id = h.merchant_id AND p.id = h.location_id
    WHERE p.kind IN ('transit', 'quarantine')
    UNION ALL
    SELECT concat_ws('/', m.variant_id, p.code), format('%s units were sold', -m.quantity)
    FROM location p JOIN movement m ON m.merchant_id = p.merchant_id AND m.location_id = p.id
    WHERE p.kind IN ('transit', 'quarantine') AND m.kind = 'sold'
    """,
)

LOTS_ARE_THE_LEVEL = proof_by_query(
    "I3",
    "Lots add up to the level of goods that are kept by lot, and expired ones to what is expired.",
    """
    SELECT concat_ws('/', l.variant_id, l.location_id) AS key,
           format('on hand %s and expired %s, lots add up to %s and %s', l.on_hand, l.expired,
                  coalesce(s.units, 0), coalesce(s.expired, 0)) AS what
    FROM level l
    JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
    LEFT JOIN (
      SELECT t.merchant_id, t.variant_id, n.location_id, sum(n.on_hand) AS units,
             sum(n.on_hand) FILTER (WHERE t.expired_at IS NOT NULL) AS expired
      FROM lot t JOIN lot_level n ON n.merchant_id = t.merchant_id AND n.lot_id = t.id
      GROUP BY t.merchant_id, t.variant_id, n.location_id
    ) AS s ON s.merchant_id = l.merchant_id AND s.variant_id = l.variant_id
      AND s.location_id = l.location_id
    WHERE (v.lots OR l.expired <> 0 OR s.units IS NOT NULL)
      AND (NOT v.lots OR l.on_hand <> coalesce(s.units, 0) OR l.expired <> coalesce(s.expired, 0))
    """,
)

LOTS_EXPIRE = proof_by_query(
    "I4",
    "No lot is promised for more than two hours past its last day.",
    """
    SELECT t.id AS key, format('%s was good until %s', t.code, t.expires_on) AS what
    FROM lot t JOIN merchant m ON m.id = t.merchant_id
    WHERE t.expired_at IS NULL AND t.expires_on
            < CAST((CAST(:now AS timestamptz) - interval '2 hours') AT TIME ZONE m.time_zone AS date)
      AND EXISTS (
        SELECT FROM lot_level n WHERE n.merchant_id = t.merchant_id AND n.lot_id = t.id
      )
    """,
    while_running=True,
)

COUNTS_ARE_BOOKED = proof_by_query(
    "I3",
    "What an approved count found is what the ledger says of it, and no other count booked anything.",
    """
    SELECT concat_ws('/', s.number, variant_id) AS key,
           format('found %s, booked %s', coalesce(c.booked, 0), coalesce(m.units, 0)) AS what
    FROM (
      SELECT c.merchant_id, c.sheet_id, c.variant_id, c.booked,
             coalesce(c.recounted - c.expected_again, c.counted - c.expected) AS found
      FROM count_line c
    ) AS c
    FULL JOIN (
      SELECT m.merchant_id, m.subject_id AS sheet_id, m.variant_id, sum(m.quantity) AS units
      FROM movement m
      JOIN count_sheet s ON s.merchant_id = m.merchant_id AND s.id = m.subject_id
      GROUP BY m.merchant_id, m.subject_id, m.variant_id
    ) AS m USING (merchant_id, sheet_id, variant_id)
    JOIN (
      SELECT merchant_id, id AS sheet_id, number, state FROM count_sheet
    ) AS s USING (merchant_id, sheet_id)
    WHERE coalesce(c.booked, 0) <> coalesce(m.units, 0)
       OR (s.state = 'approved' AND c.booked IS NOT NULL AND c.booked <> c.found)
    """,
)

PROOFS = (
    TRANSIT_IS_OPEN_TRANSFERS,
    TRANSFERS_ARE_BOOKED,
    RECEIPTS_ARE_BOOKED,
    LOTS_ARE_THE_LEVEL,
    COUNTS_ARE_BOOKED,
    WHAT_COMES_IS_ANNOUNCED,
    DRAFTS_HOLD_NO_MORE_THAN_ASKED,
    NOTHING_SET_ASIDE_IS_SOLD,
    LOTS_EXPIRE,
)

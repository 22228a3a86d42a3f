"""Faults for the doctor to find: what the tables' owner could do to a healthy park."""

from dataclasses import dataclass

from commerce.cli.proofs import (
    house,
    labels,
    leaving,
    ledger,
    messages,
    money,
    orders,
    promotions,
    returns,
    stock,
    stockroom,
    stored_value,
    tills,
    walls,
)
from commerce.cli.proofs.proof import Proof

A_WEB_ORDER = "(SELECT id FROM sales_order WHERE channel = 'web' AND state = 'completed' LIMIT 1)"
A_WAITING_ORDER = "(SELECT id FROM sales_order WHERE state = 'placed' LIMIT 1)"
A_SALE = "(SELECT id FROM till_sale WHERE receipt > 2 AND voided_at IS NULL ORDER BY id LIMIT 1)"
A_CHAIN = "(SELECT id FROM register WHERE series = 'NJ1')"
A_LEVEL = "(SELECT ctid FROM level WHERE on_hand > 5 AND held = 0 LIMIT 1)"
A_Z = "(SELECT id FROM shift WHERE report IS NOT NULL ORDER BY id LIMIT 1)"
SOMEBODY = "'018f0000-0000-7000-8000-00000000000%s'"

# A merchant whose stock rooms hold no papers of the demo's own.
ELSEWHERE = "(SELECT id FROM merchant WHERE slug = 'harbour-imports')"

A_HOLD = (
    "INSERT INTO hold (merchant_id, id, owner_id, variant_id, location_id, quantity, stage, created_at) "
    "SELECT merchant_id, gen_random_uuid(), gen_random_uuid(), variant_id, location_id, 1, 'transfer', "
    f"now() FROM level WHERE merchant_id = {ELSEWHERE} LIMIT 1"
)
A_TRANSIT_PLACE = (
    "INSERT INTO location (merchant_id, id, code, kind, name, name_zh, address, address_zh, country, "
    "phone, sells_online, priority, active) SELECT merchant_id, gen_random_uuid(), 'TRANSIT', "
    "'transit', 'In transit', '在途', '', '', 'CN', '', false, 900, true FROM level "
    f"WHERE merchant_id = {ELSEWHERE} LIMIT 1"
)
A_SENT_TRANSFER = (
    "WITH sent AS (INSERT INTO transfer (merchant_id, id, number, origin_id, destination_id, "
    "transit_id, state, note, created_at, sent_at) SELECT t.merchant_id, gen_random_uuid(), 'TR-1', "
    "l.location_id, t.id, t.id, 'sent', '', now(), now() FROM location t JOIN level l "
    f"USING (merchant_id) WHERE t.kind = 'transit' AND t.merchant_id = {ELSEWHERE} LIMIT 1 "
    "RETURNING merchant_id, id) "
    "INSERT INTO transfer_line (merchant_id, transfer_id, variant_id, asked, sent, received, lost, "
    "returned, surplus) SELECT s.merchant_id, s.id, v.id, 4, 4, 0, 0, 0, 0 FROM sent s "
    "JOIN variant v USING (merchant_id) LIMIT 1"
)
A_PURCHASE = (
    "WITH kiln AS (INSERT INTO supplier (merchant_id, id, code, name, name_zh, email, phone, "
    "lead_days, active) SELECT merchant_id, gen_random_uuid(), 'K', 'Kiln', '', '', '', 0, true "
    "FROM level LIMIT 1 RETURNING merchant_id, id), bought AS (INSERT INTO purchase (merchant_id, id, "
    "number, supplier_id, location_id, state, reference, expected_on, note, created_at, ordered_at) "
    "SELECT k.merchant_id, gen_random_uuid(), 'PO-1', k.id, p.id, 'ordered', '', '2030-01-01', '', "
    "now(), now() FROM kiln k JOIN location p USING (merchant_id) LIMIT 1 RETURNING merchant_id, id) "
    "INSERT INTO purchase_line (merchant_id, purchase_id, variant_id, ordered, received, surplus, "
    "unit_cost_minor, currency) SELECT b.merchant_id, b.id, v.id, 9, 0, 0, 1, 'CNY' FROM bought b "
    "JOIN variant v USING (merchant_id) LIMIT 1"
)


def unlocked(table: str) -> str:
    return f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"


def unchecked(table: str, name: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}"


def entry(kind: str, debit: str, credit: str, *, payment: str = "NULL") -> str:
    """Return how to book one fen that nothing tells of."""
    return (
        "INSERT INTO money_entry (merchant_id, id, kind, source_id, payment_id, provider, debit, "
        f"credit, currency, amount_minor, at, booked_at) SELECT id, {SOMEBODY % 1}, '{kind}', "
        f"{SOMEBODY % 2}, {payment}, 'cash', '{debit}', '{credit}', 'CNY', 1, now(), now() "
        f"FROM merchant WHERE id = {ELSEWHERE}"
    )


A_SETTLEMENT_LINE = (
    "INSERT INTO settlement_line (merchant_id, id, plugin, handle, kind, source, currency, "
    f"amount_minor, fee_minor, at, learned_at) SELECT id, {SOMEBODY % 5}, 'stripe', 'txn_1', 'other', "
    f"'ch_1', 'CNY', 100, 5, now(), now() FROM merchant WHERE id = {ELSEWHERE}"
)
A_PAYOUT = (
    "WITH made AS (INSERT INTO payout (merchant_id, id, plugin, handle, currency, amount_minor, "
    f"state, at) SELECT id, {SOMEBODY % 6}, 'stripe', 'po_1', 'CNY', 90, 'paid', now() FROM merchant "
    f"WHERE id = {ELSEWHERE} RETURNING merchant_id, id) INSERT INTO payout_line (merchant_id, id, "
    f"payout_id) SELECT merchant_id, {SOMEBODY % 5}, id FROM made"
)


A_CARD = (
    "INSERT INTO stored_value (merchant_id, id, kind, currency, balance_minor, code_digest, last_four, "
    f"created_at) SELECT id, {SOMEBODY % 8}, 'gift_card', 'CNY', 500, '\\x01', '23AB', now() "
    f"FROM merchant WHERE id = {ELSEWHERE}"
)


@dataclass(frozen=True)
class Planted:
    """A fault, the proof that must find it, and words that its finding must hold."""

    proof: Proof
    statements: tuple[str, ...]
    words: str = ""


A_RETURN = (
    "WITH sold AS (SELECT * FROM order_line WHERE variant_id IS NOT NULL AND order_id = "
    f"{A_WEB_ORDER} AND variant_id IN (SELECT id FROM variant WHERE stock_tracked) LIMIT 1), "
    "back AS (INSERT INTO order_return (merchant_id, id, order_id, position, state, way, asked_by, "
    "note, answer, goods_minor, delivery_minor, refunded_minor, asked_at, moved_at) "
    "SELECT merchant_id, gen_random_uuid(), order_id, 1, 'inspected', 'post', 'shopper', '', '', "
    "%(goods)s, 0, 0, now(), now() FROM sold RETURNING merchant_id, id), "
    "line AS (INSERT INTO order_return_line (merchant_id, id, return_id, order_line_id, reason, "
    "quantity, received, restocked, quarantined, written_off, declined, net_minor, tax_minor) "
    "SELECT s.merchant_id, gen_random_uuid(), b.id, s.id, 'other', 1, 1, %(kept)s, 0, 0, 0, 0, 0 "
    "FROM sold s, back b) "
    "INSERT INTO returned_units (merchant_id, id, order_id, sold, units, settled) "
    "SELECT merchant_id, id, order_id, quantity, %(claimed)s, %(kept)s FROM sold"
)
A_PROMOTION = (
    "INSERT INTO promotion (merchant_id, id, name, name_zh, kind, terms, stacking, position, "
    "needs_code, valid_from, limit_total, used, created_at, changed_at) "
    f"SELECT merchant_id, {SOMEBODY % 7}, 'Tea week', '茶周', 'percentage', "
    "'{\"effect\": {\"basis_points\": 1000}}', 'combine', 0, false, now(), 5, %s, now(), now() "
    f"FROM sales_order WHERE id = {A_WEB_ORDER}"
)


A_LABEL = (
    "INSERT INTO parcel_label (merchant_id, id, order_id, fulfilment_id, plugin, service, "
    "service_name, service_name_zh, state, weight_grams, attempts, handle, carrier, carrier_zh, "
    "tracking_number, tracking_page, cost_minor, currency, refusal, detail, stage, created_at, "
    "booked_at, heard_at) SELECT merchant_id, gen_random_uuid(), order_id, id, 'sandbox-carrier', "
    "'standard', 'Standard', '标准', 'booked', 900, 1, 'lab_' || id, 'Express', '快递', 'HX1', '', "
    "1200, 'CNY', '', '', '%s', now(), now(), now() FROM fulfilment "
    "WHERE %s AND location_id IS NOT NULL ORDER BY id LIMIT 1"
)
A_SENT_PARCEL = "state = 'sent' AND kind = 'parcel'"


FAULTS = (
    Planted(
        labels.ONE_LIVE_LABEL,
        (
            "DROP INDEX uq_parcel_label_live",
            A_LABEL % ("", A_SENT_PARCEL),
            (A_LABEL % ("", A_SENT_PARCEL)).replace("'lab_'", "'other_'"),
        ),
        "2 labels count",
    ),
    Planted(
        labels.ONE_LIVE_LABEL,
        (
            A_LABEL % ("", A_SENT_PARCEL),
            f"UPDATE parcel_label SET order_id = {A_WAITING_ORDER}",
        ),
        "is for a part of order",
    ),
    Planted(
        labels.LABELS_BELONG_TO_PARCELS,
        (A_LABEL % ("", "state = 'open' AND kind <> 'service'"),),
        "is booked for a part that is open",
    ),
    Planted(
        labels.NO_PARCEL_TRAVELS_ON_A_VOID_LABEL,
        (
            A_LABEL % ("", A_SENT_PARCEL),
            (
                "INSERT INTO order_event (merchant_id, id, order_id, kind, facts, shopper_sees, actor, at) "
                "SELECT merchant_id, gen_random_uuid(), order_id, 'shipped', jsonb_build_object("
                "'fulfilment', fulfilment_id, 'tracking', tracking_number), true, 'staff', now() "
                "FROM parcel_label"
            ),
            "UPDATE parcel_label SET state = 'cancelled', ended_at = now()",
        ),
        "is cancelled, and its parcel left as",
    ),
    Planted(
        labels.CARRIERS_ANSWER,
        (
            A_LABEL % ("", A_SENT_PARCEL),
            (
                "UPDATE parcel_label SET state = 'cancelling', attempts = 5, "
                "created_at = now() - interval '1 hour'"
            ),
        ),
        "cancelling at sandbox-carrier",
    ),
    Planted(
        labels.PARCELS_STAND_AS_SCANNED,
        (A_LABEL % ("delivered", A_SENT_PARCEL),),
        "has arrived",
    ),
    Planted(
        labels.PARCELS_STAND_AS_SCANNED,
        (
            A_LABEL % ("", A_SENT_PARCEL),
            (
                "INSERT INTO parcel_scan (merchant_id, id, label_id, scan_id, stage, at, place, "
                "country, detail, received_at) SELECT merchant_id, gen_random_uuid(), id, 's1', "
                "'in_transit', now(), '', '', '', now() FROM parcel_label"
            ),
        ),
        "its scans say in_transit",
    ),
    Planted(
        returns.CLAIMS_ARE_RETURNS,
        (A_RETURN % {"goods": 0, "kept": 0, "claimed": 0},),
        "claimed 0 of",
    ),
    Planted(
        returns.RETURNED_UNITS_ARE_BOOKED,
        (A_RETURN % {"goods": 0, "kept": 1, "claimed": 1},),
        "1 kept, 0 booked as come back",
    ),
    Planted(
        returns.RETURNS_ARE_PAID_BACK,
        (A_RETURN % {"goods": 7, "kept": 0, "claimed": 1},),
        "goods 7, lines 0",
    ),
    Planted(promotions.COUNTERS_TELL_USES, (A_PROMOTION % 3,), "counts 3 of 5, 0 uses stand"),
    Planted(
        promotions.COUNTERS_TELL_USES,
        (unchecked("promotion", "ck_promotion_used"), A_PROMOTION % 6),
        "counts 6 of 5",
    ),
    Planted(
        promotions.USES_TELL_DISCOUNTS,
        (
            A_PROMOTION % 1,
            (
                "INSERT INTO promotion_use (merchant_id, id, promotion_id, order_id, kind, "
                f"amount_minor, at) SELECT merchant_id, {SOMEBODY % 8}, {SOMEBODY % 7}, id, 'used', "
                f"500, now() FROM sales_order WHERE id = {A_WEB_ORDER}"
            ),
        ),
        "uses take 500 off, lines and delivery 0",
    ),
    Planted(
        orders.NO_PAID_ORDER_WAITS,
        (f"UPDATE sales_order SET state = 'awaiting_payment' WHERE id = {A_WEB_ORDER}",),
        "paid",
    ),
    Planted(
        orders.CARTS_BECAME_ORDERS,
        (f"UPDATE cart SET order_id = {SOMEBODY % 1} WHERE id = (SELECT id FROM cart LIMIT 1)",),
        "not there",
    ),
    Planted(
        money.OUTCOMES_ARE_KNOWN,
        (f"UPDATE payment SET state = 'unknown' WHERE order_id = {A_WEB_ORDER}",),
        "is unknown",
    ),
    Planted(
        orders.ONE_ORDER_PER_SOURCE,
        (
            unchecked("sales_order", "uq_sales_order_merchant_id_source_id"),
            (
                "UPDATE sales_order o SET source_id = first.source_id FROM "
                "(SELECT merchant_id, source_id FROM sales_order WHERE channel = 'web' LIMIT 1) first "
                f"WHERE o.merchant_id = first.merchant_id AND o.id = {A_SALE}"
            ),
        ),
        "became",
    ),
    Planted(
        stock.LEDGER_IS_LEVEL,
        (f"UPDATE level SET on_hand = on_hand + 1 WHERE ctid = {A_LEVEL}",),
        "movements add up",
    ),
    Planted(
        stock.LEDGER_IS_LEVEL,
        (unlocked("movement"), "DELETE FROM movement WHERE kind = 'sold'"),
        "movements add up",
    ),
    Planted(
        stock.NOTHING_RETURNS_TWICE,
        (
            (
                "INSERT INTO movement (merchant_id, id, variant_id, location_id, quantity, kind, "
                "reason, subject_id, at) "
                f"SELECT merchant_id, {SOMEBODY % 9}, variant_id, location_id, 1 - quantity, "
                "'returned', 'twice', subject_id, now() FROM movement "
                "WHERE kind = 'sold' AND subject_id IS NOT NULL LIMIT 1"
            ),
        ),
        "came back",
    ),
    Planted(
        stock.HOLDS_ARE_COVERED,
        (f"UPDATE level SET held = 1 WHERE ctid = {A_LEVEL}",),
        "holds add up to 0",
    ),
    Planted(
        stock.HOLDS_ARE_COVERED,
        (unchecked("level", "ck_level_held"), "UPDATE level SET on_hand = 0 WHERE held > 0"),
        "of 0 on hand",
    ),
    Planted(
        stock.HOLDS_END,
        ("UPDATE hold SET stage = 'payment', expires_at = now() - interval '1 hour'",),
        "expired",
    ),
    Planted(
        stockroom.TRANSIT_IS_OPEN_TRANSFERS,
        (
            A_TRANSIT_PLACE,
            (
                "INSERT INTO level (merchant_id, variant_id, location_id, on_hand, held, safety, "
                "expired, zone) SELECT v.merchant_id, v.id, p.id, 3, 0, 0, 0, '' FROM variant v "
                "JOIN location p USING (merchant_id) WHERE p.kind = 'transit' "
                f"AND p.merchant_id = {ELSEWHERE} LIMIT 1"
            ),
        ),
        "on hand 3 in transit, open transfers have 0",
    ),
    Planted(
        stockroom.TRANSFERS_ARE_BOOKED,
        (A_TRANSIT_PLACE, A_SENT_TRANSFER),
        "sent 4 of 0 booked",
    ),
    Planted(
        stockroom.RECEIPTS_ARE_BOOKED,
        (
            A_TRANSIT_PLACE,
            A_SENT_TRANSFER,
            f"UPDATE transfer_line SET received = 1 WHERE merchant_id = {ELSEWHERE}",
        ),
        "took in 1, receipts add up to 0",
    ),
    Planted(
        stockroom.RECEIPTS_ARE_BOOKED,
        (
            A_PURCHASE,
            "UPDATE purchase_line SET received = 2",
        ),
        "took in 2, receipts add up to 0, the ledger to 0",
    ),
    Planted(
        stockroom.WHAT_COMES_IS_ANNOUNCED,
        (A_PURCHASE,),
        "announced 0, still to come 9",
    ),
    Planted(
        stockroom.DRAFTS_HOLD_NO_MORE_THAN_ASKED,
        (A_HOLD,),
        "(gone), which asks for 0",
    ),
    Planted(
        stockroom.NOTHING_SET_ASIDE_IS_SOLD,
        (
            A_HOLD,
            (
                "UPDATE location SET kind = 'transit', sells_online = false WHERE (merchant_id, id) = "
                f"(SELECT merchant_id, location_id FROM hold WHERE stage = 'transfer' AND merchant_id = {ELSEWHERE})"
            ),
        ),
        "units are held",
    ),
    Planted(
        stockroom.NOTHING_SET_ASIDE_IS_SOLD,
        (
            (
                "UPDATE location SET kind = 'transit', sells_online = false WHERE (merchant_id, id) = "
                "(SELECT merchant_id, location_id FROM movement WHERE kind = 'sold' "
                f"AND merchant_id = {ELSEWHERE} LIMIT 1)"
            ),
        ),
        "units were sold",
    ),
    Planted(
        stockroom.LOTS_ARE_THE_LEVEL,
        (
            (
                "UPDATE variant SET lots = true WHERE (merchant_id, id) = "
                f"(SELECT merchant_id, variant_id FROM level WHERE ctid = {A_LEVEL})"
            ),
        ),
        "lots add up to 0 and 0",
    ),
    Planted(
        stockroom.LOTS_ARE_THE_LEVEL,
        (f"UPDATE level SET expired = 1 WHERE ctid = {A_LEVEL}",),
        "and expired 1, lots add up to 0 and 0",
    ),
    Planted(
        stockroom.LOTS_EXPIRE,
        (
            (
                "WITH old AS (INSERT INTO lot (merchant_id, id, variant_id, code, expires_on, "
                f"created_at) SELECT merchant_id, {SOMEBODY % 6}, variant_id, 'L1', '2020-02-29', now() "
                "FROM level LIMIT 1 RETURNING merchant_id, id) "
                "INSERT INTO lot_level (merchant_id, lot_id, location_id, on_hand) "
                "SELECT o.merchant_id, o.id, p.id, 1 FROM old o JOIN location p USING (merchant_id) "
                "LIMIT 1"
            ),
        ),
        "L1 was good until 2020-02-29",
    ),
    Planted(
        stockroom.COUNTS_ARE_BOOKED,
        (
            (
                "INSERT INTO count_sheet (merchant_id, id, number, location_id, zone, state, blind, "
                f"tolerance, note, opened_at, ended_at) SELECT merchant_id, {SOMEBODY % 5}, 'CS-1', "
                "id, '', 'approved', true, 0, '', now(), now() FROM location "
                f"WHERE merchant_id = {ELSEWHERE} LIMIT 1"
            ),
            (
                "INSERT INTO count_line (merchant_id, sheet_id, variant_id, location_id, is_open, "
                "left_out, counted, counted_at, expected, booked) SELECT s.merchant_id, s.id, v.id, "
                "s.location_id, false, false, 5, now(), 7, -2 FROM count_sheet s "
                f"JOIN variant v USING (merchant_id) WHERE s.merchant_id = {ELSEWHERE} LIMIT 1"
            ),
        ),
        "found -2, booked 0",
    ),
    Planted(stock.PAID_ORDERS_ARE_HELD, ("DELETE FROM hold",), "neither held nor sold"),
    Planted(
        leaving.PLANS_ARE_PROMISES,
        (
            (
                "UPDATE fulfilment_line SET quantity = quantity + 2 WHERE fulfilment_id = "
                "(SELECT id FROM fulfilment WHERE state = 'open' AND kind <> 'service' LIMIT 1)"
            ),
        ),
        "is asked for",
    ),
    Planted(leaving.PLANS_ARE_PROMISES, ("DELETE FROM hold",), "keeps 0, is asked for"),
    Planted(
        leaving.WHAT_LEFT_IS_BOOKED,
        (
            (
                "UPDATE fulfilment_line SET quantity = quantity + 2 WHERE fulfilment_id = "
                "(SELECT id FROM fulfilment WHERE state = 'sent' LIMIT 1)"
            ),
        ),
        "are booked",
    ),
    Planted(
        leaving.PARTS_FOLLOW_THEIR_ORDER,
        (f"UPDATE sales_order SET state = 'cancelled' WHERE id = {A_WAITING_ORDER}",),
        "of an order that is cancelled",
    ),
    Planted(
        leaving.PARTS_FOLLOW_THEIR_ORDER,
        ("UPDATE fulfilment SET state = 'packed' WHERE state = 'open' AND kind <> 'service'",),
        "units unpicked",
    ),
    Planted(
        stock.GOODS_TO_SEND_HAVE_A_PLACE,
        (f"DELETE FROM order_source WHERE order_id = {A_WAITING_ORDER}",),
        "leave from nowhere",
    ),
    Planted(
        stock.NOTHING_IS_CLOSED_UNSENT,
        (f"UPDATE order_source SET counted = false WHERE order_id = {A_WEB_ORDER}",),
        "have not left",
    ),
    Planted(
        money.ORDERS_ARE_PAID,
        (
            (
                "UPDATE payment SET captured_minor = captured_minor - 1 WHERE id = "
                f"(SELECT id FROM payment WHERE order_id = {A_WEB_ORDER})"
            ),
        ),
        "captured",
    ),
    Planted(
        money.ORDERS_ARE_PAID,
        (f"UPDATE sales_order SET state = 'cancelled' WHERE id = {A_WAITING_ORDER}",),
        "is cancelled",
    ),
    Planted(
        money.PAYMENTS_ARE_SOUND,
        (
            unchecked("payment", "ck_payment_refunded"),
            f"UPDATE payment SET refunded_minor = captured_minor + 1 WHERE order_id = {A_WEB_ORDER}",
        ),
        "refunded",
    ),
    Planted(
        money.REFUNDS_ARE_BOOKED,
        (
            (
                "UPDATE payment SET refunded_minor = 2, elsewhere_refunded_minor = 1 "
                f"WHERE order_id = {A_WEB_ORDER}"
            ),
        ),
        "refunded 2 and refunds 0",
    ),
    Planted(
        money.REFUNDS_ARE_BOOKED,
        (f"UPDATE payment SET refunding_minor = 1 WHERE order_id = {A_WEB_ORDER}",),
        "going back 1",
    ),
    Planted(
        ledger.PAYMENTS_ARE_BOOKED,
        (
            "ALTER TABLE payment DISABLE TRIGGER payment_booked_on_update",
            (
                "UPDATE payment SET captured_minor = captured_minor - 1 "
                f"WHERE order_id = {A_WEB_ORDER} AND captured_minor > 0"
            ),
        ),
        "and booked",
    ),
    Planted(
        ledger.REFUNDS_ARE_IN_THE_LEDGER,
        (entry("refunded", "refunds", "clearing", payment=SOMEBODY % 4),),
        "booked",
    ),
    Planted(
        ledger.NO_MORE_GOES_BACK_THAN_CAME,
        (entry("refunded", "refunds", "clearing", payment=SOMEBODY % 4),),
        "gave back 1 CNY",
    ),
    Planted(ledger.DRAWERS_ARE_BOOKED, (entry("cash_in", "drawer", "safe"),), "the ledger holds"),
    Planted(
        ledger.SETTLEMENTS_ARE_BOOKED,
        (
            "ALTER TABLE settlement_line DISABLE TRIGGER settlement_line_booked_on_insert",
            A_SETTLEMENT_LINE,
        ),
        "booked 0",
    ),
    Planted(ledger.PAYOUTS_ARE_THEIR_LINES, (A_SETTLEMENT_LINE, A_PAYOUT), "its lines are 95"),
    Planted(
        stored_value.BALANCES_ARE_THEIR_ENTRIES, (A_CARD,), "500 CNY is left, the journal says 0"
    ),
    Planted(
        stored_value.LIABILITY_IS_BOOKED,
        (entry("card_sold", "takings", "stored_value"),),
        "the ledger owes 1",
    ),
    Planted(
        stored_value.USES_ARE_PAYMENTS,
        (f"UPDATE payment SET tender = 'gift_card' WHERE order_id = {A_WEB_ORDER}",),
        "and 0 was taken off",
    ),
    Planted(walls.ledgers_are_immutable, (unlocked("movement"),), "no trigger"),
    Planted(
        walls.ledgers_are_immutable, ("GRANT DELETE ON movement TO quayside_app",), "was granted"
    ),
    Planted(
        tills.ACKNOWLEDGED_SALES_ARE_ORDERS,
        (
            (
                "INSERT INTO till_command (merchant_id, id, register_id, kind, body_hash, response, at) "
                f"SELECT merchant_id, {SOMEBODY % 8}, id, 'sale', '', '{{}}', now() FROM register LIMIT 1"
            ),
        ),
        "no such order",
    ),
    Planted(
        tills.RECEIPTS_ARE_GAPLESS,
        (f"UPDATE till_sale SET receipt = NULL, completed_at = NULL WHERE id = {A_SALE}",),
        "receipts from 1",
    ),
    Planted(
        tills.journals_are_chains,
        (
            unlocked("journal_entry"),
            (
                "UPDATE journal_entry SET body = replace(body, '\"receipt\":', '\"receipt\": ') "
                f"WHERE register_id = {A_CHAIN} AND position = 2"
            ),
        ),
        "entry 2 was changed",
    ),
    Planted(
        tills.journals_are_chains,
        (
            unlocked("journal_entry"),
            (
                f"DELETE FROM journal_entry WHERE register_id = {A_CHAIN} AND position = "
                f"(SELECT max(position) FROM journal_entry WHERE register_id = {A_CHAIN})"
            ),
        ),
        "ends at entry",
    ),
    Planted(
        tills.RECEIPTS_ARE_JOURNALLED,
        (
            (
                f"UPDATE sales_order SET goods_minor = goods_minor + 100, "
                f"total_minor = total_minor + 100 WHERE id = {A_SALE}"
            ),
        ),
        "journal",
    ),
    Planted(
        tills.DRAWERS_ADD_UP,
        (
            (
                "UPDATE payment SET authorised_minor = 1, captured_minor = 1 "
                "WHERE tender = 'cash' AND refunded_minor = 0"
            ),
        ),
        "the books say",
    ),
    Planted(
        tills.DRAWERS_ADD_UP,
        (f"UPDATE shift SET counted_minor = counted_minor + 1 WHERE id = {A_Z}",),
        "reported",
    ),
    Planted(
        tills.REFUNDS_LEAVE_A_DRAWER,
        (
            (
                "INSERT INTO refund (merchant_id, id, payment_id, request_id, amount_minor, currency, "
                "rounding_minor, reason, state, refusal, detail, created_at) "
                "SELECT p.merchant_id, gen_random_uuid(), p.id, gen_random_uuid(), 1, p.currency, 0, "
                "'by hand', 'done', '', '', now() FROM payment p "
                "JOIN till_sale s ON s.merchant_id = p.merchant_id AND s.id = p.order_id "
                "JOIN shift f ON f.merchant_id = s.merchant_id AND f.id = s.shift_id "
                "WHERE p.tender = 'cash' AND f.closed_at IS NOT NULL LIMIT 1"
            ),
        ),
        "given back at",
    ),
    Planted(
        tills.REPORTS_ARE_THEIR_RECEIPTS,
        (f"UPDATE shift SET report = report || '{{\"sales\": 99}}' WHERE id = {A_Z}",),
        "reported 99 sales",
    ),
    Planted(
        tills.SHIFTS_ARE_GAPLESS,
        (f"UPDATE shift SET number = 900 WHERE id = {A_Z}",),
        "the last is 900",
    ),
    Planted(
        tills.SHIFTS_ARE_GAPLESS,
        (f"UPDATE shift SET report = report || '{{\"tax_minor\": 0}}' WHERE id = {A_Z}",),
        "not in the journal",
    ),
    Planted(
        messages.INBOX_IS_EMPTY,
        (
            (
                "INSERT INTO webhook_event (merchant_id, id, plugin, event_id, kind, handle, received_at) "
                f"SELECT id, {SOMEBODY % 2}, 'sandbox-card', 'evt_1', 'paid', 'h', now() - interval '1 h' "
                "FROM merchant LIMIT 1"
            ),
        ),
        "waits since",
    ),
    Planted(
        messages.CONFIRMATIONS_WERE_STARTED,
        (
            f"UPDATE sales_order SET created_at = now() + interval '1 h' WHERE id = {A_WAITING_ORDER}",
        ),
        "no confirmation",
    ),
    Planted(
        messages.REFUNDS_WERE_STARTED,
        (
            (
                "INSERT INTO refund (merchant_id, id, payment_id, request_id, amount_minor, currency, "
                "rounding_minor, reason, state, refusal, detail, created_at) "
                f"SELECT merchant_id, {SOMEBODY % 3}, id, {SOMEBODY % 4}, 1, currency, 0, 'test', "
                "'requested', '', '', now() FROM payment "
                "WHERE tender = 'online' LIMIT 1"
            ),
        ),
        "asked for at",
    ),
    Planted(
        messages.PROCESSES_GO_ON,
        (
            (
                "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, created_at, updated_at) "
                "VALUES ('mail.send:1', 'ERROR', 'mail.send', 0, 0)"
            ),
        ),
        "error",
    ),
    Planted(
        messages.PROCESSES_GO_ON,
        (
            (
                "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, created_at, updated_at) "
                "VALUES ('mail.send:2', 'ENQUEUED', 'mail.send', 0, 0)"
            ),
        ),
        "enqueued since",
    ),
    Planted(
        orders.TOTALS_ADD_UP,
        (f"UPDATE sales_order SET tax_minor = 0 WHERE id = {A_SALE}",),
        "tax 0",
    ),
    Planted(
        orders.TOTALS_ADD_UP,
        (unlocked("order_line"), f"DELETE FROM order_line WHERE order_id = {A_WEB_ORDER}"),
        "has no lines",
    ),
    Planted(
        orders.LINES_ADD_UP,
        (
            unlocked("order_line"),
            f"UPDATE order_line SET unit_price_minor = unit_price_minor + 1 WHERE order_id = {A_SALE}",
        ),
        "gives net",
    ),
    Planted(
        orders.LINES_ADD_UP,
        (
            unlocked("order_line"),
            (
                "UPDATE order_line SET net_minor = net_minor - 5, tax_minor = tax_minor + 5 "
                f"WHERE order_id = {A_SALE}"
            ),
        ),
        "gives net",
    ),
    Planted(
        orders.LEGAL_STATES,
        (f"UPDATE sales_order SET state = 'completed' WHERE id = {A_WAITING_ORDER}",),
        "is completed, its timeline says: payment_started, paid, placed",
    ),
    Planted(
        orders.NO_WAY_BACK,
        (
            (
                "INSERT INTO order_event (merchant_id, id, order_id, kind, facts, shopper_sees, actor, at)"
                f" SELECT merchant_id, {SOMEBODY.replace('018f', '0000') % 5}, id, 'cancelled', '{{}}', "
                f"true, 'system', now() FROM sales_order WHERE id = {A_WEB_ORDER}"
            ),
        ),
        "after it was cancelled",
    ),
    Planted(
        walls.tenants_are_walled,
        ("ALTER TABLE sales_order DISABLE ROW LEVEL SECURITY",),
        "row-level security is off",
    ),
    Planted(
        walls.tenants_are_walled,
        ("CREATE POLICY generous ON sales_order TO quayside_app USING (true)",),
        "lets every merchant",
    ),
    Planted(walls.tenants_are_walled, ("DROP POLICY tenant ON sales_order",), "no policy binds"),
    Planted(
        walls.REFERENCES_STAY_INSIDE,
        (
            "CREATE UNIQUE INDEX planted ON location (id)",
            (
                "ALTER TABLE register ADD CONSTRAINT loose FOREIGN KEY (location_id) "
                "REFERENCES location (id)"
            ),
        ),
        "does not carry merchant_id",
    ),
    Planted(
        walls.LOOSE_REFERENCES_STAY_INSIDE,
        (
            (
                "UPDATE sales_order o SET register_id = r.id FROM register r "
                f"WHERE r.merchant_id <> o.merchant_id AND o.id = {A_WEB_ORDER}"
            ),
        ),
        "another merchant",
    ),
    Planted(
        messages.ONE_LETTER_EACH,
        (
            unchecked("outgoing_mail", "uq_outgoing_mail_merchant_id_template_about"),
            (
                "INSERT INTO outgoing_mail (merchant_id, id, template, about, recipient, locale, subject, "
                "text, sender_name, reply_to, headers, state, attempts, last_error, created_at, sent_at) "
                f"SELECT m.id, gen_random_uuid(), 'order', {SOMEBODY % 6}, 'a@b.example', 'en', 's', 't', "
                "'', '', '{}', 'sent', 1, '', now(), now() "
                "FROM (SELECT id FROM merchant LIMIT 1) AS m, generate_series(1, 2)"
            ),
        ),
        "2 letters",
    ),
    Planted(
        messages.LETTERS_GO_OUT,
        (
            (
                "INSERT INTO outgoing_mail (merchant_id, id, template, about, recipient, locale, subject, "
                "text, sender_name, reply_to, headers, state, attempts, last_error, created_at) "
                f"SELECT id, gen_random_uuid(), 'order', {SOMEBODY % 7}, 'a@b.example', 'en', 's', 't', "
                "'', '', '{}', 'failed', 9, 'refused', now() FROM merchant LIMIT 1"
            ),
        ),
        "is failed after 9 attempts",
    ),
    Planted(
        tills.TIME_GOES_ON,
        (
            unlocked("journal_entry"),
            (
                f"UPDATE journal_entry SET at = at - interval '1 year' WHERE register_id = {A_CHAIN} "
                "AND position = 3"
            ),
        ),
        "the entry before it",
    ),
    Planted(walls.tables_are_of_this_release, ("DROP TABLE parked_basket",), "no such table"),
    Planted(
        walls.roles_are_bound,
        (
            "GRANT CREATE ON SCHEMA public TO quayside_app",
            "ALTER TABLE parked_basket OWNER TO quayside_app",
        ),
        "owns tables",
    ),
    Planted(
        house.security_log_is_whole,
        (
            unlocked("security_event"),
            "UPDATE security_event SET action = 'nothing' WHERE action = 'pin-set'",
        ),
        "was changed",
    ),
    Planted(
        house.pictures_are_there,
        (
            "UPDATE media SET storage_name = 'gone.svg' WHERE ctid = (SELECT ctid FROM media LIMIT 1)",
        ),
        "gone.svg is missing",
    ),
    Planted(
        house.PICTURES_ARE_MADE,
        (
            (
                "UPDATE media SET state = 'pending', created_at = now() - interval '1 h' "
                "WHERE ctid = (SELECT ctid FROM media LIMIT 1)"
            ),
        ),
        "waits since",
    ),
    Planted(house.a_worker_lives, (), "no worker"),
)

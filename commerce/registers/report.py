"""The figures of a shift: X while it is open, Z when it closes. Amounts in minor units."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.registers.returned import returns_in
from commerce.registers.rows import ShiftRow

# A voided sale was turnover and is taken back by the void, so both are shown and the net is right.
_SALES = Statement("""
SELECT count(*) AS sales, min(s.receipt) AS first_receipt, max(s.receipt) AS last_receipt,
       COALESCE(sum(o.total_minor), 0) AS gross_minor, COALESCE(sum(o.tax_minor), 0) AS tax_minor,
       COALESCE(sum(o.discount_minor), 0) AS discount_minor,
       count(*) FILTER (WHERE s.voided_at IS NOT NULL) AS voids,
       COALESCE(sum(o.total_minor) FILTER (WHERE s.voided_at IS NOT NULL), 0) AS voided_minor
FROM till_sale s JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.id
WHERE s.shift_id = :shift AND s.completed_at IS NOT NULL
""")

_TAXES = Statement("""
SELECT l.tax_rate, sum(l.net_minor) AS net_minor, sum(l.tax_minor) AS tax_minor,
       sum(l.total_minor) AS gross_minor
FROM till_sale s JOIN order_line l ON l.merchant_id = s.merchant_id AND l.order_id = s.id
WHERE s.shift_id = :shift AND s.completed_at IS NOT NULL AND s.voided_at IS NULL
GROUP BY l.tax_rate ORDER BY l.tax_rate
""")

# What a drawer paid for the desk is told as paid back by that drawer's shift, and no refund of this
# one; nor is what a till has still to pay. What was called off is no refund at all. What became store
# credit never left the drawer, nor went to the card.
_TENDERS = Statement("""
SELECT p.tender, count(*) FILTER (WHERE s.completed_at IS NOT NULL) AS payments,
       COALESCE(sum(p.captured_minor + p.rounding_minor), 0) AS taken_minor,
       COALESCE(sum(p.refunded_minor + p.refunding_minor + COALESCE(b.rounding, 0)
                    - COALESCE(b.elsewhere, 0)
                    - CASE WHEN p.tender IN ('gift_card', 'store_credit') THEN 0
                      ELSE p.credited_minor END), 0) AS refunded_minor,
       COALESCE(sum(p.rounding_minor - COALESCE(b.rounding_here, 0)), 0) AS rounding_minor
FROM till_sale s
JOIN payment p ON p.merchant_id = s.merchant_id AND p.order_id = s.id
LEFT JOIN LATERAL (
  SELECT sum(r.rounding_minor) AS rounding,
         sum(r.rounding_minor) FILTER (WHERE m.id IS NULL AND r.state = 'done') AS rounding_here,
         sum(r.amount_minor + r.rounding_minor)
           FILTER (WHERE m.id IS NOT NULL OR r.state = 'requested') AS elsewhere
  FROM refund r
  LEFT JOIN cash_movement m ON m.merchant_id = r.merchant_id AND m.refund_id = r.id
  WHERE r.merchant_id = p.merchant_id AND r.payment_id = p.id AND r.state <> 'failed'
) AS b ON p.tender = 'cash'
WHERE s.shift_id = :shift AND p.captured_minor > 0
GROUP BY p.tender ORDER BY p.tender
""")

# Like the turnover with the voided sales in it: what they took off is part of what the voids take back.
_PROMOTIONS = Statement("""
SELECT u.promotion_id, min(p.name) AS name, min(p.name_zh) AS name_zh, count(*) AS sales,
       sum(u.amount_minor) AS amount_minor
FROM till_sale s
JOIN promotion_use u ON u.merchant_id = s.merchant_id AND u.order_id = s.id AND u.kind = 'used'
JOIN promotion p ON p.merchant_id = u.merchant_id AND p.id = u.promotion_id
WHERE s.shift_id = :shift AND s.completed_at IS NOT NULL
GROUP BY u.promotion_id ORDER BY sum(u.amount_minor) DESC, u.promotion_id
""")

_CASH = Statement("""
SELECT COALESCE(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0) AS cash_in_minor,
       COALESCE(-sum(amount_minor) FILTER (WHERE amount_minor < 0 AND refund_id IS NULL), 0)
         AS cash_out_minor,
       COALESCE(-sum(amount_minor) FILTER (WHERE amount_minor < 0 AND refund_id IS NOT NULL), 0)
         AS paid_back_minor,
       count(*) FILTER (WHERE amount_minor < 0 AND refund_id IS NOT NULL) AS paid_back
FROM cash_movement WHERE shift_id = :shift
""")


# What the drawer should hold, and every sum from which it could be reckoned: turnover less cards is cash.
_TOLD_AFTER_THE_COUNT = (
    "expected_minor",
    "gross_minor",
    "tax_minor",
    "discount_minor",
    "voided_minor",
    "net_of_voids_minor",
    "rounding_minor",
    "promotions",
    "taxes",
    "returned_minor",
    "returned_taxes",
)


def without_cash(figures: dict[str, Any]) -> dict[str, Any]:
    """Return an open shift's figures as somebody may see them who is to count the drawer blind.

    Every tender keeps its line with the number of payments; the one in cash has no amount.
    """
    seen = {name: told for name, told in figures.items() if name not in _TOLD_AFTER_THE_COUNT}
    return seen | {"tenders": [_uncounted(tender) for tender in figures["tenders"]]}


def _uncounted(tender: dict[str, Any]) -> dict[str, Any]:
    if tender["tender"] != "cash":
        return tender
    return {name: tender[name] for name in ("tender", "payments")}


def shift_report(
    connection: Connection, *, shift: ShiftRow, counted: Money | None, at: datetime
) -> dict[str, Any]:
    """Return the shift's figures as JSON values; with `counted`, also what is over or short.

    `paid_back` tells of refunds that this drawer paid for the desk, whichever channel sold; they are
    no part of `cash_out_minor`. A Z of earlier releases has them in there, and no such figure.
    `promotions` are part of `discount_minor`; the rest of it clerks gave by hand. `returns` are of
    older receipts and of other channels as well, so they stand beside the turnover and its taxes; a
    drawer's part of them is in `paid_back`.
    """
    where = {"shift": shift.id}
    sales = _SALES.one(connection, where)
    taken = _TENDERS.all(connection, where)
    tenders = [_tender(row) for row in taken]
    moved = _CASH.one(connection, where)
    cash = sum(t["taken_minor"] - t["refunded_minor"] for t in tenders if t["tender"] == "cash")
    out = int(moved.cash_out_minor) + int(moved.paid_back_minor)
    expected = shift.float_minor + cash + int(moved.cash_in_minor) - out
    report: dict[str, Any] = {
        "shift": str(shift.id),
        "number": shift.number,
        "register": str(shift.register_id),
        "currency": shift.currency,
        "opened_at": shift.opened_at.isoformat(),
        "at": at.isoformat(),
        "sales": int(sales.sales),
        "first_receipt": sales.first_receipt,
        "last_receipt": sales.last_receipt,
        "gross_minor": int(sales.gross_minor),
        "discount_minor": int(sales.discount_minor),
        "tax_minor": int(sales.tax_minor),
        "voids": int(sales.voids),
        "voided_minor": int(sales.voided_minor),
        "net_of_voids_minor": int(sales.gross_minor - sales.voided_minor),
        "rounding_minor": sum(int(row.rounding_minor) for row in taken),
        "promotions": [_promotion(row) for row in _PROMOTIONS.all(connection, where)],
        "taxes": [_tax(row) for row in _TAXES.all(connection, where)],
        "tenders": tenders,
        **returns_in(connection, shift_id=shift.id, currency=shift.currency),
        "float_minor": shift.float_minor,
        "cash_in_minor": int(moved.cash_in_minor),
        "cash_out_minor": int(moved.cash_out_minor),
        "paid_back": int(moved.paid_back),
        "paid_back_minor": int(moved.paid_back_minor),
        "expected_minor": expected,
    }
    if counted is not None:
        report["counted_minor"] = counted.amount_minor
        report["difference_minor"] = counted.amount_minor - expected
    return report


def _tender(row: Any) -> dict[str, Any]:
    return {
        "tender": row.tender,
        "payments": int(row.payments),
        "taken_minor": int(row.taken_minor),
        "refunded_minor": int(row.refunded_minor),
    }


def _promotion(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "name_zh": row.name_zh,
        "sales": int(row.sales),
        "amount_minor": int(row.amount_minor),
    }


def _tax(row: Any) -> dict[str, Any]:
    return {
        "rate": f"{row.tax_rate:f}",
        "net_minor": int(row.net_minor),
        "tax_minor": int(row.tax_minor),
        "gross_minor": int(row.gross_minor),
    }

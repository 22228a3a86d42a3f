"""Find a till's sale by the number on its receipt, and the number of a sale."""

import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement
from commerce.registers.receipts import receipt_number

# A longer number is none that a register could ever give.
_NUMBER = re.compile(r"([A-Z0-9]{1,8})-([0-9]{1,9})")

_NAMED = Statement("""
SELECT s.id FROM till_sale s
JOIN register g ON g.merchant_id = s.merchant_id AND g.id = s.register_id
WHERE g.series = :series AND s.receipt = :receipt
""")

_OF = Statement("""
SELECT g.series, s.receipt FROM till_sale s
JOIN register g ON g.merchant_id = s.merchant_id AND g.id = s.register_id
WHERE s.id = :sale
""")

_OF_ALL = Statement("""
SELECT s.id, g.series, s.receipt FROM till_sale s
JOIN register g ON g.merchant_id = s.merchant_id AND g.id = s.register_id
WHERE s.id = ANY(:sales) AND s.receipt IS NOT NULL
""")


def sales_with_receipt(connection: Connection, *, words: str) -> tuple[UUID, ...]:
    """Return the sale whose receipt has this number, however it was typed; words may be others."""
    number = _NUMBER.fullmatch(unicodedata.normalize("NFKC", words).strip().upper())
    if number is None:
        return ()
    rows = _NAMED.all(connection, {"series": number[1], "receipt": int(number[2])})
    return tuple(row.id for row in rows)


def receipts_of_sales(connection: Connection, *, sale_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the numbers on the receipts of those of the sales that have one."""
    rows = _OF_ALL.all(connection, {"sales": list(sale_ids)})
    return {row.id: receipt_number(row.series, row.receipt) for row in rows}


def receipt_of_sale(connection: Connection, *, sale_id: UUID) -> str:
    """Return the number on a sale's receipt; empty where it has none yet."""
    row = _OF.one_or_none(connection, {"sale": sale_id})
    return receipt_number(row.series, row.receipt) if row else ""

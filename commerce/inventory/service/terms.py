"""What a paper of the stock room may say: its lines, its dates, its words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import (
    LineFault,
    LinesRefusedError,
    ReasonMissingError,
    TermsRefusedError,
)
from commerce.kernel.ids import new_code
from commerce.kernel.statements import Statement

MOST_LINES = 1_000
MOST_UNITS = 10_000_000
"""More units than any truck holds: beyond it somebody has slipped on the keyboard."""
MOST_TOLERANCE = 10_000
LONGEST_NOTE = 500
LONGEST_REASON = 200
_YEARS = range(2000, 2200)
_NUMBER_LENGTH = 6

_GOODS = Statement("""
SELECT id, stock_tracked, lots FROM variant
WHERE merchant_id = :merchant AND id = ANY(:variants)
""")


def refuse(faults: Iterable[LineFault]) -> None:
    """Refuse the lines that are at fault, if there are any.

    Raises:
        LinesRefusedError: names every one of them.
    """
    named = tuple(faults)
    if named:
        raise LinesRefusedError(named)


def counted_goods(
    session: Session, *, merchant_id: UUID, variant_ids: Sequence[UUID]
) -> Mapping[UUID, bool]:
    """Return for each variant whether it is kept by lot.

    Raises:
        LinesRefusedError: there is no line or too many, one is named twice, or is not the
            merchant's, or its stock is not counted.
    """
    if not 0 < len(variant_ids) <= MOST_LINES:
        code = "too-many" if variant_ids else "nothing"
        refuse([LineFault(None, code, {"most": MOST_LINES} if variant_ids else {})])
    if len(set(variant_ids)) < len(variant_ids):
        times = Counter(variant_ids)
        refuse(LineFault(each, "twice") for each in times if times[each] > 1)
    asked = {"merchant": merchant_id, "variants": list(variant_ids)}
    known = {row.id: row for row in _GOODS.all(session, asked)}
    refuse(
        LineFault(each, "not-counted" if each in known else "unknown")
        for each in variant_ids
        if each not in known or not known[each].stock_tracked
    )
    return {each: known[each].lots for each in variant_ids}


def units_faults(
    lines: Iterable[tuple[UUID, int]], *, least: int = 1, most: int = MOST_UNITS
) -> list[LineFault]:
    """Return the lines whose number of units nobody can mean."""
    return [
        LineFault(variant_id, "units", {"least": least, "most": most})
        for variant_id, quantity in lines
        if not least <= quantity <= most
    ]


def checked_terms(*, note: str = "", on: date | None = None, tolerance: int = 0) -> str:
    """Return the note without blanks around it.

    Raises:
        TermsRefusedError: the note is too long, the date or the tolerance beyond reason.
    """
    note = note.strip()
    if (
        len(note) > LONGEST_NOTE
        or not 0 <= tolerance <= MOST_TOLERANCE
        or (on is not None and on.year not in _YEARS)
    ):
        raise TermsRefusedError(note=LONGEST_NOTE, tolerance=MOST_TOLERANCE)
    return note


def checked_reason(reason: str) -> str:
    """Return the reason without blanks around it.

    Raises:
        ReasonMissingError: it is blank or too long.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissingError(most=LONGEST_REASON)
    return reason


def paper_number(kind: str) -> str:
    """Return what people call a new paper, such as TR-7Q3K9M; 32^6 of them are possible a kind."""
    return f"{kind}-{new_code(_NUMBER_LENGTH)}"

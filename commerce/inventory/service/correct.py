"""Correct many levels at once, as another program's books say: all of them or none."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import CorrectionsRefusedError, NotInTransitHereError
from commerce.inventory.rows import Corrected, Correction, MovementKind, Units
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import lock_levels
from commerce.kernel.statements import Statement

MOST_ON_HAND = 1_000_000_000
"""More units than any shelf holds: beyond it somebody has slipped on the keyboard."""

_SET = Statement("""
UPDATE level l SET on_hand = w.on_hand
FROM unnest(
  CAST(:variants AS uuid[]), CAST(:locations AS uuid[]), CAST(:on_hands AS bigint[])
) AS w(variant_id, location_id, on_hand)
WHERE l.merchant_id = :merchant
  AND l.variant_id = w.variant_id AND l.location_id = w.location_id
  AND l.location_id NOT IN (
    SELECT id FROM location WHERE merchant_id = :merchant AND kind = 'transit'
  )
""")


def correct_stock(
    session: Session,
    *,
    merchant_id: UUID,
    corrections: Sequence[Correction],
    kind: MovementKind,
    reason: str,
    actor_id: UUID | None = None,
) -> tuple[Corrected, ...]:
    """Correct every level that is named, in units, and return how each stands, in the given order.

    A count is booked as counted, a change as `kind`; what changes nothing books nothing. Each level
    may be named once. The levels are locked in one statement and set in one, however many they are.

    Raises:
        CorrectionsRefusedError: names every level that would hold fewer units than are promised, or
            more than any shelf does. Nothing is changed then.
        NotInTransitHereError: a level is one of goods in transit.
        ValueError: a level is named twice.
    """
    places = [(each.variant_id, each.location_id) for each in corrections]
    if len(set(places)) < len(places):
        raise ValueError("a level is named twice")
    if not places:
        return ()
    levels = lock_levels(
        session, merchant_id=merchant_id, lines=[Units(*place, 0) for place in places]
    )
    corrected = tuple(
        _corrected(correction, *levels[place])
        for correction, place in zip(corrections, places, strict=True)
    )
    _refuse_impossible(corrected)
    written = _SET.run(
        session,
        {
            "merchant": merchant_id,
            "variants": [each.variant_id for each in corrected],
            "locations": [each.location_id for each in corrected],
            "on_hands": [each.on_hand for each in corrected],
        },
    )
    if written < len(corrected):
        raise NotInTransitHereError
    for (booked_as, sign), lines in _by_kind(corrections, corrected, kind).items():
        book(
            session,
            merchant_id=merchant_id,
            kind=booked_as,
            lines=lines,
            sign=sign,
            reason=reason,
            actor_id=actor_id,
        )
    return corrected


def _by_kind(
    corrections: Sequence[Correction], corrected: Sequence[Corrected], kind: MovementKind
) -> dict[tuple[MovementKind, int], list[Units]]:
    """Return what changed, by what it is booked as and its sign."""
    found: dict[tuple[MovementKind, int], list[Units]] = defaultdict(list)
    for correction, each in zip(corrections, corrected, strict=True):
        if each.change:
            booked_as = kind if correction.on_hand is None else MovementKind.COUNTED
            units = Units(each.variant_id, each.location_id, abs(each.change))
            found[booked_as, 1 if each.change > 0 else -1].append(units)
    return found


def _corrected(correction: Correction, on_hand: int, held: int) -> Corrected:
    wanted = on_hand + correction.change if correction.on_hand is None else correction.on_hand
    return Corrected(
        variant_id=correction.variant_id,
        location_id=correction.location_id,
        change=wanted - on_hand,
        on_hand=wanted,
        held=held,
    )


def _refuse_impossible(corrected: Sequence[Corrected]) -> None:
    refused = {
        at: each
        for at, each in enumerate(corrected)
        if not each.held <= each.on_hand <= MOST_ON_HAND
    }
    if refused:
        raise CorrectionsRefusedError(refused)

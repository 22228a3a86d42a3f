"""Places that goods only pass through: in transit, and set aside in quarantine."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import PlacesRefusedError
from commerce.inventory.rows import Units
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement

_PLACES = Statement("""
SELECT id FROM location
WHERE merchant_id = :merchant AND id = ANY(:places)
  AND kind NOT IN ('transit', 'quarantine') AND (active OR NOT :in_use)
""")

# The code ends in the place's own id, so that it meets no code that a merchant has chosen.
_OPEN_TRANSIT = Statement("""
INSERT INTO location (merchant_id, id, code, kind, name, name_zh, address, address_zh, country,
                      phone, sells_online, priority, active)
SELECT :merchant, :id, 'TRANSIT-' || upper(right(CAST(CAST(:id AS uuid) AS text), 6)), 'transit',
       'In transit', '在途', '', '', country, '', false, 900, true
FROM location WHERE merchant_id = :merchant AND id = :place
ON CONFLICT DO NOTHING
""")

_TRANSIT = Statement("""
SELECT id FROM location WHERE merchant_id = :merchant AND kind = 'transit'
""")

_OPEN_QUARANTINE = Statement("""
INSERT INTO location (merchant_id, id, code, kind, name, name_zh, address, address_zh, country,
                      phone, sells_online, priority, active, belongs_to)
SELECT :merchant, :id, code || '-Q-' || upper(right(CAST(CAST(:id AS uuid) AS text), 6)),
       'quarantine', 'Quarantine of ' || name, name_zh || '隔离区', address, address_zh, country,
       phone, false, 900, true, id
FROM location
WHERE merchant_id = :merchant AND id = :place AND kind NOT IN ('transit', 'quarantine')
ON CONFLICT DO NOTHING
""")

_QUARANTINE = Statement("""
SELECT id FROM location
WHERE merchant_id = :merchant AND belongs_to = :place AND kind = 'quarantine'
""")

_COUNTABLE = Statement("""
SELECT id FROM location WHERE merchant_id = :merchant AND id = :place AND kind <> 'transit'
""")


def check_places(
    session: Session, *, merchant_id: UUID, places: Sequence[UUID], in_use: bool = True
) -> None:
    """Make sure that goods can be kept at each of `places`, and that no two are the same.

    With `in_use` off, a place that was closed is good enough: goods still lie there.

    Raises:
        PlacesRefusedError: a place is not the merchant's, out of use, in transit or a quarantine.
    """
    asked = {"merchant": merchant_id, "places": list(places), "in_use": in_use}
    if len(set(places)) < len(places) or len(_PLACES.all(session, asked)) < len(places):
        raise PlacesRefusedError


def check_shelves(session: Session, *, merchant_id: UUID, lines: Sequence[Units]) -> None:
    """Make sure that goods may be opened where `lines` say: not where they only pass through.

    A place that was closed is good enough.

    Raises:
        PlacesRefusedError: a place is not the merchant's, is in transit or a quarantine.
    """
    places = sorted({line.location_id for line in lines})
    check_places(session, merchant_id=merchant_id, places=places, in_use=False)


def check_no_transit(session: Session, *, merchant_id: UUID, lines: Sequence[Units]) -> None:
    """Make sure that nothing is put in transit without a transfer: nobody could take it out again.

    Raises:
        PlacesRefusedError: a place is not the merchant's, or is where goods are in transit.
    """
    for place in sorted({line.location_id for line in lines}):
        check_countable(session, merchant_id=merchant_id, location_id=place)


def transit_place(session: Session, *, merchant_id: UUID, origin_id: UUID) -> UUID:
    """Return where goods are between two places of the merchant, opening it the first time."""
    merchant = {"merchant": merchant_id}
    found: UUID | None = _TRANSIT.value(session, merchant)
    if found is None:
        _OPEN_TRANSIT.run(session, {**merchant, "id": new_id(), "place": origin_id})
        found = _TRANSIT.one(session, merchant).id
    return found


def quarantine_of(session: Session, *, merchant_id: UUID, location_id: UUID) -> UUID:
    """Return the quarantine of a place, opening it the first time.

    Raises:
        NotFoundError: the merchant has no such place, or nothing is set aside from it.
    """
    where = {"merchant": merchant_id, "place": location_id}
    found: UUID | None = _QUARANTINE.value(session, where)
    if found is None:
        _OPEN_QUARANTINE.run(session, {**where, "id": new_id()})
        found = _QUARANTINE.value(session, where)
    if found is None:
        raise NotFoundError
    return found


def check_countable(session: Session, *, merchant_id: UUID, location_id: UUID) -> None:
    """Make sure that a place can be counted: quarantine can, what is in transit cannot.

    Raises:
        PlacesRefusedError: the place is not the merchant's, or is where goods are in transit.
    """
    where = {"merchant": merchant_id, "place": location_id}
    if _COUNTABLE.value(session, where) is None:
        raise PlacesRefusedError

"""Keep the stock of a variant by lot and expiry date; take what has expired out of sale."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.service.lots import mark_lots
from commerce.inventory.errors import LineFault, LotsKeptError
from commerce.inventory.rows import LotLabel, LotUnits, Units
from commerce.inventory.service.allocate import count_expired
from commerce.inventory.service.statements import lock_levels
from commerce.inventory.service.terms import counted_goods, refuse
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement

LONGEST_CODE = 60

_LOCK_LEVELS = Statement("""
SELECT location_id, on_hand FROM level
WHERE merchant_id = :merchant AND variant_id = :variant
ORDER BY location_id FOR UPDATE
""")

_BEGIN = Statement("""
WITH untold AS (
  INSERT INTO lot (merchant_id, id, variant_id, code, created_at)
  VALUES (:merchant, :id, :variant, '', :now)
  ON CONFLICT (merchant_id, variant_id, code) DO UPDATE SET code = '' RETURNING id
)
INSERT INTO lot_level (merchant_id, lot_id, location_id, on_hand)
SELECT :merchant, u.id, l.location_id, l.on_hand
FROM untold u, level l
WHERE l.merchant_id = :merchant AND l.variant_id = :variant AND l.on_hand > 0
""")

_END = Statement("""
DELETE FROM lot_level n USING lot t
WHERE n.merchant_id = :merchant AND t.merchant_id = n.merchant_id AND t.id = n.lot_id
  AND t.variant_id = :variant
""")

_NOTHING_EXPIRED = Statement("""
UPDATE level SET expired = 0 WHERE merchant_id = :merchant AND variant_id = :variant
""")

_KNOWN = Statement("""
SELECT id, variant_id, code, expires_on FROM lot
WHERE merchant_id = :merchant AND variant_id = ANY(:variants)
""")

# A lot that comes in past its date is expired at once, by the merchant's own calendar.
_ADD = Statement("""
INSERT INTO lot (merchant_id, id, variant_id, code, expires_on, expired_at, created_at)
SELECT :merchant, w.id, w.variant_id, w.code, w.expires_on,
       CASE WHEN w.expires_on < CAST(CAST(:now AS timestamptz) AT TIME ZONE m.time_zone AS date)
            THEN CAST(:now AS timestamptz) END, :now
FROM unnest(
  CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:codes AS text[]),
  CAST(:expiries AS date[])
) AS w(id, variant_id, code, expires_on)
JOIN merchant m ON m.id = :merchant
ORDER BY w.variant_id, w.code
ON CONFLICT (merchant_id, variant_id, code) DO NOTHING
""")

_UNITS_OF_LOT = Statement("""
SELECT n.on_hand FROM lot_level n
JOIN lot t ON t.merchant_id = n.merchant_id AND t.id = n.lot_id
WHERE n.merchant_id = :merchant AND n.lot_id = :lot AND n.location_id = :location
  AND t.variant_id = :variant
""")

_RELABEL = Statement("""
WITH taken AS (
  UPDATE lot_level SET on_hand = on_hand - :units
  WHERE merchant_id = :merchant AND lot_id = :lot AND location_id = :location
  RETURNING 1
)
INSERT INTO lot_level (merchant_id, lot_id, location_id, on_hand)
SELECT :merchant, CAST(:other AS uuid), :location, :units FROM taken
ON CONFLICT (merchant_id, lot_id, location_id)
DO UPDATE SET on_hand = lot_level.on_hand + excluded.on_hand
""")

_DUE = """
  SELECT t.merchant_id, t.id, t.variant_id FROM lot t JOIN merchant m ON m.id = t.merchant_id
  WHERE t.expired_at IS NULL AND t.expires_on IS NOT NULL
    -- No zone is a day ahead of UTC or more, so an index finds them.
    AND t.expires_on <= CAST(CAST(:now AS timestamptz) AT TIME ZONE 'UTC' AS date)
    AND t.expires_on < CAST(CAST(:now AS timestamptz) AT TIME ZONE m.time_zone AS date)
  ORDER BY t.expires_on, t.id LIMIT :most
"""

_LOCK_DUE = Statement(f"""
SELECT l.merchant_id, l.variant_id, l.location_id FROM level l
WHERE (l.merchant_id, l.variant_id) IN (SELECT merchant_id, variant_id FROM ({_DUE}) AS due)
ORDER BY l.merchant_id, l.variant_id, l.location_id
FOR UPDATE
""")  # noqa: S608 - a text of ours

_EXPIRE = Statement(f"""
UPDATE lot t SET expired_at = :now
WHERE (t.merchant_id, t.id) IN (SELECT merchant_id, id FROM ({_DUE}) AS due)
  AND t.variant_id = ANY(:locked)
RETURNING t.merchant_id, t.id, t.variant_id
""")  # noqa: S608 - a text of ours

_PLACES = Statement("""
SELECT t.merchant_id, t.variant_id, n.location_id FROM lot t
JOIN lot_level n ON n.merchant_id = t.merchant_id AND n.lot_id = t.id
WHERE t.id = ANY(:lots)
ORDER BY t.merchant_id, t.variant_id, n.location_id
""")


def keep_lots(session: Session, *, merchant_id: UUID, variant_id: UUID) -> None:
    """Keep the variant's stock by lot from now on; what there is today is in the lot nobody told.

    Raises:
        NotFoundError: the merchant has no such variant.
        LotsKeptError: its stock is not counted.
    """
    where = {"merchant": merchant_id, "variant": variant_id}
    _LOCK_LEVELS.run(session, where)
    marked = mark_lots(session, merchant_id=merchant_id, variant_id=variant_id, lots=True)
    if marked is None:
        raise NotFoundError
    if not marked.stock_tracked:
        raise LotsKeptError
    if marked.changed:
        # A level that was new a moment ago is seen only now that the variant is locked.
        _LOCK_LEVELS.run(session, where)
        _BEGIN.run(session, {**where, "id": new_id(), "now": utc_now()})


def stop_keeping_lots(session: Session, *, merchant_id: UUID, variant_id: UUID) -> None:
    """Keep the variant's stock without lots again; what the ledger says of lots stays as it is.

    Raises:
        NotFoundError: the merchant has no such variant.
    """
    where = {"merchant": merchant_id, "variant": variant_id}
    _LOCK_LEVELS.run(session, where)
    marked = mark_lots(session, merchant_id=merchant_id, variant_id=variant_id, lots=False)
    if marked is None:
        raise NotFoundError
    if marked.changed:
        _LOCK_LEVELS.run(session, where)
        _END.run(session, where)
        _NOTHING_EXPIRED.run(session, where)


def lots_labelled(
    session: Session, *, merchant_id: UUID, labels: Sequence[tuple[UUID, LotLabel]]
) -> dict[tuple[UUID, str], UUID]:
    """Return the lot of each variant and code, opening those that are new.

    Raises:
        LinesRefusedError: a code is blank or too long, or is on the books with another date.
    """
    wanted = {(variant_id, label.code.strip()): label.expires_on for variant_id, label in labels}
    refuse(
        LineFault(variant_id, "lot-code", {"most": LONGEST_CODE})
        for variant_id, code in wanted
        if not 0 < len(code) <= LONGEST_CODE
    )
    if not wanted:
        return {}
    ordered = sorted(wanted.items(), key=lambda entry: entry[0])
    _ADD.run(
        session,
        {
            "merchant": merchant_id,
            "ids": [new_id() for _ in ordered],
            "variants": [variant_id for (variant_id, _), _ in ordered],
            "codes": [code for (_, code), _ in ordered],
            "expiries": [expires_on for _, expires_on in ordered],
            "now": utc_now(),
        },
    )
    asked = {"merchant": merchant_id, "variants": [variant_id for variant_id, _ in wanted]}
    known = {(row.variant_id, row.code): row for row in _KNOWN.all(session, asked)}
    refuse(
        LineFault(key[0], "lot-expiry", {"expires_on": _told(known[key].expires_on)})
        for key, expires_on in wanted.items()
        if known[key].expires_on != expires_on
    )
    refuse(
        LineFault(label[0], "lot-expiry", {"expires_on": _told(wanted[label[0], code])})
        for label in labels
        if wanted[label[0], code := label[1].code.strip()] != label[1].expires_on
    )
    return {key: known[key].id for key in wanted}


def relabel(
    session: Session,
    *,
    merchant_id: UUID,
    units: LotUnits,
    label: LotLabel,
) -> None:
    """Say that units of one lot at a place are of another; no unit comes or leaves.

    Raises:
        NotFoundError: the merchant has no such variant.
        LinesRefusedError: fewer units of the lot are there, or the label cannot be meant.
    """
    line = Units(units.variant_id, units.location_id, units.quantity)
    counted_goods(session, merchant_id=merchant_id, variant_ids=[units.variant_id])
    lock_levels(session, merchant_id=merchant_id, lines=[line])
    lots = lots_labelled(session, merchant_id=merchant_id, labels=[(units.variant_id, label)])
    where = {
        "merchant": merchant_id,
        "lot": units.lot_id,
        "location": units.location_id,
        "variant": units.variant_id,
    }
    there_is = _UNITS_OF_LOT.value(session, where)
    if there_is is None:
        refuse([LineFault(units.variant_id, "lot-unknown")])
    if not 0 < units.quantity <= there_is:
        refuse([LineFault(units.variant_id, "lot-short", {"available": there_is})])
    other = lots[units.variant_id, label.code.strip()]
    if other != units.lot_id:
        del where["variant"]
        _RELABEL.run(session, {**where, "other": other, "units": units.quantity})
    count_expired(session, merchant_id=merchant_id, places=[(units.variant_id, units.location_id)])


def expire_lots(session: Session, *, now: datetime, most: int = 200) -> int:
    """Take lots past their date out of what is available, of every merchant; needs the park's scope.

    At most `most` lots at once; call again while some are found. Returns how many there were.
    """
    due = {"now": now, "most": most}
    locked = {row.variant_id for row in _LOCK_DUE.all(session, due)}
    expired = _EXPIRE.all(session, {**due, "locked": list(locked)})
    places: dict[UUID, list[tuple[UUID, UUID]]] = {}
    for row in _PLACES.all(session, {"lots": [lot.id for lot in expired]}):
        places.setdefault(row.merchant_id, []).append((row.variant_id, row.location_id))
    for merchant_id, of_merchant in places.items():
        count_expired(session, merchant_id=merchant_id, places=of_merchant)
    return len(expired)


def _told(expires_on: date | None) -> str:
    return "-" if expires_on is None else expires_on.isoformat()

"""What clerks do with a part of an order until it leaves: pick, pack, put it on the pickup shelf.

Every step compares the state in the statement that changes it, so of two clerks who do the same
one finds that it is done. A step that is sent again by who did it changes nothing and is no error.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.errors import (
    FulfilmentMovedOnError,
    NotAllPickedError,
    NotInFulfilmentError,
    PickedAlreadyError,
    ShelfNameError,
    UnknownFulfilmentError,
)
from commerce.fulfilment.labels.giving_back import let_labels_go
from commerce.fulfilment.rows import DeliveryKind, FulfilmentState
from commerce.inventory.rows import Stage
from commerce.inventory.service import restage_holds
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell

USUAL_KEEP_DAYS = 7
"""Days that goods are kept for which no delivery of today says so."""

LONGEST_SHELF = 24
"""Letters of a pickup shelf's name: it stands on a clerk's telephone beside the order's number."""


@dataclass(frozen=True, slots=True)
class Task:
    """A part of an order as a step of its work finds it."""

    id: UUID
    order_id: UUID
    location_id: UUID | None
    kind: str
    state: str
    clerk_id: UUID | None


_FIND = Statement(
    """
SELECT id, order_id, location_id, kind, state, clerk_id FROM fulfilment
WHERE merchant_id = :merchant AND id = :id
""",
    Task,
)

# What waits for the row sees it as it is then, and its lines in statements of their own.
_LOCK = Statement(
    """
SELECT id, order_id, location_id, kind, state, clerk_id FROM fulfilment
WHERE merchant_id = :merchant AND id = :id FOR UPDATE
""",
    Task,
)

_BEGIN = Statement("""
UPDATE fulfilment SET state = 'picking', clerk_id = :clerk
WHERE merchant_id = :merchant AND id = :id AND state = 'open'
""")

_PUT_BACK = Statement("""
UPDATE fulfilment SET state = 'open', clerk_id = NULL, ready_at = NULL
WHERE merchant_id = :merchant AND id = :id AND state IN ('picking', 'packed')
""")

_UNPICK = Statement("""
UPDATE fulfilment_line SET picked = 0 WHERE merchant_id = :merchant AND fulfilment_id = :id
""")

_PICK = Statement("""
UPDATE fulfilment_line SET picked = picked + :units
WHERE merchant_id = :merchant AND fulfilment_id = :id AND variant_id = :variant
  AND picked + :units <= quantity
RETURNING picked
""")

_LINE = Statement("""
SELECT quantity FROM fulfilment_line
WHERE merchant_id = :merchant AND fulfilment_id = :id AND variant_id = :variant AND quantity > 0
""")

_PACK = Statement("""
UPDATE fulfilment f SET state = 'packed'
WHERE f.merchant_id = :merchant AND f.id = :id AND f.state = 'picking' AND NOT EXISTS (
  SELECT FROM fulfilment_line l
  WHERE l.merchant_id = f.merchant_id AND l.fulfilment_id = f.id AND l.picked < l.quantity
)
""")

_SHELVE = Statement("""
UPDATE fulfilment f SET state = 'ready', ready_at = :at, reminded_at = NULL,
  collect_by = (
    SELECT CAST(CAST(CAST(:at AS timestamptz) AT TIME ZONE m.time_zone AS date)
        + CAST(COALESCE(d.keep_days, :usual) + 1 AS int) AS timestamp) AT TIME ZONE m.time_zone
    FROM merchant m
    JOIN sales_order o ON o.merchant_id = m.id AND o.id = f.order_id
    LEFT JOIN delivery_option d ON d.merchant_id = m.id AND d.code = o.delivery ->> 'key'
    WHERE m.id = f.merchant_id
  )
WHERE f.merchant_id = :merchant AND f.id = :id AND f.state = 'packed'
  AND f.kind IN ('pickup', 'hand_over')
""")


def begin_picking(
    session: Session, *, merchant_id: UUID, fulfilment_id: UUID, clerk_id: UUID
) -> None:
    """Take a part of an order in hand; nobody else begins it now.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: somebody else picks it, or it is past that.
    """
    task = _found(session, merchant_id, fulfilment_id)
    if task.location_id is None:
        raise FulfilmentMovedOnError
    restage_holds(
        session,
        merchant_id=merchant_id,
        owner_id=task.order_id,
        location_id=task.location_id,
        stage=Stage.PICKING,
    )
    asked = {"merchant": merchant_id, "id": fulfilment_id, "clerk": clerk_id}
    if _BEGIN.run(session, asked):
        _tell(session, merchant_id, task, EventKind.PICKING, clerk_id)
        return
    now = _locked(session, merchant_id, fulfilment_id)
    if (now.state, now.clerk_id) != (FulfilmentState.PICKING, clerk_id):
        raise FulfilmentMovedOnError


def put_back(session: Session, *, merchant_id: UUID, fulfilment_id: UUID, clerk_id: UUID) -> None:
    """Lay everything back on its shelf and the part on the pile: somebody else may pick it.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: nobody has it in hand.
    """
    task = _found(session, merchant_id, fulfilment_id)
    if task.location_id is not None:
        restage_holds(
            session,
            merchant_id=merchant_id,
            owner_id=task.order_id,
            location_id=task.location_id,
            stage=Stage.PLACED,
        )
    where = {"merchant": merchant_id, "id": fulfilment_id}
    if not _PUT_BACK.run(session, where):
        raise FulfilmentMovedOnError
    _UNPICK.run(session, where)
    let_labels_go(session, merchant_id=merchant_id, fulfilment_ids=[fulfilment_id])
    _tell(session, merchant_id, task, EventKind.PUT_BACK, clerk_id)


def pick(
    session: Session, *, merchant_id: UUID, fulfilment_id: UUID, variant_id: UUID, units: int = 1
) -> int:
    """Count units of one variant as picked, and return how many are now.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: nobody picks it now.
        NotInFulfilmentError: the variant is not part of it.
        PickedAlreadyError: so many units of it are not to be picked any more.
    """
    if _locked(session, merchant_id, fulfilment_id).state != FulfilmentState.PICKING:
        raise FulfilmentMovedOnError
    what = {"merchant": merchant_id, "id": fulfilment_id, "variant": variant_id}
    picked = _PICK.value(session, {**what, "units": units}) if units > 0 else None
    if picked is not None:
        return int(picked)
    if _LINE.one_or_none(session, what) is None:
        raise NotInFulfilmentError
    raise PickedAlreadyError


def pack(session: Session, *, merchant_id: UUID, fulfilment_id: UUID, clerk_id: UUID) -> None:
    """Note that everything is picked and packed.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        NotAllPickedError: units are still to be picked.
        FulfilmentMovedOnError: nobody picks it now.
    """
    task = _locked(session, merchant_id, fulfilment_id)
    if task.state in {FulfilmentState.PACKED, FulfilmentState.READY}:
        return
    if task.state != FulfilmentState.PICKING:
        raise FulfilmentMovedOnError
    if not _PACK.run(session, {"merchant": merchant_id, "id": fulfilment_id}):
        raise NotAllPickedError
    _tell(session, merchant_id, task, EventKind.PACKED, clerk_id)


def put_on_shelf(
    session: Session, *, merchant_id: UUID, fulfilment_id: UUID, clerk_id: UUID, shelf: str = ""
) -> UUID | None:
    """Lay a packed part where it is collected, and return the event to tell the customer of.

    It lies there until the end of the last day that its delivery says. None when it lay there
    already. `shelf` says where, for whoever fetches it; the order's timeline keeps it.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: it is not packed, or nobody comes for it.
        ShelfNameError: the name of the shelf is too long.
    """
    shelf = " ".join(shelf.split())
    if len(shelf) > LONGEST_SHELF:
        raise ShelfNameError(most=LONGEST_SHELF)
    task = _found(session, merchant_id, fulfilment_id)
    if task.location_id is None:
        raise FulfilmentMovedOnError
    restage_holds(
        session,
        merchant_id=merchant_id,
        owner_id=task.order_id,
        location_id=task.location_id,
        stage=Stage.SHELF,
    )
    shelved = {
        "merchant": merchant_id,
        "id": fulfilment_id,
        "at": utc_now(),
        "usual": USUAL_KEEP_DAYS,
    }
    if _SHELVE.run(session, shelved):
        named = {"shelf": shelf} if shelf else {}
        return _tell(session, merchant_id, task, EventKind.READY, clerk_id, **named)
    if _locked(session, merchant_id, fulfilment_id).state != FulfilmentState.READY:
        raise FulfilmentMovedOnError
    return None


def is_collected(kind: str) -> bool:
    """Return whether somebody comes for what leaves in this way."""
    return kind in {DeliveryKind.PICKUP, DeliveryKind.HAND_OVER}


def task_of(session: Session, *, merchant_id: UUID, fulfilment_id: UUID) -> Task:
    """Return a part of an order, locked until the transaction ends.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
    """
    return _locked(session, merchant_id, fulfilment_id)


def _found(session: Session, merchant_id: UUID, fulfilment_id: UUID) -> Task:
    task = _FIND.one_or_none(session, {"merchant": merchant_id, "id": fulfilment_id})
    if task is None:
        raise UnknownFulfilmentError
    return task


def _locked(session: Session, merchant_id: UUID, fulfilment_id: UUID) -> Task:
    task = _LOCK.one_or_none(session, {"merchant": merchant_id, "id": fulfilment_id})
    if task is None:
        raise UnknownFulfilmentError
    return task


def _tell(
    session: Session,
    merchant_id: UUID,
    task: Task,
    kind: EventKind,
    clerk_id: UUID,
    **facts: str,
) -> UUID:
    return tell(
        session,
        merchant_id=merchant_id,
        order_id=task.order_id,
        kind=kind,
        actor=Actor.STAFF,
        actor_id=clerk_id,
        location=str(task.location_id),
        fulfilment=str(task.id),
        **facts,
    )

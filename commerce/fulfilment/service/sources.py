"""Write down where an order's goods come from, and why from there."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.models import Source
from commerce.fulfilment.queries.sourcing import Sourced
from commerce.fulfilment.rows import Occasion
from commerce.inventory.rows import Units
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement

_INSERT = Insertion(Source)

# Sources and the reason for them are one fact, and one round trip.
_KEEP_DECIDED = Statement("""
WITH kept AS (
  INSERT INTO order_source (merchant_id, id, order_id, variant_id, location_id, quantity,
                            counted, sent, returned)
  SELECT :merchant, w.id, :order, w.variant_id, w.location_id, w.quantity, w.counted, 0, 0
  FROM unnest(
    CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:locations AS uuid[]),
    CAST(:quantities AS bigint[]), CAST(:counted AS boolean[])
  ) AS w(id, variant_id, location_id, quantity, counted)
)
INSERT INTO sourcing_decision (merchant_id, id, order_id, occasion, minor, exact, explanation,
                               situation, at)
VALUES (:merchant, :id, :order, :occasion, :minor, :exact, CAST(:explanation AS jsonb),
        CAST(:situation AS jsonb), :at)
""")
_KEEP_DECISION = Statement("""
INSERT INTO sourcing_decision (merchant_id, id, order_id, occasion, minor, exact, explanation,
                               situation, at)
VALUES (:merchant, :id, :order, :occasion, :minor, :exact, CAST(:explanation AS jsonb),
        CAST(:situation AS jsonb), :at)
""")

_FORGET = Statement(
    "DELETE FROM order_source WHERE merchant_id = :merchant AND order_id = :order AND counted"
)

# What has left stays with the place it left from, and what was given up stays given up; everything
# else is decided anew.
_FORGET_OWED = Statement("""
DELETE FROM order_source s WHERE s.merchant_id = :merchant AND s.order_id = :order
  AND s.counted AND s.quantity > 0
  AND NOT EXISTS (SELECT FROM movement m WHERE m.merchant_id = s.merchant_id
    AND m.variant_id = s.variant_id AND m.location_id = s.location_id
    AND m.subject_id = s.order_id AND m.kind = 'sold')
""")
_KEEP_GONE = Statement("""
UPDATE order_source s SET quantity = (
  SELECT -sum(m.quantity) FROM movement m WHERE m.merchant_id = s.merchant_id
    AND m.variant_id = s.variant_id AND m.location_id = s.location_id
    AND m.subject_id = s.order_id AND m.kind = 'sold')
WHERE s.merchant_id = :merchant AND s.order_id = :order AND s.counted AND s.quantity > 0
""")
_ADD_OWED = Statement("""
INSERT INTO order_source (merchant_id, id, order_id, variant_id, location_id, quantity,
                          counted, sent, returned)
VALUES (:merchant, :id, :order, :variant, :location, :quantity, true, 0, 0)
ON CONFLICT (merchant_id, order_id, variant_id, location_id)
  DO UPDATE SET quantity = order_source.quantity + EXCLUDED.quantity
""")

_ADD_UNCOUNTED = Statement("""
INSERT INTO order_source (merchant_id, id, order_id, variant_id, location_id, quantity,
                          counted, sent, returned)
VALUES (:merchant, :id, :order, :variant, :location, :units, false, 0, 0)
ON CONFLICT (merchant_id, order_id, variant_id, location_id)
  DO UPDATE SET quantity = order_source.quantity + EXCLUDED.quantity
""")

_SHRINK = Statement("""
UPDATE order_source SET quantity = quantity - :units
WHERE merchant_id = :merchant AND order_id = :order AND variant_id = :variant
  AND location_id = :location
""")


def keep_sources(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    units: Iterable[Units],
    uncounted: Iterable[Units] = (),
    sourced: Sourced | None = None,
    occasion: Occasion = Occasion.PLACED,
) -> None:
    """Write down from where an order is served: `units` are held there, `uncounted` have no limit.

    With `sourced`, the decision that chose the units is kept in the same statement.
    """
    rows = [
        {
            "merchant_id": merchant_id,
            "order_id": order_id,
            "variant_id": part.variant_id,
            "location_id": part.location_id,
            "quantity": part.quantity,
            "counted": counted,
        }
        for counted, parts in ((True, units), (False, uncounted))
        for part in parts
    ]
    if sourced is None:
        _INSERT.many(session, rows)
        return
    columns = {
        "ids": [new_id() for _ in rows],
        "variants": [row["variant_id"] for row in rows],
        "locations": [row["location_id"] for row in rows],
        "quantities": [row["quantity"] for row in rows],
        "counted": [row["counted"] for row in rows],
    }
    _KEEP_DECIDED.run(session, columns | _decided(merchant_id, order_id, sourced, occasion))


def _decided(
    merchant_id: UUID, order_id: UUID, sourced: Sourced, occasion: Occasion
) -> dict[str, Any]:
    explanation, situation = sourced.facts()
    return {
        "merchant": merchant_id,
        "id": new_id(),
        "order": order_id,
        "occasion": occasion.value,
        "minor": sourced.decision.minor,
        "exact": sourced.decision.exact,
        "explanation": json.dumps(explanation, ensure_ascii=False),
        "situation": json.dumps(situation, ensure_ascii=False),
        "at": utc_now(),
    }


def replace_sources(
    session: Session, *, merchant_id: UUID, order_id: UUID, sourced: Sourced
) -> None:
    """Serve the counted goods of an order of which nothing has left from other places than before."""
    _FORGET.run(session, {"merchant": merchant_id, "order": order_id})
    keep_sources(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        units=sourced.decision.units,
        sourced=sourced,
        occasion=Occasion.HELD_AGAIN,
    )


def replace_owed_sources(
    session: Session, *, merchant_id: UUID, order_id: UUID, sourced: Sourced | None
) -> None:
    """Serve the counted goods that an order is still owed anew; what left keeps its place."""
    where = {"merchant": merchant_id, "order": order_id}
    _FORGET_OWED.run(session, where)
    _KEEP_GONE.run(session, where)
    if sourced is not None:
        add_sources(
            session,
            merchant_id=merchant_id,
            order_id=order_id,
            sourced=sourced,
            occasion=Occasion.FOUND_AGAIN,
        )


def add_sources(
    session: Session, *, merchant_id: UUID, order_id: UUID, sourced: Sourced, occasion: Occasion
) -> None:
    """Serve an order from more places than before, and keep why from these."""
    for part in sourced.decision.units:
        _ADD_OWED.run(
            session,
            {
                "merchant": merchant_id,
                "order": order_id,
                "id": new_id(),
                "variant": part.variant_id,
                "location": part.location_id,
                "quantity": part.quantity,
            },
        )
    _KEEP_DECISION.run(session, _decided(merchant_id, order_id, sourced, occasion))


def move_uncounted(
    session: Session, *, merchant_id: UUID, order_id: UUID, origin_id: UUID, to: Iterable[Units]
) -> None:
    """Let goods that are sold without limit leave from other places than `origin_id`."""
    for part in to:
        where = {
            "merchant": merchant_id,
            "order": order_id,
            "variant": part.variant_id,
            "units": part.quantity,
        }
        _SHRINK.run(session, {**where, "location": origin_id})
        _ADD_UNCOUNTED.run(session, {**where, "location": part.location_id, "id": new_id()})


def shrink_sources(
    session: Session, *, merchant_id: UUID, order_id: UUID, units: Iterable[Units]
) -> None:
    """Serve an order with fewer units than it was promised: these were given up."""
    for part in units:
        _SHRINK.run(
            session,
            {
                "merchant": merchant_id,
                "order": order_id,
                "variant": part.variant_id,
                "location": part.location_id,
                "units": part.quantity,
            },
        )

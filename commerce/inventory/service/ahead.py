"""Promise units that are not there yet: backorders and preorders, never more than the cap.

Rows of `advance_sale` are locked in the order of variants, after levels.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import (
    AdvanceSaleError,
    CapBelowPromisedError,
    OutOfStockError,
    Shortfall,
)
from commerce.inventory.rows import AdvanceKind, AdvanceTerms
from commerce.kernel.errors import FieldProblem
from commerce.kernel.statements import Statement
from commerce.park.content import bump_content_version

_PUT = Statement("""
INSERT INTO advance_sale AS a (merchant_id, variant_id, kind, cap, promised, available_on, ends_on,
                               active)
VALUES (:merchant, :variant, :kind, :cap, 0, :available_on, :ends_on, true)
ON CONFLICT (merchant_id, variant_id) DO UPDATE SET
  kind = EXCLUDED.kind, cap = EXCLUDED.cap, available_on = EXCLUDED.available_on,
  ends_on = EXCLUDED.ends_on, active = true
WHERE a.promised <= EXCLUDED.cap
RETURNING a.promised
""")

_STOP = Statement("""
UPDATE advance_sale SET active = false WHERE merchant_id = :merchant AND variant_id = :variant
""")

# As with holds: lock in order, take only what is free in the newest version of each row.
_PROMISE = Statement("""
WITH want AS (
  SELECT * FROM unnest(
    CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]), CAST(:days AS date[])
  ) AS w(variant_id, quantity, due_on)
), locked AS (
  SELECT a.variant_id FROM advance_sale a JOIN want w USING (variant_id)
  WHERE a.merchant_id = :merchant
  ORDER BY a.variant_id
  FOR UPDATE OF a
), taken AS (
  UPDATE advance_sale a SET promised = a.promised + w.quantity
  FROM want w JOIN locked k USING (variant_id)
  WHERE a.merchant_id = :merchant AND a.variant_id = w.variant_id
    AND a.active AND (a.ends_on IS NULL OR a.ends_on >= :today)
    AND a.promised + w.quantity <= a.cap
  RETURNING a.variant_id, w.quantity, w.due_on
)
INSERT INTO advance_promise (merchant_id, owner_id, variant_id, quantity, due_on, expires_at,
                             created_at)
SELECT :merchant, :owner, variant_id, quantity, due_on, :expires_at, now() FROM taken
RETURNING variant_id
""")

_LEFT = Statement("""
SELECT variant_id, cap - promised AS units FROM advance_sale
WHERE merchant_id = :merchant AND variant_id = ANY(:variants)
  AND active AND (ends_on IS NULL OR ends_on >= :today)
""")

_FIRM_UP = Statement("""
UPDATE advance_promise SET expires_at = NULL WHERE merchant_id = :merchant AND owner_id = :owner
""")

_LOCK_OF_OWNER = Statement("""
SELECT count(*) FROM (
  SELECT 1 FROM advance_sale a
  WHERE a.merchant_id = :merchant AND a.variant_id IN (
    SELECT variant_id FROM advance_promise WHERE merchant_id = :merchant AND owner_id = :owner
  )
  ORDER BY a.variant_id
  FOR UPDATE
) AS locked
""")

_RELEASE = Statement("""
WITH gone AS (
  DELETE FROM advance_promise WHERE merchant_id = :merchant AND owner_id = :owner
  RETURNING variant_id, quantity
)
UPDATE advance_sale a SET promised = a.promised - g.quantity FROM gone g
WHERE a.merchant_id = :merchant AND a.variant_id = g.variant_id
RETURNING g.quantity
""")

_DUE = Statement("""
SELECT DISTINCT merchant_id, owner_id FROM advance_promise
WHERE expires_at <= :now LIMIT :most
""")


def sell_ahead(session: Session, *, merchant_id: UUID, terms: AdvanceTerms) -> None:
    """Let a variant be sold before it is there, on these terms from now on.

    Raises:
        AdvanceSaleError: the cap is below one unit, or the days contradict each other.
        CapBelowPromisedError: more units than that are promised already.
    """
    if terms.cap < 1:
        raise AdvanceSaleError(
            FieldProblem(
                pointer="/cap", code="cap", template="The cap of an advance sale is 1 or more."
            )
        )
    if terms.kind is AdvanceKind.PREORDER and terms.available_on is None:
        raise AdvanceSaleError(
            FieldProblem(
                pointer="/available_on",
                code="available-on",
                template="A preorder needs the day on which the goods come.",
            )
        )
    put = _PUT.one_or_none(
        session,
        {
            "merchant": merchant_id,
            "variant": terms.variant_id,
            "kind": terms.kind.value,
            "cap": terms.cap,
            "available_on": terms.available_on,
            "ends_on": terms.ends_on,
        },
    )
    if put is None:
        raise CapBelowPromisedError(cap=terms.cap)
    bump_content_version(session, merchant_id=merchant_id)


def stop_selling_ahead(session: Session, *, merchant_id: UUID, variant_id: UUID) -> None:
    """Sell no more of a variant before it is there; what was promised stays promised."""
    _STOP.run(session, {"merchant": merchant_id, "variant": variant_id})
    bump_content_version(session, merchant_id=merchant_id)


def promise_ahead(
    session: Session,
    *,
    merchant_id: UUID,
    owner_id: UUID,
    wanted: Mapping[UUID, tuple[int, date]],
    today: date,
    expires_at: datetime | None,
) -> None:
    """Promise units that are not there to an owner, each variant for the day that was told; or nothing.

    An owner is promised each variant once. `today` is the merchant's own day.

    Raises:
        OutOfStockError: names every variant of which the cap leaves too little, or that is not sold
            ahead. The caller's transaction must roll back.
    """
    if not wanted:
        return
    variants = sorted(wanted)
    taken = _PROMISE.all(
        session,
        {
            "merchant": merchant_id,
            "owner": owner_id,
            "variants": variants,
            "quantities": [wanted[variant][0] for variant in variants],
            "days": [wanted[variant][1] for variant in variants],
            "today": today,
            "expires_at": expires_at,
        },
    )
    if len(taken) == len(variants):
        return
    missed = sorted(set(variants) - {row.variant_id for row in taken})
    rows = _LEFT.all(session, {"merchant": merchant_id, "variants": missed, "today": today})
    left = {row.variant_id: row.units for row in rows}
    raise OutOfStockError(
        tuple(Shortfall(each, None, wanted[each][0], left.get(each, 0)) for each in missed)
    )


def firm_up_ahead(session: Session, *, merchant_id: UUID, owner_id: UUID) -> None:
    """Let what is promised ahead wait without end: it is paid for."""
    _FIRM_UP.run(session, {"merchant": merchant_id, "owner": owner_id})


def release_ahead(session: Session, *, merchant_id: UUID, owner_id: UUID) -> int:
    """End all that is promised ahead to an owner, and return how many units that were.

    Because the order is called off, or because the goods have come and are held for it.
    """
    owner = {"merchant": merchant_id, "owner": owner_id}
    _LOCK_OF_OWNER.run(session, owner)
    return sum(row.quantity for row in _RELEASE.all(session, owner))


def expire_ahead(session: Session, *, now: datetime, most: int = 1000) -> list[tuple[UUID, UUID]]:
    """End promises whose money never came, of every merchant; needs the park's scope.

    Returns (merchant, owner) of each; call again while some come back.
    """
    due = sorted(
        (row.merchant_id, row.owner_id) for row in _DUE.all(session, {"now": now, "most": most})
    )
    for merchant_id, owner_id in due:
        release_ahead(session, merchant_id=merchant_id, owner_id=owner_id)
    return due

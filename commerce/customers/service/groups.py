"""Put people into groups, so that they get terms of their own."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commerce.customers.errors import (
    GroupExistsError,
    GroupFaultError,
    UnknownCustomerError,
    UnknownGroupError,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.text import storable

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 100

_OPEN = text("""
INSERT INTO customer_group (merchant_id, id, code, name, name_zh, created_at)
VALUES (:merchant, :group, :code, :name, :name_zh, :at)
ON CONFLICT (merchant_id, code) DO NOTHING RETURNING id
""")

_CHANGE = text("""
UPDATE customer_group SET code = :code, name = :name, name_zh = :name_zh
WHERE merchant_id = :merchant AND id = :group RETURNING id
""")

_REMOVE = text("""
DELETE FROM customer_group WHERE merchant_id = :merchant AND id = :group RETURNING id
""")

_LOCK = text("""
SELECT id FROM customer_group WHERE merchant_id = :merchant AND id = :group FOR KEY SHARE
""")

# Who was erased belongs nowhere any more.
_ADD = text("""
WITH known AS (
  SELECT id FROM customer
  WHERE merchant_id = :merchant AND id = ANY(:customers) AND erased_at IS NULL
), added AS (
  INSERT INTO customer_group_member (merchant_id, id, group_id, customer_id, since, added_by)
  SELECT :merchant, w.id, :group, w.customer_id, :at, :by
  FROM unnest(CAST(:ids AS uuid[]), CAST(:customers AS uuid[])) AS w(id, customer_id)
  JOIN known k ON k.id = w.customer_id
  ON CONFLICT (merchant_id, customer_id, group_id) DO NOTHING
  RETURNING 1
)
SELECT (SELECT count(*) FROM known) AS known, (SELECT count(*) FROM added) AS added
""")

_TAKE = text("""
DELETE FROM customer_group_member
WHERE merchant_id = :merchant AND group_id = :group AND customer_id = ANY(:customers)
RETURNING 1
""")


def open_group(session: Session, *, merchant_id: UUID, code: str, name: str, name_zh: str) -> UUID:
    """Open a group of customers and return its id.

    Raises:
        GroupFaultError: a name is missing, or the code is not of small letters, digits and dashes.
        GroupExistsError: another group has the code.
    """
    group_id = new_id()
    facts = _facts(merchant_id, group_id, code, name, name_zh)
    opened = session.execute(_OPEN, {**facts, "at": utc_now()}).scalar_one_or_none()
    if opened is None:
        raise GroupExistsError(group_code=code)
    return group_id


def change_group(
    session: Session, *, merchant_id: UUID, group_id: UUID, code: str, name: str, name_zh: str
) -> None:
    """Call a group otherwise; its people stay.

    Raises:
        UnknownGroupError: there is no such group.
        GroupFaultError, GroupExistsError: as `open_group`.
    """
    facts = _facts(merchant_id, group_id, code, name, name_zh)
    try:
        with session.begin_nested():
            changed = session.execute(_CHANGE, facts).scalar_one_or_none()
    except IntegrityError as error:
        raise GroupExistsError(group_code=code) from error
    if changed is None:
        raise UnknownGroupError


def remove_group(session: Session, *, merchant_id: UUID, group_id: UUID) -> None:
    """Remove a group. Promotions that were for nobody else are for nobody then.

    Raises:
        UnknownGroupError: there is no such group.
    """
    removed = session.execute(_REMOVE, {"merchant": merchant_id, "group": group_id})
    if removed.scalar_one_or_none() is None:
        raise UnknownGroupError


def add_to_group(
    session: Session,
    *,
    merchant_id: UUID,
    group_id: UUID,
    customer_ids: Sequence[UUID],
    added_by: UUID | None,
) -> int:
    """Put people into a group; return how many were not in it before.

    Raises:
        UnknownGroupError: there is no such group.
        UnknownCustomerError: one of them is unknown or was erased. Nothing is written.
    """
    wanted = sorted(set(customer_ids))
    group = {"merchant": merchant_id, "group": group_id}
    if session.execute(_LOCK, group).scalar_one_or_none() is None:
        raise UnknownGroupError
    row = session.execute(
        _ADD,
        {
            **group,
            "ids": [new_id() for _ in wanted],
            "customers": wanted,
            "at": utc_now(),
            "by": added_by,
        },
    ).one()
    if row.known < len(wanted):
        raise UnknownCustomerError
    return int(row.added)


def take_from_group(
    session: Session, *, merchant_id: UUID, group_id: UUID, customer_ids: Sequence[UUID]
) -> int:
    """Take people out of a group; return how many were in it."""
    gone = session.execute(
        _TAKE, {"merchant": merchant_id, "group": group_id, "customers": list(customer_ids)}
    )
    return len(gone.all())


def _facts(
    merchant_id: UUID, group_id: UUID, code: str, name: str, name_zh: str
) -> dict[str, UUID | str]:
    names = [" ".join(storable(each).split())[:_LONGEST] for each in (name, name_zh)]
    if not all(names) or not _CODE.fullmatch(code) or len(code) > _LONGEST:
        raise GroupFaultError
    return {
        "merchant": merchant_id,
        "group": group_id,
        "code": code,
        "name": names[0],
        "name_zh": names[1],
    }

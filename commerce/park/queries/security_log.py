"""Read the security log, and prove that nobody has touched it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from commerce.park.models import PARK_CHAIN, SecurityChain, SecurityEvent
from commerce.park.service.security_log import event_hash

_COLUMNS = (
    SecurityEvent.chain,
    SecurityEvent.number,
    SecurityEvent.at,
    SecurityEvent.action,
    SecurityEvent.actor_id,
    SecurityEvent.subject,
    SecurityEvent.address,
    SecurityEvent.facts,
)
_CHAINS = select(SecurityChain.chain, SecurityChain.number, SecurityChain.hash)
_EVENTS = select(*_COLUMNS, SecurityEvent.hash).order_by(SecurityEvent.chain, SecurityEvent.number)
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One line of the security log."""

    number: int
    at: datetime
    action: str
    actor_id: UUID | None
    subject: str
    address: str
    facts: dict[str, Any]


def security_events_about(
    connection: Connection | Session, *, merchant_id: UUID, subject: str, limit: int = 20
) -> tuple[LoggedEvent, ...]:
    """Return the latest events of a merchant that happened to one subject, newest first."""
    query = select(*_COLUMNS).where(
        SecurityEvent.chain == merchant_id, SecurityEvent.subject == subject
    )
    rows = connection.execute(query.order_by(SecurityEvent.number.desc()).limit(limit))
    return tuple(_logged(row) for row in rows)


def list_security_events(
    connection: Connection | Session,
    *,
    merchant_id: UUID | None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[LoggedEvent, ...]:
    """Return the latest events of a merchant (None: of the park), newest first.

    `before` is the number of the last event of the page that was read before this one.
    """
    query = select(*_COLUMNS).where(SecurityEvent.chain == (merchant_id or PARK_CHAIN))
    if before is not None:
        query = query.where(SecurityEvent.number < before)
    rows = connection.execute(query.order_by(SecurityEvent.number.desc()).limit(limit))
    return tuple(_logged(row) for row in rows)


def _logged(row: Row[Any]) -> LoggedEvent:
    return LoggedEvent(
        number=row.number,
        at=row.at,
        action=row.action,
        actor_id=row.actor_id,
        subject=row.subject,
        address=row.address,
        facts=row.facts,
    )


def security_log_faults(connection: Connection) -> tuple[str, ...]:
    """Walk every chain and return what is wrong with it; nothing when the log is whole.

    Found are changed, missing and inserted events, also at the end of a chain. Needs the park's
    scope, and reads in pages, so that a long log does not have to fit into memory.
    """
    ends = {row.chain: row for row in connection.execute(_CHAINS)}
    reached: dict[UUID, int] = {}
    digest = b""
    faults: list[str] = []
    for row in _events(connection):
        number = reached.get(row.chain, 0) + 1
        digest = b"" if number == 1 else digest
        if row.number != number:
            faults.append(f"security log {row.chain}: event {number} is missing")
        digest_due = event_hash(digest, **_facts_of(row))
        if digest_due != row.hash:
            faults.append(f"security log {row.chain}: event {row.number} was changed")
        reached[row.chain], digest = row.number, row.hash
        if ends.get(row.chain) is not None and row.number == ends[row.chain].number:
            faults += (
                []
                if row.hash == ends[row.chain].hash
                else [f"security log {row.chain}: its end was replaced"]
            )
    faults += [
        f"security log {chain}: it ends at event {reached.get(chain, 0)} of {end.number}"
        for chain, end in ends.items()
        if reached.get(chain, 0) != end.number
    ]
    faults += [
        f"security log {chain}: its end is missing" for chain in reached if chain not in ends
    ]
    return tuple(faults)


def _events(connection: Connection) -> Iterator[Any]:
    yield from connection.execution_options(yield_per=_PAGE).execute(_EVENTS)


def _facts_of(row: Any) -> dict[str, Any]:
    return {
        "chain": row.chain,
        "number": row.number,
        "at": row.at.astimezone(UTC),
        "action": row.action,
        "actor_id": row.actor_id,
        "subject": row.subject,
        "address": row.address,
        "facts": row.facts,
    }

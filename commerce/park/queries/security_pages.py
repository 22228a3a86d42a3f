"""The security log as a merchant's owner reads it, and as the park's own staff do.

People sign in to the park, not to a merchant, so their sign-ins stand in the park's chain. A page
puts them together with the reader's own chain, newest first: of each person what happened since
they joined, and never a line about anybody else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from commerce.park.models import PARK_CHAIN
from commerce.park.queries.security_log import LoggedEvent
from commerce.park.security_topics import KNOWN, PERSONAL, TOPICS, Topic

_MERCHANTS_PEOPLE = """
SELECT staff_id, min(accepted_at) AS since FROM membership
WHERE merchant_id = :chain AND accepted_at IS NOT NULL GROUP BY staff_id
"""
_PARKS_PEOPLE = """
SELECT staff_id, min(accepted_at) AS since FROM park_membership
WHERE accepted_at IS NOT NULL GROUP BY staff_id
"""
_NARROWED = """
(e.at, e.chain, e.number) < (:at, :cursor_chain, :cursor_number)
AND (CAST(:person AS uuid) IS NULL OR e.actor_id = :person OR e.subject = :person_text)
"""
_COLUMNS = "e.chain, e.number, e.at, e.action, e.actor_id, e.subject, e.address, e.facts"
_LATEST = "ORDER BY e.at DESC, e.chain DESC, e.number DESC LIMIT :most"
_PAGE = """
WITH people AS ({people})
SELECT * FROM (
  (SELECT {columns} FROM security_event e
   WHERE e.chain = :chain AND (e.action = ANY(:own) OR (:rest AND e.action <> ALL(:known)))
     AND {narrowed} {latest})
  UNION ALL
  (SELECT {columns} FROM people p JOIN security_event e ON e.actor_id = p.staff_id
   WHERE e.chain = :park AND e.at >= p.since AND e.action = ANY(:personal)
     AND {narrowed} {latest})
  UNION ALL
  (SELECT {columns} FROM people p JOIN security_event e ON e.subject = p.staff_id::text
   WHERE e.chain = :park AND e.at >= p.since AND e.action = ANY(:personal)
     AND (e.actor_id IS NULL OR e.actor_id NOT IN (SELECT staff_id FROM people))
     AND {narrowed} {latest})
) AS e {latest}
"""


def _page(people: str) -> Any:
    return text(_PAGE.format(people=people, columns=_COLUMNS, narrowed=_NARROWED, latest=_LATEST))


_OF_MERCHANT = _page(_MERCHANTS_PEOPLE)
_OF_PARK = _page(_PARKS_PEOPLE)
_MOMENT = text("SELECT at FROM security_event WHERE chain = :chain AND number = :number")
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """One event's place in the log: whether it is in the park's chain, and its number there."""

    in_park: bool
    number: int


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a page of the log is narrowed to; None leaves it wide.

    `before` is the place of the last event of the page read before this one.
    """

    topic: Topic | None = None
    person: UUID | None = None
    before: Place | None = None


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One line of the log with its place."""

    place: Place
    event: LoggedEvent


def security_page(
    connection: Connection, *, merchant_id: UUID | None, narrowed: LogFilter, most: int
) -> tuple[ReadEvent, ...]:
    """Return a page of the log of a merchant (None: of the park), newest first.

    Needs the park's scope, because people's sign-ins stand in the park's chain.
    """
    chain = merchant_id or PARK_CHAIN
    wanted = KNOWN if narrowed.topic is None else TOPICS[narrowed.topic]
    rows = connection.execute(
        _OF_PARK if merchant_id is None else _OF_MERCHANT,
        {
            "chain": chain,
            "park": PARK_CHAIN,
            # The park's own chain holds everybody's sign-ins: there, they come by person only.
            "own": sorted(wanted - PERSONAL if merchant_id is None else wanted),
            "personal": sorted(wanted & PERSONAL),
            "known": sorted(KNOWN),
            "rest": narrowed.topic in {None, Topic.REST},
            "person": narrowed.person,
            "person_text": str(narrowed.person or ""),
            "most": most,
            **_cursor(connection, chain, narrowed.before),
        },
    )
    return tuple(
        ReadEvent(
            Place(row.chain == PARK_CHAIN, row.number),
            LoggedEvent(
                number=row.number,
                at=row.at,
                action=row.action,
                actor_id=row.actor_id,
                subject=row.subject,
                address=row.address,
                facts=row.facts,
            ),
        )
        for row in rows
    )


def _cursor(connection: Connection, chain: UUID, before: Place | None) -> dict[str, Any]:
    start = {"at": _END_OF_TIME, "cursor_chain": PARK_CHAIN, "cursor_number": 0}
    if before is None:
        return start
    where = PARK_CHAIN if before.in_park else chain
    at = connection.scalar(_MOMENT, {"chain": where, "number": before.number})
    return (
        start if at is None else {"at": at, "cursor_chain": where, "cursor_number": before.number}
    )

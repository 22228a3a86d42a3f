"""What a proof is: an id, a sentence, and a way to find what contradicts it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from commerce.kernel.settings import Settings

MOST_FAULTS = 100
"""How many faults of one proof are named; the rest is as many more of the same."""

SLA_MINUTES = 15
"""How long a message or a process may wait before it counts as lost."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What contradicts a proof: the thing's own name, and what is wrong with it."""

    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What proofs read: one snapshot of the database as the park's role, and the settings.

    `is_running` is whether a web server of this installation is connected: while it stands still,
    nobody sweeps, and waiting is no fault.
    """

    connection: Connection
    settings: Settings
    database_url: str
    is_running: bool
    now: datetime


Find = Callable[[Installation], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Proof:
    """One invariant with the way to disprove it."""

    id: str
    sentence: str
    find: Find

    def faults(self, installation: Installation) -> tuple[Fault, ...]:
        """Return what is off, at most `MOST_FAULTS` of it; nothing when the sentence holds."""
        return tuple(islice(self.find(installation), MOST_FAULTS))


def proof(identifier: str, sentence: str) -> Callable[[Find], Proof]:
    """Make a function that yields faults the proof of `sentence`."""
    return lambda find: Proof(identifier, sentence, find)


def proof_by_query(
    identifier: str, sentence: str, query: str, *, while_running: bool = False
) -> Proof:
    """Return a proof whose query gives `key` and `what` of everything that contradicts it.

    The query may use `:now` and `:sla` (minutes). With `while_running` it counts only while the
    installation is up.
    """
    narrowed = f"SELECT CAST(key AS text) AS key, what FROM ({query}) AS off LIMIT {MOST_FAULTS}"  # noqa: S608 - ours
    statement = text(narrowed)

    def find(installation: Installation) -> Iterator[Fault]:
        if while_running and not installation.is_running:
            return
        given: dict[str, Any] = {"now": installation.now, "sla": SLA_MINUTES}
        used = {name: given[name] for name in statement.compile().params}
        for row in installation.connection.execute(statement, used):
            yield Fault(row.key, row.what)

    return Proof(identifier, sentence, find)

"""Put an installation to every proof."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, text

from commerce.cli.proofs.every import PROOFS
from commerce.cli.proofs.proof import Fault, Installation, Proof
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.settings import Settings

NAME = "quayside doctor"

# One snapshot for all proofs: what is sold meanwhile is not half seen.
_ONE_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
_PATIENCE = text("SET LOCAL statement_timeout = '120s'")
_ROOM = text("SET LOCAL work_mem = '64MB'")
_WEB_SERVERS = text("""
SELECT EXISTS (
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'quayside'
)
""")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one proof."""

    proof: Proof
    faults: tuple[Fault, ...]
    seconds: float


def examine(
    settings: Settings,
    database_url: str,
    *,
    proofs: tuple[Proof, ...] = PROOFS,
    tell: Callable[[str], None] = lambda _sentence: None,
) -> Iterator[Verdict]:
    """Yield the verdict of each proof; `tell` hears the sentence that is being proved."""
    with (
        closing(Database(database_url, connections=1, name=NAME)) as database,
        database.reading(Scope.park()) as connection,
    ):
        for preparation in (_ONE_SNAPSHOT, _PATIENCE, _ROOM):
            connection.execute(preparation)
        installation = Installation(
            connection=connection,
            settings=settings,
            database_url=database_url,
            is_running=_is_running(connection),
            now=utc_now(),
        )
        for each in proofs:
            tell(each.sentence)
            began = time.monotonic()
            faults = each.faults(installation)
            yield Verdict(each, faults, time.monotonic() - began)


def _is_running(connection: Connection) -> bool:
    return bool(connection.execute(_WEB_SERVERS).scalar_one())

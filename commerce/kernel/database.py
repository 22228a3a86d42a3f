"""The one way to the database: scoped transactions that take tenant and role with BEGIN.

Entry points (a view, a command, a step of a process) open exactly one transaction here; services
never commit. BEGIN, the role and the merchant travel as one message, so row-level security costs
no round trip of its own.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from psycopg import OperationalError as DriverOperationalError
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from commerce.kernel.driver import DiscreetCursor, command, driver_of
from commerce.kernel.tenancy import APP_ROLE, MERCHANT_SETTING, PARK_ROLE

Result = TypeVar("Result")

_SESSION_OPTIONS = (
    "-c timezone=UTC -c jit=off -c lock_timeout=3s -c statement_timeout=15s "
    "-c idle_in_transaction_session_timeout=30s"
)
# serialization_failure and deadlock_detected: the transaction did nothing and may run again.
_RETRYABLE_STATES = frozenset({"40001", "40P01"})
_ATTEMPTS = 5


class LostTransactionError(RuntimeError):
    """The work seemed to succeed, but an error within it was swallowed, so nothing was kept."""

    def __init__(self) -> None:
        super().__init__("a statement of the transaction failed before its end: nothing was kept")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a transaction may touch: one merchant's, or the whole park's."""

    merchant_id: UUID | None

    @classmethod
    def merchant(cls, merchant_id: UUID) -> "Scope":
        """Return the scope of one merchant, held by row-level security."""
        return cls(merchant_id)

    @classmethod
    def park(cls) -> "Scope":
        """Return the scope of the park's own work, which sees every merchant."""
        return cls(None)

    def opening(self, mode: str) -> bytes:
        """Return the message that begins a transaction in this scope."""
        if self.merchant_id is None:
            return f"BEGIN {mode}; SET LOCAL ROLE {PARK_ROLE}".encode()
        # A UUID's text holds hex digits and dashes only, so it may stand in the statement.
        return (
            f"BEGIN {mode}; SET LOCAL ROLE {APP_ROLE}; "
            f"SET LOCAL {MERCHANT_SETTING} = '{self.merchant_id}'"
        ).encode()


class Database:
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, url: str, *, connections: int = 8, name: str = "quayside") -> None:
        self.url = url
        self._engine = create_engine(
            url,
            isolation_level="AUTOCOMMIT",  # BEGIN is ours, see Scope.opening
            pool_size=connections,
            max_overflow=4,
            pool_timeout=10,
            pool_use_lifo=True,
            pool_reset_on_return=None,  # every transaction is ended here, see _opened
            hide_parameters=True,  # values may be personal; they stay out of errors and logs
            connect_args={
                "options": _SESSION_OPTIONS,
                "application_name": name,
                "cursor_factory": DiscreetCursor,
                # What is called often is prepared by us; the driver would forget that with its own.
                "prepare_threshold": None,
            },
        )

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[Session]:
        """Open a writing transaction; it commits when the block ends and rolls back when it raises."""
        with (
            self._opened(scope.opening("READ WRITE")) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
            session.flush()
            _commit(connection)

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Connection]:
        """Open a read-only transaction; the database refuses any write in it."""
        with self._opened(scope.opening("READ ONLY")) as connection:
            yield connection

    def run(self, scope: Scope, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction, and again when the database asks for it.

        Only a deadlock or a serialization failure is repeated, at most four times and with jitter;
        nothing of a failed attempt remains. `work` must touch nothing but the session.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.transaction(scope) as session:
                    return work(session)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in _RETRYABLE_STATES or attempt == _ATTEMPTS:
                    raise
                time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - jitter
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close every idle connection."""
        self._engine.dispose()

    @contextmanager
    def _opened(self, opening: bytes) -> Iterator[Connection]:
        connection = self._begun(opening)
        try:
            yield connection
        except BaseException:
            driver_of(connection).rollback()
            raise
        else:
            _commit(connection)
        finally:
            connection.close()

    def _begun(self, opening: bytes) -> Connection:
        """Return a connection with its transaction open.

        The opening message also finds out whether a pooled connection still lives: a server that
        was restarted shows here, before any work, and one fresh connection is tried.
        """
        connection = self._engine.connect()
        try:
            command(driver_of(connection), opening)
        except DriverOperationalError:
            connection.invalidate()
            connection.close()
            self._engine.dispose()
            connection = self._engine.connect()
            command(driver_of(connection), opening)
        return connection


def _commit(connection: Connection) -> None:
    """Commit, unless it was done before.

    PostgreSQL answers COMMIT with a silent ROLLBACK when a statement had failed and its error was
    swallowed; that must never pass for success.
    """
    driver = driver_of(connection)
    status = driver.pgconn.transaction_status
    if status == TransactionStatus.INERROR:
        raise LostTransactionError
    if status == TransactionStatus.INTRANS:
        command(driver, b"COMMIT")

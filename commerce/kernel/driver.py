"""The driver beneath SQLAlchemy, for what is sent on every request."""

from typing import Any

from psycopg import Connection as DriverConnection
from psycopg import Cursor, Error, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from sqlalchemy import Connection

_DATA_EXCEPTION = "22"


def driver_of(connection: Connection) -> DriverConnection[Any]:
    """Return psycopg's connection, which stays in the pool's keeping."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, DriverConnection)  # noqa: S101 - narrows the type for mypy
    return driver


class DiscreetCursor(Cursor[Any]):
    """A cursor whose errors quote no values; whatever goes through SQLAlchemy is sent by one."""

    def execute(self, *args: Any, **kwargs: Any) -> "DiscreetCursor":
        """Send a statement."""
        try:
            super().execute(*args, **kwargs)
        except Error as error:
            raise discreet(error) from None
        return self

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """Send a statement for each of several rows."""
        try:
            super().executemany(*args, **kwargs)
        except Error as error:
            raise discreet(error) from None


def discreet(error: Error) -> Error:
    """Return an error that quotes no values of a row: they may be personal, and errors are logged.

    The server's DETAIL and CONTEXT quote the row that it refused; of data that it could not read
    (class 22 of the SQLSTATE) the message itself does. Names of constraints, tables and columns stay.
    """
    told = error.diag
    if told.sqlstate is None:
        return error
    if told.sqlstate.startswith(_DATA_EXCEPTION):
        error.args = (f"SQLSTATE {told.sqlstate}, see the statement",)
    else:
        error.args = (told.message_primary,)
    return error


def command(driver: DriverConnection[Any], sql: bytes) -> None:
    """Send commands that have neither values nor rows.

    It costs a fifth of a cursor's `execute`.

    Raises:
        psycopg.Error: the server refused, or is not there.
    """
    result = driver.pgconn.exec_(sql)
    if result.status != ExecStatus.COMMAND_OK:
        if driver.closed:
            raise OperationalError("the connection to the database is lost")
        raise discreet(error_from_result(result, encoding="utf-8"))

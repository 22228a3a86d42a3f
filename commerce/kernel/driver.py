"""The driver beneath SQLAlchemy, for what is sent on every request."""

from typing import Any

from psycopg import Connection as DriverConnection
from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from sqlalchemy import Connection


def driver_of(connection: Connection) -> DriverConnection[Any]:
    """Return psycopg's connection, which stays in the pool's keeping."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, DriverConnection)  # noqa: S101 - narrows the type for mypy
    return driver


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
        raise error_from_result(result, encoding="utf-8")

"""Tell a database or disk that was away from work that would fail every time."""

import psycopg
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError

_LASTING = (
    IntegrityError,
    DataError,
    ProgrammingError,
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.ProgrammingError,
)


def may_pass(error: BaseException) -> bool:
    """Return whether the same work may succeed later: a lost connection, a lock, a full disk."""
    if isinstance(error, _LASTING):
        return False
    return isinstance(error, SQLAlchemyError | psycopg.Error | OSError)

"""Statements of the hot paths: prepared once, sent straight to the driver, read into rows.

A page or a sale sends the same dozen statements each time. Going through SQLAlchemy's execution
costs about 110 microseconds of CPU for each of them, the driver alone 40 (measured on a statement
of one row), so what runs for every visitor is written as a `Statement`. It joins the transaction of
the connection or session it is given, raises the same errors, and the server prepares it after its
fifth use. Everything else stays with SQLAlchemy.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from psycopg import Cursor, Error
from psycopg.rows import args_row, namedtuple_row
from psycopg.types.json import Jsonb
from sqlalchemy import Column, Connection, Dialect, Select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session

from commerce.kernel.driver import driver_of
from commerce.kernel.tables import Base, table_of

Row = TypeVar("Row")
On = Connection | Session
Values = Mapping[str, Any]

_DIALECT: Callable[..., Dialect] = PGDialect

_NAME = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


class Statement(Generic[Row]):
    """One SQL statement with named values (`:name`), and what its rows become.

    Rows are read into `into`, column by column in the order of the statement; without it they are
    named tuples.
    """

    @overload
    def __init__(self: "Statement[Any]", sql: str) -> None: ...
    @overload
    def __init__(self, sql: str, into: Callable[..., Row]) -> None: ...
    def __init__(self, sql: str, into: Callable[..., Row] | None = None) -> None:
        self.sql = sql
        self._query = _NAME.sub(r"%(\1)s", sql.replace("%", "%%"))
        self._rows: Any = namedtuple_row if into is None else args_row(into)

    @classmethod
    def of(cls, query: Select[Any]) -> "Statement[Any]":
        """Return a statement that was put together from tables; its rows are named tuples.

        Raises:
            ValueError: it holds a value of its own; give every value a name with `bindparam`.
        """
        compiled = query.compile(dialect=_DIALECT(paramstyle="named"))
        held = sorted(name for name, value in compiled.params.items() if value is not None)
        if held:
            raise ValueError(f"the statement holds values of its own: {', '.join(held)}")
        return Statement(str(compiled))

    def all(self, on: On, values: Values | None = None) -> list[Row]:
        """Return every row."""
        return self._sent(on, values).fetchall()

    def one(self, on: On, values: Values | None = None) -> Row:
        """Return the first row of a statement that always has one.

        Raises:
            sqlalchemy.exc.NoResultFound: it has none.
        """
        row = self._sent(on, values).fetchone()
        if row is None:
            raise NoResultFound(self.sql)
        return row

    def one_or_none(self, on: On, values: Values | None = None) -> Row | None:
        """Return the first row, or None."""
        return self._sent(on, values).fetchone()

    def value(self, on: On, values: Values | None = None) -> Any:
        """Return the first column of the first row, or None when there is no row."""
        row: Any = self._sent(on, values).fetchone()
        return None if row is None else row[0]

    def run(self, on: On, values: Values | None = None) -> int:
        """Send a statement whose rows nobody reads; return how many rows it touched."""
        return self._sent(on, values).rowcount

    def _sent(self, on: On, values: Values | None) -> Cursor[Row]:
        connection = _connection(on)
        cursor: Cursor[Row] = driver_of(connection).cursor(binary=True, row_factory=self._rows)
        try:
            # The statement is a constant of its module; psycopg's types cannot see that through `re`.
            cursor.execute(self._query.encode(), values)
        except Error as error:
            raise _told(error, self.sql, connection) from error
        return cursor


class Insertion:
    """Insert rows into one table, whole and in the order given.

    A column that a row leaves out takes the default that its model declares, or NULL. A row whose
    columns `unless_taken` another row has already is left out, and the count says so.
    """

    def __init__(self, model: type[Base], *, unless_taken: tuple[str, ...] = ()) -> None:
        table = table_of(model)
        self._columns = tuple(_Value(column) for column in table.columns)
        names = ", ".join(column.name for column in self._columns)
        self._into = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 - names of ours
        self._marks = f"({', '.join('%s' for _ in self._columns)})"
        taken = ", ".join(unless_taken)
        self._unless = f" ON CONFLICT ({taken}) DO NOTHING" if taken else ""

    def one(self, on: On, row: Values) -> int:
        """Insert one row; return how many were inserted.

        Raises:
            sqlalchemy.exc.IntegrityError: the database refuses it.
        """
        return self.many(on, (row,))

    def many(self, on: On, rows: Sequence[Values]) -> int:
        """Insert rows as one statement, if there are any; return how many were inserted.

        Raises:
            sqlalchemy.exc.IntegrityError: the database refuses one of them.
        """
        if not rows:
            return 0
        connection = _connection(on)
        query = self._into + ", ".join([self._marks] * len(rows)) + self._unless
        values = [column.of(row) for row in rows for column in self._columns]
        try:
            return driver_of(connection).execute(query.encode(), values).rowcount
        except Error as error:
            raise _told(error, query, connection) from error


class _Value:
    """What a row holds in one column."""

    def __init__(self, column: Column[Any]) -> None:
        self.name = column.name
        self._is_json = isinstance(column.type, JSON)
        self._default: Any = getattr(column.default, "arg", None)
        self._calls = callable(self._default)

    def of(self, row: Values) -> Any:
        value = row[self.name] if self.name in row else self._left_out()
        return Jsonb(value) if self._is_json and value is not None else value

    def _left_out(self) -> Any:
        # SQLAlchemy gives a default's function the context of the statement; ours need none.
        return self._default(None) if self._calls else self._default


def _connection(on: On) -> Connection:
    return on.connection() if isinstance(on, Session) else on


def _told(error: Error, sql: str, connection: Connection) -> Exception:
    """Return the error that SQLAlchemy would raise, without any value in it."""
    told: Exception = DBAPIError.instance(
        sql, None, error, Error, hide_parameters=True, dialect=connection.dialect
    )
    return told

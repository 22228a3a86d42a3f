"""Statements of the hot paths: prepared once, sent straight to the driver, read into rows.

A page or a sale sends the same dozen statements each time. Going through SQLAlchemy's execution
costs more than the server's own work, so what runs for every visitor is written as a `Statement`. It
joins the transaction of the connection or session it is given, raises the same errors, and the server
prepares it after its fifth use. Everything else stays with SQLAlchemy.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast, overload

from psycopg import Error
from psycopg.pq.abc import PGresult
from psycopg.types.json import Jsonb
from sqlalchemy import Column, CompoundSelect, Connection, Dialect, Select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session

from commerce.kernel.prepared import Prepared, prepared_of
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
        self._names = tuple(dict.fromkeys(_NAME.findall(sql)))
        places = {name: f"${place}" for place, name in enumerate(self._names, start=1)}
        self._query = _NAME.sub(lambda found: places[found[1]], sql).encode()
        self._held: Values = {}
        self._make: Callable[[Sequence[Any]], Row] | None = None
        if into is not None:
            self._make = lambda row: into(*row)

    @classmethod
    def of(cls, query: Select[Any] | CompoundSelect[Any]) -> "Statement[Any]":
        """Return a statement that was put together from tables; its rows are named tuples.

        Constants of the query go along with the values that are named when it is sent.
        """
        compiled = query.compile(dialect=_DIALECT(paramstyle="named"))
        statement: Statement[Any] = Statement(str(compiled))
        statement._held = {n: value for n, value in compiled.params.items() if value is not None}
        return statement

    def all(self, on: On, values: Values | None = None) -> list[Row]:
        """Return every row."""
        prepared, result = self._sent(on, values)
        return prepared.rows(result, self._make or self._make_named(result))

    def one(self, on: On, values: Values | None = None) -> Row:
        """Return the first row of a statement that always has one.

        Raises:
            sqlalchemy.exc.NoResultFound: it has none.
        """
        row = self.one_or_none(on, values)
        if row is None:
            raise NoResultFound(self.sql)
        return row

    def one_or_none(self, on: On, values: Values | None = None) -> Row | None:
        """Return the first row, or None."""
        prepared, result = self._sent(on, values)
        rows = prepared.rows(result, self._make or self._make_named(result), most=1)
        return rows[0] if rows else None

    def value(self, on: On, values: Values | None = None) -> Any:
        """Return the first column of the first row, or None when there is no row."""
        prepared, result = self._sent(on, values)
        rows = prepared.rows(result, tuple, most=1)
        return rows[0][0] if rows else None

    def run(self, on: On, values: Values | None = None) -> int:
        """Send a statement whose rows nobody reads; return how many rows it touched."""
        return self._sent(on, values)[1].command_tuples or 0

    def _sent(self, on: On, values: Values | None) -> tuple[Prepared, PGresult]:
        every = {**self._held, **(values or {})} if self._held else values or {}
        return _sent(on, self._query, [every[name] for name in self._names])

    def _make_named(self, result: PGresult) -> Callable[[Sequence[Any]], Row]:
        columns = range(result.nfields)
        names = [(result.fname(column) or b"").decode() for column in columns]
        # What a statement's columns are called is known once the server has answered.
        make = _named_tuple(tuple(names))
        self._make = make
        return make


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
        taken = ", ".join(unless_taken)
        self._unless = f" ON CONFLICT ({taken}) DO NOTHING" if taken else ""
        self._queries: dict[int, bytes] = {}

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
        values = [column.of(row) for row in rows for column in self._columns]
        return _sent(on, self._query(len(rows)), values)[1].command_tuples or 0

    def _query(self, count: int) -> bytes:
        query = self._queries.get(count)
        if query is None:
            width = len(self._columns)
            marks = (
                ", ".join(f"${place}" for place in range(first, first + width))
                for first in range(1, count * width + 1, width)
            )
            rows = ", ".join(f"({row})" for row in marks)
            query = self._queries[count] = f"{self._into}{rows}{self._unless}".encode()
        return query


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


def _named_tuple(names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    # mypy knows named tuples only whose columns stand in the source; these the server names.
    make: Any = namedtuple  # noqa: PYI024
    return cast("Callable[[Sequence[Any]], Any]", make("Row", names, rename=True)._make)


def _connection(on: On) -> Connection:
    return on.connection() if isinstance(on, Session) else on


def _sent(on: On, query: bytes, values: Sequence[Any]) -> tuple[Prepared, PGresult]:
    connection = _connection(on)
    prepared = prepared_of(connection)
    try:
        return prepared, prepared.send(query, values)
    except Error as error:
        raise _told(error, query.decode(), connection) from error


def _told(error: Error, sql: str, connection: Connection) -> Exception:
    """Return the error that SQLAlchemy would raise, without any value in it."""
    told: Exception = DBAPIError.instance(
        sql, None, error, Error, hide_parameters=True, dialect=connection.dialect
    )
    return told

"""Count the statements that reach the database, whichever way they take."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.pq.abc import PGresult

from commerce.kernel.prepared import Prepared


@contextmanager
def statements_sent() -> Iterator[list[str]]:
    """Collect what this process sends, apart from BEGIN and COMMIT."""
    sent: list[str] = []
    execute, send = psycopg.Cursor.execute, Prepared.send

    def note_hot(prepared: Prepared, query: bytes, values: Sequence[Any]) -> PGresult:
        sent.append(query.decode())
        return send(prepared, query, values)

    def note(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
        sent.append(query.decode() if isinstance(query, bytes) else str(query))
        return execute(cursor, query, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", note)
        patch.setattr(Prepared, "send", note_hot)
        yield sent

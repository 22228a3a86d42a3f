"""Statements whose text is made once: building and caching expressions costs more than the query."""

from typing import Any

from sqlalchemy import Select, TextClause, text


def prebuilt(statement: Select[Any]) -> TextClause:
    """Return `statement` as text, its constants bound and its parameters still open by name.

    It must do with SQL that every dialect writes alike; types of parameters are left to the server.
    """
    compiled = statement.compile()
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return text(str(compiled)).bindparams(**constants)

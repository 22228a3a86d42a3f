"""The metadata of every domain's tables, for Alembic, for the tests and for each running process.

A statement that inserts through the ORM needs to know every table that its foreign keys name, so a
process makes all of them known before its first statement.
"""

import importlib
import importlib.util
import pkgutil

from sqlalchemy import MetaData

import commerce
from commerce.kernel.tables import Base


def know_every_table() -> MetaData:
    """Import each `commerce.<room>.models` there is and return what they declare."""
    for room in pkgutil.iter_modules(commerce.__path__, "commerce."):
        if room.ispkg and importlib.util.find_spec(f"{room.name}.models") is not None:
            importlib.import_module(f"{room.name}.models")
    return Base.metadata


metadata = know_every_table()

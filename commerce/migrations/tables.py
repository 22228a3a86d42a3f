"""The metadata of every domain's tables, for Alembic and the tests."""

import importlib
import importlib.util
import pkgutil

import commerce
from commerce.kernel.tables import Base


def _import_models() -> None:
    """Import each `commerce.<room>.models` there is, so that its tables are known."""
    for room in pkgutil.iter_modules(commerce.__path__, "commerce."):
        if room.ispkg and importlib.util.find_spec(f"{room.name}.models") is not None:
            importlib.import_module(f"{room.name}.models")


_import_models()
metadata = Base.metadata

"""Settings: the rooms in which things are shown in use, with a table top to stand on."""

from functools import cache
from importlib.resources import files

from commerce.demo.drawings.motif import inked_shapes

TABLE_BACK = 905
TABLE_FRONT = 1010

_FOLDER = files(__package__) / "settings"


@cache
def setting_names() -> frozenset[str]:
    """Return the names of all settings."""
    return frozenset(entry.name.removesuffix(".svg") for entry in _FOLDER.iterdir())


@cache
def setting_named(name: str) -> str:
    """Return the shapes of the setting `name`, in a box of 1000 x 1250."""
    return inked_shapes((_FOLDER / f"{name}.svg").read_text(encoding="utf-8"))

"""Which card readers a till asks at: its own first, then others of its store, never one of another store."""

from collections.abc import Iterable, Sequence

from commerce.plugins.terminals import Reader
from commerce.registers.rows import RegisterRow


def readers_here(
    found: Sequence[Reader], *, plugin: str, till: RegisterRow, tills: Iterable[RegisterRow]
) -> tuple[Reader, ...]:
    """Return the readers of `plugin` that `till` may ask at, the one to ask first in front.

    A reader stands in the store of the tills that it was given to; one that was given to none may
    be carried anywhere. A till with a reader of its own asks there even while it is off, so that
    nobody's card is asked for at another counter unawares; the others are a clerk's choice.
    """
    own = reader_of(till, plugin)
    stores: dict[str, set[bool]] = {}
    for each in tills:
        if each.active:
            stores.setdefault(reader_of(each, plugin), set()).add(
                each.location_id == till.location_id
            )
    usable = [each for each in found if each.id == own or stores.get(each.id) != {False}]
    return tuple(
        sorted(usable, key=lambda each: (each.id != own, each.id in stores, not each.online))
    )


def reader_of(till: RegisterRow, plugin: str) -> str:
    """Return the id of the reader that was given to a till; empty if none of this provider was."""
    return str(till.reader.get("id", "")) if till.reader.get("plugin") == plugin else ""

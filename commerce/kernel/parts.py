"""The parts of an installation, found by their type."""

from collections.abc import Iterable
from typing import TypeVar, cast

Part = TypeVar("Part")


class Parts:
    """Things of which a process has one each: the database, the plugin host, the mail composer."""

    def __init__(self, parts: Iterable[object]) -> None:
        self._parts = {type(part): part for part in parts}

    def __getitem__(self, kind: type[Part]) -> Part:
        """Return the part of the given type.

        Raises:
            KeyError: the process was put together without it.
        """
        return cast("Part", self._parts[kind])

    def also(self, *parts: object) -> "Parts":
        """Return these parts and further ones."""
        return Parts([*self._parts.values(), *parts])

"""What changes rarely, kept in this process until the merchant's content version says otherwise.

Keys carry the content version and a quarter of an hour, which bounds the age of facts that no
version covers, such as a park-wide tax rate. Nothing personal is ever kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar, cast

Fact = TypeVar("Fact")

_MOST = 4096
_QUARTER_SECONDS = 900


class Memory:
    """A bounded store of facts; the least recently used leave first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._facts: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: Hashable, make: Callable[[], Fact]) -> Fact:
        """Return the fact kept under `key`, made now if there is none."""
        with self._lock:
            if key in self._facts:
                self._facts.move_to_end(key)
                return cast("Fact", self._facts[key])
        fact = make()
        self.keep(key, fact)
        return fact

    def find(self, key: Hashable) -> object:
        """Return the fact kept under `key`, or None."""
        with self._lock:
            if key not in self._facts:
                return None
            self._facts.move_to_end(key)
            return self._facts[key]

    def leave(self, key: Hashable) -> object:
        """Return the fact kept under `key` and keep it no longer, or None."""
        with self._lock:
            return self._facts.pop(key, None)

    def keep(self, key: Hashable, fact: object) -> None:
        """Keep a fact, and let the one go that was not asked for the longest."""
        with self._lock:
            self._facts[key] = fact
            self._facts.move_to_end(key)
            while len(self._facts) > self._most:
                self._facts.popitem(last=False)


memory = Memory()


def quarter(at: datetime) -> int:
    """Return the quarter of an hour that `at` lies in."""
    return int(at.timestamp()) // _QUARTER_SECONDS

"""Runs a plugin's call where it can hang without taking the caller with it."""

import threading
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class NoRoomError(Exception):
    """As many calls of this plugin run as may; nothing was started."""


class TooLateError(Exception):
    """The call was started and did not end in time; it may still be running."""


class Bulkhead:
    """At most `places` calls of each plugin at a time; one that hangs keeps its place, no more."""

    def __init__(self, *, places: int = 8) -> None:
        self._places = places
        self._free: dict[str, threading.BoundedSemaphore] = {}
        self._lock = threading.Lock()

    def run(self, plugin: str, work: Callable[[], Value], *, seconds: float) -> Value:
        """Return what `work` returns, or raise what it raises, within `seconds`.

        Raises:
            NoRoomError: every place of the plugin is taken.
            TooLateError: `seconds` have passed.
        """
        free = self._places_of(plugin)
        if not free.acquire(blocking=False):
            raise NoRoomError(plugin)
        returned: list[Value] = []
        raised: list[BaseException] = []

        def carry() -> None:
            try:
                returned.append(work())
            except BaseException as fault:  # noqa: BLE001 - handed to the caller below
                raised.append(fault)
            finally:
                free.release()

        # A daemon, so that a plugin that hangs does not keep the process from ending.
        thread = threading.Thread(target=carry, name=f"plugin {plugin}", daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            raise TooLateError(plugin)
        if raised:
            raise raised[0]
        return returned[0]

    def _places_of(self, plugin: str) -> threading.BoundedSemaphore:
        with self._lock:
            return self._free.setdefault(plugin, threading.BoundedSemaphore(self._places))

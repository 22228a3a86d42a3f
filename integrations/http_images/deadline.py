"""An end to a transfer that holds whatever the other side does.

A time-out of a socket counts the silence between two bytes: a server that drips a byte every few
seconds never falls silent. So a timer shuts the connections of a transfer when its time is over,
be it in the handshake, the headers or the body, and every wait on them ends at once.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar


class Deadline:
    """The end of one transfer; knows the connections that it uses."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self._over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    @property
    def over(self) -> bool:
        """Whether the time was used up before the transfer was."""
        return self._over

    def watch(self, connection: socket.socket) -> None:
        """Shut `connection` as well when the time is over."""
        # A handle of our own: TLS takes the socket's away, the connection stays the same.
        held = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            self._held.append(held)
            if self._over:
                _shut(held)

    def close(self) -> None:
        """Stop the timer and let go of the connections, which others may go on using."""
        self._timer.cancel()
        with self._lock:
            for held in self._held:
                held.close()
            self._held.clear()

    def _end(self) -> None:
        with self._lock:
            self._over = True
            for held in self._held:
                _shut(held)


_CURRENT: ContextVar[Deadline | None] = ContextVar("transfer", default=None)


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """Give what is transferred by this thread so many seconds in all."""
    deadline = Deadline(seconds)
    before = _CURRENT.set(deadline)
    try:
        yield deadline
    finally:
        _CURRENT.reset(before)
        deadline.close()


def watch(connection: socket.socket) -> None:
    """Put a connection under the deadline of the current transfer."""
    deadline = _CURRENT.get()
    if deadline is not None:
        deadline.watch(connection)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was quicker
        connection.shutdown(socket.SHUT_RDWR)

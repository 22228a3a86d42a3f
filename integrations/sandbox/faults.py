"""Fault switches of the simulators: what shall go wrong with the next requests."""

import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from flask import Response, request

from integrations.sandbox.connections import cut_connection


class Fault(StrEnum):
    """What can go wrong with a request."""

    NONE = "none"
    """All goes well: lets a fault meet the request after the next."""
    LOST = "lost"
    """The connection breaks before anything was done."""
    CUT = "cut"
    """The work is done and the connection breaks instead of an answer."""
    SLOW = "slow"
    """The work is done and the answer comes after three seconds."""
    MALFORMED = "malformed"
    """The work is done and the answer is no JSON."""
    FOREIGN = "foreign"
    """The work is done and the answer is JSON of another shape."""
    ERROR = "error"
    """Nothing is done; status 500."""
    RATE_LIMIT = "rate-limit"
    """Nothing is done; status 429."""


SLOW_SECONDS = 3.0

# Faults that strike before anything was done, and the status they answer with, if they do.
_UNDONE = {Fault.LOST: None, Fault.ERROR: 500, Fault.RATE_LIMIT: 429}


class Faults:
    """Faults that wait for the next requests that change something, first in, first out."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()
        self._lock = threading.Lock()

    def arrange(self, fault: Fault, *, times: int = 1) -> None:
        """Let `fault` happen to the next `times` requests."""
        with self._lock:
            self._waiting.extend([fault] * times)

    def clear(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._waiting.clear()

    def next(self) -> Fault | None:
        """Return the fault of this request and count it as happened."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def befall(
        self, work: Callable[[], Response], *, refuse: Callable[[int], Response]
    ) -> Response:
        """Answer with what `work` answers, unless a fault waits; `refuse` makes error bodies."""
        fault = self.next()
        if fault in _UNDONE:
            status = _UNDONE[fault]
            return cut_connection(request.environ) if status is None else refuse(status)
        answer = work()
        match fault:
            case Fault.CUT:
                return cut_connection(request.environ)
            case Fault.MALFORMED:
                return Response("<html>Bad gateway</html>", 200, mimetype="text/html")
            case Fault.FOREIGN:
                return Response('{"hello": ["world"]}', 200, mimetype="application/json")
            case Fault.SLOW:
                time.sleep(SLOW_SECONDS)
        return answer

"""The circuit breaker: a provider that keeps failing is left alone for a while."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(slots=True)
class _Circuit:
    faults: int = 0
    opened_at: float | None = None
    probing_since: float | None = None


class Breaker:
    """Counts faults in a row per circuit, such as one merchant's account at one provider.

    After `threshold` faults in a row a circuit is open for `rest` seconds. Then one call is let
    through to try; its success closes the circuit, its fault opens it again. A trial that never
    reports back is replaced after another `rest`.
    """

    def __init__(
        self,
        *,
        threshold: int = 5,
        rest: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._rest = rest
        self._clock = clock
        self._circuits: dict[Hashable, _Circuit] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, circuit: Hashable) -> float:
        """Return 0 if a call may go through now, else the seconds until one may.

        A call that is let through must be followed by `succeeded` or `failed`.
        """
        with self._lock:
            found = self._circuits.get(circuit)
            if found is None or found.opened_at is None:
                return 0.0
            now = self._clock()
            last = found.opened_at if found.probing_since is None else found.probing_since
            if now - last < self._rest:
                return self._rest - (now - last)
            found.probing_since = now
            return 0.0

    def succeeded(self, circuit: Hashable) -> None:
        """The provider answered; what it answered does not matter."""
        with self._lock:
            self._circuits.pop(circuit, None)

    def failed(self, circuit: Hashable) -> None:
        """The provider did not answer usefully."""
        with self._lock:
            found = self._circuits.setdefault(circuit, _Circuit())
            found.faults += 1
            if found.faults >= self._threshold:
                found.opened_at, found.probing_since = self._clock(), None

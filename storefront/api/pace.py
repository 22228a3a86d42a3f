"""How many calls a key may make: a steady pace with room for a burst.

Each web process counts for itself, in memory: nothing is written or asked for a call, so it costs a
few microseconds, and an installation of n web processes lets up to n times as much through. The
limit protects the shop from a program that runs wild; it is no tariff.

The count is the generic cell rate algorithm (ITU-T I.371, annex A): one moment per key says until
when its calls so far are paid for. The headers are those of the IETF draft "RateLimit header fields
for HTTP" (draft-ietf-httpapi-ratelimit-headers-10, 2025-09-27).
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import cast
from uuid import UUID

from flask import Blueprint, Response, current_app, g

from commerce.web.services import services
from storefront.api.errors import TooManyCallsError

_KEPT = "quayside.pace"
_MOST_KEYS = 10_000
_MINUTE = 60.0
_ROUNDING = 1e-9  # seconds; sums of floats stray by less


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a key stands after a call; times in seconds from now."""

    admitted: bool
    left: int
    """Calls that may follow at once."""
    full_in: float
    """Until a whole burst may follow again."""
    wait: float
    """Until the next call is admitted; zero while any is left."""


class Pace:
    """The pace of every key in this process."""

    def __init__(
        self, *, calls_a_minute: int, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = _MINUTE / calls_a_minute
        self._room = self._interval * burst + _ROUNDING
        self._clock = clock
        self._paid_until: dict[UUID, float] = {}
        self._lock = Lock()
        window = max(1, math.ceil(self._interval * burst))
        self.policy = f'"burst";q={burst};w={window}, "steady";q={calls_a_minute};w=60'

    def take(self, key: UUID) -> Standing:
        """Count a call of `key`, unless it comes too soon."""
        now = self._clock()
        with self._lock:
            used = max(self._paid_until.get(key, 0.0) - now, 0.0)
            admitted = used + self._interval <= self._room
            if admitted:
                used += self._interval
                self._paid_until[key] = now + used
                if len(self._paid_until) > _MOST_KEYS:
                    self._forget(now)
        left = max(0, int((self._room - used) / self._interval))
        wait = 0.0 if left else used + self._interval - self._room + 2 * _ROUNDING
        return Standing(admitted, left, used, wait)

    def _forget(self, now: float) -> None:
        """Drop the keys that have been quiet for long enough to stand like new ones."""
        self._paid_until = {key: at for key, at in self._paid_until.items() if at > now}


def install(interface: Blueprint) -> None:
    """Hold every call of a key to `interface` to its pace, and tell it where it stands."""
    interface.before_request(_count)
    interface.after_request(_tell)


def _count() -> None:
    """Count the current call.

    Raises:
        TooManyCallsError: the key calls faster than it may.
    """
    key = g.get("api_key")
    pace = _pace() if key is not None else None
    if pace is None:
        return
    standing = pace.take(key.id)
    g.pace_told = told = [
        ("RateLimit-Policy", pace.policy),
        ("RateLimit", f'"burst";r={standing.left};t={_whole(standing.full_in)}'),
    ]
    if not standing.admitted:
        seconds = _whole(standing.wait)
        told.append(("Retry-After", str(seconds)))
        raise TooManyCallsError(seconds=seconds)


def _tell(response: Response) -> Response:
    for name, value in g.get("pace_told", ()):
        response.headers.add(name, value)
    return response


def _pace() -> Pace | None:
    """Return the pace that this installation sets, or None when it sets none."""
    kept = current_app.extensions
    if _KEPT not in kept:
        settings = services().settings
        kept[_KEPT] = (
            Pace(calls_a_minute=settings.api_calls_a_minute, burst=settings.api_burst)
            if settings.api_calls_a_minute
            else None
        )
    return cast("Pace | None", kept[_KEPT])


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))

"""Delivers a simulator's webhooks, again and again until they are taken or given up."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import requests

_log = logging.getLogger(__name__)

_TAKEN = range(200, 300)
_TIMEOUT = (2.0, 10.0)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to deliver.

    Attributes:
        sign: makes the headers for the moment of delivery, so that a late retry is not stale.
        taken: called once when the receiver answered with success.
    """

    url: str
    body: bytes
    sign: Callable[[bytes], dict[str, str]]
    taken: Callable[[], None]


Errand: TypeAlias = Callable[[], None]
"""Something to do at its time that is no letter, such as to carry a parcel on."""


class Postman:
    """One thread that delivers letters when they are due, each tried up to `attempts` times."""

    def __init__(self, *, attempts: int = 8, first_pause: float = 0.5) -> None:
        self._attempts = attempts
        self._first_pause = first_pause
        self._order = itertools.count()
        self._bag: list[tuple[float, int, int, Letter | Errand]] = []
        self._news = threading.Condition()
        self._closed = False
        self._carrying = 0
        self._thread = threading.Thread(target=self._walk, name="postman", daemon=True)
        self._thread.start()

    def post(self, letter: Letter, *, delay: float = 0.0) -> None:
        """Deliver `letter` after `delay` seconds."""
        self._put(letter, due=time.monotonic() + delay, attempt=1)

    def run(self, errand: Errand, *, delay: float) -> None:
        """Run `errand` after `delay` seconds."""
        self._put(errand, due=time.monotonic() + delay, attempt=1)

    def wait_until_idle(self, *, seconds: float = 5.0) -> bool:
        """Wait until nothing is due any more; return whether that came in time."""
        with self._news:
            return self._news.wait_for(lambda: not self._bag and not self._carrying, seconds)

    def close(self) -> None:
        """Stop; what is not delivered stays undelivered."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._thread.join(timeout=sum(_TIMEOUT))

    def _put(self, letter: Letter | Errand, *, due: float, attempt: int) -> None:
        with self._news:
            heapq.heappush(self._bag, (due, next(self._order), attempt, letter))
            self._news.notify_all()

    def _walk(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # simulators speak to this machine, never through a proxy
            while (next_one := self._next()) is not None:
                attempt, letter = next_one
                try:
                    if isinstance(letter, Letter):
                        self._deliver(session, attempt, letter)
                    else:
                        letter()
                finally:
                    with self._news:
                        self._carrying -= 1
                        self._news.notify_all()

    def _next(self) -> tuple[int, Letter | Errand] | None:
        with self._news:
            while not self._closed:
                wait = self._bag[0][0] - time.monotonic() if self._bag else None
                if wait is not None and wait <= 0:
                    _, _, attempt, letter = heapq.heappop(self._bag)
                    self._carrying += 1
                    return attempt, letter
                self._news.wait(wait)
            return None

    def _deliver(self, session: requests.Session, attempt: int, letter: Letter) -> None:
        try:
            answer = session.post(
                letter.url,
                data=letter.body,
                headers={"Content-Type": "application/json"} | letter.sign(letter.body),
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
            taken = answer.status_code in _TAKEN
        except requests.RequestException:
            taken = False
        if taken:
            letter.taken()
        elif attempt < self._attempts:
            pause = self._first_pause * 2 ** (attempt - 1)
            self._put(letter, due=time.monotonic() + pause, attempt=attempt + 1)
        else:
            _log.warning("gave up on a webhook to %s after %d attempts", letter.url, attempt)

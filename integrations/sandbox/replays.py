"""Idempotency as payment providers publish it: the first answer under a key is the only one.

The same key with the same request replays the first answer, errors included; with another request
it is refused; while the first still runs it is busy. "Not now" is remembered by nobody: asking again is
how one hears that it goes.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from integrations.sandbox.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer with a JSON body."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class KeyReusedError(Exception):
    """The key was used for another request."""


class KeyBusyError(Exception):
    """A request under this key is still running."""


class Replays:
    """Remembers the answer that each key of each account received."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._running: set[str] = set()

    def answer(self, *, account: str, key: str, request: str, work: Callable[[], Answer]) -> Answer:
        """Return the remembered answer, or do the work and remember what it answers.

        Raises:
            KeyReusedError: `request` differs from the one first made under the key.
            KeyBusyError: the first is still running.
        """
        name = f"{account}:{key}"
        digest = hashlib.sha256(request.encode()).hexdigest()
        with self._shelf.lock:
            known = self._shelf.get("replay", name)
            if known is not None:
                if known["request"] != digest:
                    raise KeyReusedError
                return Answer(known["status"], known["body"], {"Idempotent-Replayed": "true"})
            if name in self._running:
                raise KeyBusyError
            self._running.add(name)
        try:
            answer = work()
            if answer.status != HTTPStatus.LOCKED:
                self._shelf.put(
                    "replay",
                    name,
                    {"request": digest, "status": answer.status, "body": answer.body},
                )
        finally:
            self._running.discard(name)
        return answer

"""A visitor's connection: HTTP/1.1, kept alive, counting what it was answered."""

import http.client
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

_PATIENCE_SECONDS = 15


class RefusedError(Exception):
    """The server's answer was not the one that was due."""

    def __init__(self, *, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status


@dataclass(slots=True)
class Client:
    """One connection to the web server."""

    host: str
    port: int
    headers: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    requests: int = 0
    reconnects: int = 0
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> bytes:
        """Return the body of `path`.

        Raises:
            RefusedError: the status is not 200.
        """
        return self._call("GET", path, None, {}, (200,))

    def look(self, path: str) -> Any:
        """Return the JSON at `path`; see `get`."""
        return json.loads(self.get(path))

    def send(self, method: str, path: str, body: Any, *, due: tuple[int, ...] = (200, 201)) -> Any:
        """Send JSON under a fresh Idempotency-Key and return the JSON that came back.

        Raises:
            RefusedError: the status is none of `due`.
        """
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        answered = self._call(method, path, json.dumps(body).encode(), headers, due)
        return json.loads(answered) if answered else None

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _call(
        self, method: str, path: str, body: bytes | None, more: dict[str, str], due: tuple[int, ...]
    ) -> bytes:
        self.requests += 1
        try:
            response, content = self._exchange(method, path, body, {**self.headers, **more})
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            self.answers[0] += 1
            raise RefusedError(status=0, told=f"{method} {path}: {fault!r}") from fault
        self.answers[response.status] += 1
        if response.status not in due:
            told = f"{method} {path}: {response.status} {content[:300]!r}"
            raise RefusedError(status=response.status, told=told)
        return content

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask once; once more when the server had hung up on an idle connection (RFC 9112, 9.3.1).

        What is asked twice carries the same Idempotency-Key or command id, so it is done once.
        """
        is_used = self._connection is not None
        try:
            return self._asked(method, path, body, headers)
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            if not is_used:
                raise
            self.close()
            self.reconnects += 1
            return self._asked(method, path, body, headers)

    def _asked(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                self.host, self.port, timeout=_PATIENCE_SECONDS
            )
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        return response, response.read()

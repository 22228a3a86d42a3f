"""Who asks, what they ask for, and that they ask once: what every request of an interface shares.

Whoever brings a bearer key has an account of its own under it. Requests that change something carry
an `Idempotency-Key`; errors are `{"error": {"code": ..., "message": ...}}`.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from integrations.sandbox.faults import Faults
from integrations.sandbox.refusals import RefusedRequestError
from integrations.sandbox.replays import Answer, KeyBusyError, KeyReusedError, Replays

_MOST_LETTERS = 200
_LONGEST_KEY = 255


class Door:
    """Answers requests once per idempotency key, unless a fault was arranged."""

    def __init__(self, *, replays: Replays, faults: Faults) -> None:
        self._replays = replays
        self._faults = faults

    def once(self, work: Callable[[], Answer]) -> Response:
        """Answer a request that changes something."""
        return self._faults.befall(lambda: self._replayed(work), refuse=failure)

    def shown(self, body: dict[str, Any]) -> Response:
        """Answer a request that only looks."""
        return self._faults.befall(lambda: jsonify(body), refuse=failure)

    def _replayed(self, work: Callable[[], Answer]) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not 0 < len(key) <= _LONGEST_KEY:
            return failure(400, "idempotency-key-missing")
        try:
            answer = self._replays.answer(
                account=asking_account(),
                key=key,
                request=f"{request.path}\n{request.get_data(as_text=True)}",
                work=lambda: _refusable(work),
            )
        except KeyReusedError:
            return failure(422, "idempotency-key-reused")
        except KeyBusyError:
            return failure(409, "idempotency-key-busy")
        return _response(answer)


def refuse(fault: RefusedRequestError) -> Response:
    """Render what is refused."""
    return failure(fault.status, fault.code)


def failure(status: int, code: str = "temporary") -> Response:
    """Return an error in the interface's shape."""
    return _response(Answer(status, _error(code)))


def account_of(api_key: str) -> str:
    """Return the account that a key opens; the key itself is not kept."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:24]


def asking_account() -> str:
    """Return the account that the request's key opens."""
    return account_of(asking_key())


def asking_key() -> str:
    """Return the key that the request brings."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise RefusedRequestError("key-missing", 401)
    return key


def asked() -> dict[str, Any]:
    """Return the request's JSON object."""
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        raise RefusedRequestError("malformed", 400)
    return wish


def asked_text(name: str) -> str:
    """Return a short text that the request must carry."""
    text = asked().get(name)
    if not isinstance(text, str) or not 0 < len(text) <= _MOST_LETTERS:
        raise RefusedRequestError(f"{name}-invalid", 400)
    return text


def asked_count(name: str) -> int:
    """Return a whole number above zero that the request must carry."""
    count = asked().get(name)
    if type(count) is not int or count <= 0:
        raise RefusedRequestError(f"{name}-invalid", 400)
    return count


def asked_address(name: str) -> str:
    """Return an address on the web that the request may carry."""
    address = str(asked().get(name) or "")
    if address and not address.startswith(("http://", "https://")):
        raise RefusedRequestError(f"{name}-invalid", 400)
    return address


def _refusable(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except RefusedRequestError as fault:
        return Answer(fault.status, _error(fault.code))


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": code.replace("-", " ")}}


def _response(answer: Answer) -> Response:
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers.update(answer.headers)
    return response

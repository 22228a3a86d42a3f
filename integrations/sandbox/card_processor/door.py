"""Who asks, what they ask for, and that they ask once: what every request of the interface shares."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from integrations.sandbox.card_processor.bank import Bank, BankRefusalError, account_of
from integrations.sandbox.card_processor.records import Payment
from integrations.sandbox.faults import Faults
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


def refuse(fault: BankRefusalError) -> Response:
    """Render what the bank refuses."""
    return failure(fault.status, fault.code)


def failure(status: int, code: str = "temporary") -> Response:
    """Return an error in the interface's shape."""
    return _response(Answer(status, _error(code)))


def asking_account() -> str:
    """Return the account that the request's key opens."""
    return account_of(_api_key())


def opened(bank: Bank, **facts: Any) -> Payment:
    """Begin the payment that the request describes."""
    wish = asked()
    return bank.open(
        api_key=_api_key(),
        reference=asked_text("reference"),
        amount=asked_amount(),
        currency=asked_text("currency"),
        order_number=asked_text("order_number"),
        description=str(wish.get("description", "")),
        manual_capture=wish.get("capture") == "manual",
        return_url=_address(wish, "return_url"),
        cancel_url=_address(wish, "cancel_url"),
        webhook_url=_address(wish, "webhook_url"),
        locale=str(wish.get("locale", "")),
        expires_at=int(wish.get("expires_at") or 0),
        **facts,
    )


def asked() -> dict[str, Any]:
    """Return the request's JSON object."""
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        raise BankRefusalError("malformed", 400)
    return wish


def asked_amount() -> int:
    """Return the amount in minor units that the request names."""
    amount = asked().get("amount")
    if type(amount) is not int or amount <= 0:
        raise BankRefusalError("amount-invalid", 400)
    return amount


def asked_text(name: str) -> str:
    """Return a short text that the request must carry."""
    text = asked().get(name)
    if not isinstance(text, str) or not 0 < len(text) <= _MOST_LETTERS:
        raise BankRefusalError(f"{name}-invalid", 400)
    return text


def _api_key() -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise BankRefusalError("key-missing", 401)
    return key


def _address(wish: dict[str, Any], name: str) -> str:
    address = str(wish.get(name) or "")
    if address and not address.startswith(("http://", "https://")):
        raise BankRefusalError(f"{name}-invalid", 400)
    return address


def _refusable(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except BankRefusalError as fault:
        return Answer(fault.status, _error(fault.code))


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": code.replace("-", " ")}}


def _response(answer: Answer) -> Response:
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers.update(answer.headers)
    return response

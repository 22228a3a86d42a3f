"""How a simulator is spoken to over HTTP, and what each kind of silence means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import requests

from commerce.plugins.calls import CallContext
from commerce.plugins.results import Ok, Refused, Result, Retryable, Unknown, Value
from integrations.simulated.account import AccountSettings
from integrations.simulated.shapes import ShapeError

_CONNECT_SECONDS = 3.0
# What is refused only now, and why that is worth another try.
_NOT_NOW = {
    "idempotency-key-busy": "in-flight",
    "reader-busy": "reader-busy",
    "reader-offline": "reader-offline",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A JSON object that the provider answered with success."""

    body: dict[str, Any]


Heard = Said | Refused | Retryable | Unknown
Refuse = Callable[[str, str], Refused]


class Wire:
    """Speaks to a simulator; one for the life of the process, shared by all threads.

    Its address comes from `variable` of the environment, and what it refuses by a code of its own
    is told by `refused`, from the code and a locale.
    """

    def __init__(self, environment: Mapping[str, str], *, variable: str, refused: Refuse) -> None:
        self._address = environment.get(variable, "")
        self._refused = refused
        self._session = requests.Session()
        self._session.trust_env = False  # the simulator is on this machine, never behind a proxy

    def look(self, call: CallContext, path: str, **query: str) -> Said | Refused | Retryable:
        """Ask without changing anything; whatever goes wrong, asking again is harmless."""
        return _harmless(self._heard(call, "GET", path, handle="", query=query, key=""))

    def ask(
        self, call: CallContext, path: str, body: Mapping[str, Any]
    ) -> Said | Refused | Retryable:
        """Ask what takes a body to ask, without changing anything."""
        return _harmless(self._heard(call, "POST", path, handle="", body=body, key=""))

    def send(
        self, call: CallContext, path: str, body: Mapping[str, Any], *, key: str, handle: str
    ) -> Heard:
        """Ask for a change, carried out once under `key`; silence leaves `handle` unknown."""
        return self._heard(call, "POST", path, handle=handle, body=body, key=key)

    def _heard(
        self,
        call: CallContext,
        method: str,
        path: str,
        *,
        handle: str,
        key: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Heard:
        settings = call.settings_of(AccountSettings)
        if not self._address:
            return self._refused("provider-not-running", call.locale)
        headers = {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            answer = self._session.request(
                method,
                f"{self._address}/v1{path}",
                params=query,
                json=body,
                headers=headers,
                timeout=(min(_CONNECT_SECONDS, call.seconds_left), call.seconds_left),
                allow_redirects=False,
            )
        except requests.ConnectionError as fault:
            return Retryable("unreachable") if never_sent(fault) else Unknown(handle)
        except requests.RequestException:
            return Unknown(handle)
        return self._understood(answer, handle=handle, locale=call.locale)

    def _understood(self, answer: requests.Response, *, handle: str, locale: str) -> Heard:
        try:
            body = answer.json()
        except ValueError:
            body = None
        match answer.status_code:
            case HTTPStatus.OK | HTTPStatus.CREATED if isinstance(body, dict):
                return Said(body)
            case HTTPStatus.TOO_MANY_REQUESTS:
                return Retryable("rate-limited", timedelta(seconds=2))
            case status if (
                status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.BAD_REQUEST
            ):
                return Unknown(handle, "unusable-answer")
            case _:
                return self._refusal(body, handle=handle, locale=locale)

    def _refusal(self, body: object, *, handle: str, locale: str) -> Heard:
        match body:
            case {"error": {"code": str(code)}} if code in _NOT_NOW:
                return Retryable(_NOT_NOW[code])
            case {"error": {"code": str(code)}}:
                return self._refused(code, locale)
            case _:
                return Unknown(handle, "unusable-answer")


def _harmless(heard: Heard) -> Said | Refused | Retryable:
    return Retryable("no-answer") if isinstance(heard, Unknown) else heard


def read_said(heard: Heard, read: Callable[[Said], Value], *, handle: str) -> Result[Value]:
    """Return what `read` makes of an answer; one without the agreed shape leaves it unknown."""
    match heard:
        case Said():
            try:
                return Ok(read(heard))
            except ShapeError:
                return Unknown(handle, "unusable-answer")
        case Refused() | Retryable() | Unknown():
            return heard


def never_sent(fault: requests.ConnectionError) -> bool:
    """Whether the connection was never made, so that nothing can have happened."""
    if isinstance(fault, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = getattr(fault.args[0] if fault.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"}

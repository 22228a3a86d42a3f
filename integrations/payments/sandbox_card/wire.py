"""How the sandbox is spoken to over HTTP, and what each kind of silence means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import requests

from commerce.plugins.calls import CallContext
from commerce.plugins.results import Refused, Retryable, Unknown
from integrations.payments.sandbox_card.settings import ADDRESS_VARIABLE, SandboxSettings
from integrations.payments.sandbox_card.wording import refused

_CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Said:
    """A JSON object that the provider answered with success."""

    body: dict[str, Any]


Heard = Said | Refused | Retryable | Unknown


class Wire:
    """Speaks to the simulator; one for the life of the process, shared by all threads."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get(ADDRESS_VARIABLE, "")
        self._session = requests.Session()
        self._session.trust_env = False  # the simulator is on this machine, never behind a proxy

    def look(self, call: CallContext, path: str, **query: str) -> Said | Refused | Retryable:
        """Ask without changing anything; whatever goes wrong, asking again is harmless."""
        heard = self._heard(call, "GET", path, handle="", query=query, key="")
        return Retryable("no-answer") if isinstance(heard, Unknown) else heard

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
        settings = call.settings_of(SandboxSettings)
        if not self._address:
            return refused("provider-not-running", call.locale)
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
        return _understood(answer, handle=handle, locale=call.locale)


def never_sent(fault: requests.ConnectionError) -> bool:
    """Whether the connection was never made, so that nothing can have happened."""
    if isinstance(fault, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = getattr(fault.args[0] if fault.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"}


def _understood(answer: requests.Response, *, handle: str, locale: str) -> Heard:
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
            return _refusal(body, handle=handle, locale=locale)


def _refusal(body: object, *, handle: str, locale: str) -> Heard:
    match body:
        case {"error": {"code": "idempotency-key-busy"}}:
            return Retryable("in-flight")
        case {"error": {"code": "reader-busy"}}:
            return Retryable("reader-busy")
        case {"error": {"code": str(code)}}:
            return refused(code, locale)
        case _:
            return Unknown(handle, "unusable-answer")

"""Results as JSON, so that a wish that is repeated is answered from the record."""

import hashlib
from typing import Any, TypeVar

from pydantic import TypeAdapter

from commerce.plugins.results import (
    ActionRequired,
    ClientConfirmation,
    Ok,
    Pending,
    Refused,
    Result,
    Retryable,
    Unknown,
)

Value = TypeVar("Value")

_OTHERS: dict[str, type[Pending | ActionRequired | Refused | Retryable | Unknown]] = {
    "pending": Pending,
    "action-required": ActionRequired,
    "refused": Refused,
    "retryable": Retryable,
    "unknown": Unknown,
}
_NAMES = {kind: name for name, kind in _OTHERS.items()}
_STATES = {
    Ok: "done",
    Pending: "waiting",
    ActionRequired: "waiting",
    Refused: "refused",
    Retryable: "retryable",
    Unknown: "unknown",
}

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def state_of(result: Result[Any]) -> str:
    """Return the state of a call that was answered so."""
    return _STATES[type(result)]


def to_json(result: Result[Any]) -> dict[str, Any] | None:
    """Return `result` for the record; None for one that holds a secret and must not be kept."""
    if isinstance(result, ActionRequired) and isinstance(result.action, ClientConfirmation):
        return None
    if isinstance(result, Ok):
        value = _adapter(type(result.value)).dump_python(result.value, mode="json")
        return {"result": "ok", "value": value}
    kept = _adapter(type(result)).dump_python(result, mode="json")
    return {"result": _NAMES[type(result)], **kept}


def from_json(record: dict[str, Any], value: type[Value]) -> Result[Value]:
    """Return the result that `to_json` made; what an `Ok` carries is a `value`."""
    facts = dict(record)
    name = facts.pop("result")
    if name == "ok":
        kept: Value = _adapter(value).validate_python(facts["value"])
        return Ok(kept)
    answer: Pending | ActionRequired | Refused | Retryable | Unknown = _adapter(
        _OTHERS[name]
    ).validate_python(facts)
    return answer


def request_json(request: object) -> dict[str, Any]:
    """Return a request as it is kept until it is answered."""
    kept: dict[str, Any] = _adapter(type(request)).dump_python(request, mode="json")
    return kept


def request_from(kept: dict[str, Any], kind: type[Value]) -> Value:
    """Return the request that `request_json` made."""
    request: Value = _adapter(kind).validate_python(kept)
    return request


def fingerprint(request: object) -> str:
    """Return a digest of a request; two requests with one digest ask for the same."""
    return hashlib.sha256(_adapter(type(request)).dump_json(request)).hexdigest()


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # Building one takes milliseconds; there are as many as there are types in the contract.
    return _ADAPTERS.get(kind) or _ADAPTERS.setdefault(kind, TypeAdapter(kind))

"""Stripe's errors: a type, a code, a message, the parameter at fault."""

from typing import Any

_AT_THE_DOOR = frozenset({400, 401, 429})


class StripeFaultError(Exception):
    """A request that Stripe answers with an error body."""

    def __init__(
        self, message: str, *, status: int = 400, kind: str = "invalid_request_error", **facts: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.facts = facts

    def body(self) -> dict[str, Any]:
        """Return the error as the API answers it."""
        return {"error": {"type": self.kind, "message": self.message, **self.facts}}

    @property
    def stored(self) -> bool:
        """Whether idempotency keeps it: what was turned away at the door never began to run."""
        return self.kind == "card_error" or self.status not in _AT_THE_DOOR


def missing(what: str, name: str) -> StripeFaultError:
    """Return the error for an object that is not there."""
    return StripeFaultError(
        f"No such {what}: '{name}'", status=404, code="resource_missing", param="id"
    )


def invalid(parameter: str, why: str, code: str = "parameter_invalid_empty") -> StripeFaultError:
    """Return the error for a parameter that cannot be used."""
    return StripeFaultError(why, param=parameter, code=code)


def unexpected_state(message: str, intent: dict[str, Any]) -> StripeFaultError:
    """Return the error for a step that the payment intent's status does not allow."""
    return StripeFaultError(message, code="payment_intent_unexpected_state", payment_intent=intent)

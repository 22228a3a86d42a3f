"""A refusal on its way to a reader whose language nobody knows yet: code, sentence, parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commerce.kernel.errors import CommerceError


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused; `template` is said in the reader's language where it is shown."""

    code: str
    template: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template

    def stored(self) -> dict[str, Any]:
        """Return the refusal as JSON values; `read_refusal` reads them back."""
        return {"code": self.code, "template": self.template, "params": dict(self.params)}


def refusal_of(error: CommerceError) -> Refusal:
    """Return what `error` tells, with its parameters as text."""
    params = {name: str(value) for name, value in error.params.items()}
    return Refusal(error.code, error.template, params)


def read_refusal(stored: Mapping[str, Any]) -> Refusal:
    """Return what `Refusal.stored` wrote down."""
    return Refusal(stored["code"], stored["template"], stored["params"])

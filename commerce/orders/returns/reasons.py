"""Why goods come back. The list is data with dates: `reasons.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from commerce.orders.returns.errors import UnknownReasonError


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `is_fault` says whether the merchant has to make it good."""

    code: str
    name: str
    name_zh: str
    is_fault: bool
    offered_from: date
    offered_until: date | None

    def name_in(self, language: str) -> str:
        """Return the name in `language` ("zh" or "en")."""
        return self.name_zh if language.startswith("zh") else self.name

    def is_offered(self, day: date) -> bool:
        """Return whether somebody may choose it on a day."""
        until = self.offered_until or day
        return self.offered_from <= day <= until


def reasons_on(day: date) -> tuple[Reason, ...]:
    """Return the reasons that are offered on a day, in their order."""
    return tuple(each for each in _by_code().values() if each.is_offered(day))


def reason_name(code: str, language: str) -> str:
    """Return what a reason is called, also one that is not offered any more."""
    known = _by_code().get(code)
    return known.name_in(language) if known else code


def require_reason(code: str, day: date) -> None:
    """Refuse what is not on the list.

    Raises:
        UnknownReasonError: it is no reason, or is not offered on this day.
    """
    known = _by_code().get(code)
    if known is None or not known.is_offered(day):
        raise UnknownReasonError


@cache
def _by_code() -> dict[str, Reason]:
    listed = files("commerce.orders.returns").joinpath("reasons.toml").read_text(encoding="utf-8")
    return {
        row["code"]: Reason(
            code=row["code"],
            name=row["name"],
            name_zh=row["name_zh"],
            is_fault=row["fault"] == "merchant",
            offered_from=row["from"],
            offered_until=row.get("until"),
        )
        for row in tomllib.loads(listed)["reason"]
    }

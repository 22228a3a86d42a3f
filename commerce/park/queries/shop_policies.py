"""What a shop states in its policies, now and at any moment before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.park.errors import UnknownPolicyError
from commerce.park.policies import Passage, PolicyKind, passages


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a policy without its text; `stated` is False where it took the policy away."""

    kind: PolicyKind
    number: int
    published_at: datetime
    stated: bool


@dataclass(frozen=True, slots=True)
class PolicyText:
    """What one version says."""

    version: PolicyVersion
    text: str
    text_zh: str

    def text_in(self, locale: str) -> str:
        """Return what it says in `locale`, or in the other language where that is blank."""
        chinese = locale.startswith("zh")
        return (self.text_zh or self.text) if chinese else (self.text or self.text_zh)

    def passages_in(self, locale: str) -> tuple[Passage, ...]:
        """Return what it says in `locale` passage by passage."""
        return passages(self.text_in(locale))


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Every version of every policy of a shop, oldest first."""

    versions: tuple[PolicyVersion, ...] = ()

    def of(self, kind: PolicyKind) -> tuple[PolicyVersion, ...]:
        """Return the versions of one policy, newest first; those that took it away as well."""
        return tuple(each for each in reversed(self.versions) if each.kind is kind)

    def at(self, kind: PolicyKind, moment: datetime | None = None) -> PolicyVersion | None:
        """Return the version that held at `moment` (UTC), now by default; None where none did."""
        for each in self.of(kind):
            if moment is None or each.published_at <= moment:
                return each if each.stated else None
        return None

    def now(self) -> tuple[PolicyVersion, ...]:
        """Return what holds now, in the order in which pages list it."""
        return tuple(held for kind in PolicyKind if (held := self.at(kind)))


def _version(kind: str, number: int, published_at: datetime, stated: bool) -> PolicyVersion:  # noqa: FBT001 - a column
    return PolicyVersion(PolicyKind(kind), number, published_at, stated)


def _text(kind: str, number: int, published_at: datetime, english: str, chinese: str) -> PolicyText:
    stated = bool(english or chinese)
    return PolicyText(_version(kind, number, published_at, stated), english, chinese)


_VERSIONS = Statement(
    "SELECT kind, number, published_at, text <> '' OR text_zh <> '' FROM shop_policy"
    " ORDER BY number",
    _version,
)
_TEXT = "SELECT kind, number, published_at, text, text_zh FROM shop_policy"
_ONE = Statement(f"{_TEXT} WHERE kind = :kind AND number = :number", _text)
_STATED = Statement(
    "SELECT DISTINCT ON (kind) kind, number, published_at, text, text_zh FROM shop_policy"
    " ORDER BY kind, number DESC",
    _text,
)
_LATEST = Statement(f"{_TEXT} WHERE kind = :kind ORDER BY number DESC LIMIT 1", _text)


def policy_book(connection: Connection | Session) -> PolicyBook:
    """Return every version of every policy, without the texts."""
    return PolicyBook(tuple(_VERSIONS.all(connection)))


def policy_text(connection: Connection, *, kind: PolicyKind, number: int) -> PolicyText:
    """Return what one version says.

    Raises:
        UnknownPolicyError: there is no such version, or it says nothing.
    """
    found = _ONE.one_or_none(connection, {"kind": kind.value, "number": number})
    if found is None or not found.version.stated:
        raise UnknownPolicyError
    return found


def stated_policies(connection: Connection) -> tuple[PolicyText, ...]:
    """Return what the shop states now with its texts, in the order in which pages list it."""
    latest = {each.version.kind: each for each in _STATED.all(connection)}
    return tuple(
        latest[kind] for kind in PolicyKind if kind in latest and latest[kind].version.stated
    )


def latest_policy(connection: Connection | Session, *, kind: PolicyKind) -> PolicyText | None:
    """Return the last version of a policy, also one that took it away; None before the first."""
    return _LATEST.one_or_none(connection, {"kind": kind.value})

"""A thing to do at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Retry:
    """A button that tries the thing once more: the address of its form, and what the form holds."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what kind, what it is about, what is wrong, and the way to mend it."""

    kind: str
    tag: str
    subject: str
    text: str
    action: str
    url: str
    retry: Retry | None = None

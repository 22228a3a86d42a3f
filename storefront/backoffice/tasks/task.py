"""A thing to do at the desk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what kind, what it is about, what is wrong, and the way to mend it."""

    kind: str
    tag: str
    subject: str
    text: str
    action: str
    url: str

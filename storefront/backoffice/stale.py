"""What somebody else saved while a form of the desk was open, and what the form makes of it.

Every form that writes several fields at once carries a seal (see `seals`) and asks `hold_still`
inside the transaction that saves. What changed meanwhile is told with its present value, what was
typed stays, and nothing is overwritten that nobody has read. A form without a seal saw nothing: it is
stale wherever it says another thing than what stands there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import request
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session
from wtforms import Field

from storefront.backoffice.forms import ChangedLine, DeskForm, field_text
from storefront.backoffice.seals import digest, seal_of, seen_in
from storefront.backoffice.speech import gettext as _

_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('form ' || :address, 0))")
_SHOWN = 300

AnyForm = TypeVar("AnyForm", bound=DeskForm)


@dataclass(frozen=True, slots=True)
class _Meanwhile:
    """One field that somebody else changed: as it stands now, and as the form says it."""

    now: Field
    typed: Field
    contested: bool
    """Whether both changed it, to different ends."""


class StaleFormError(Exception):
    """The form shows what has changed since; nothing was kept."""

    def __init__(self, present: DeskForm) -> None:
        super().__init__()
        self.present = present

    def told_on(self, typed: AnyForm) -> AnyForm:
        """Return the form to show again: what was typed, what others changed, and a fresh seal."""
        changed = _changed_meanwhile(self.present, typed)
        typed.changed = [_line(each, typed) for each in changed]
        for each in changed:
            if not each.contested:
                each.typed.data, each.typed.raw_data = each.now.data, None
        typed.seal = seal_of(self.present.shown)
        return typed


def hold_still(session: Session, typed: DeskForm, drawn: Callable[[Connection], DeskForm]) -> None:
    """Let nobody else save the form at this address until the transaction ends.

    `drawn` makes the form as a visitor would see it now.

    Raises:
        StaleFormError: that is not how it was drawn for whoever typed.
    """
    session.execute(_QUEUE, {"address": request.path})
    present = drawn(session.connection())
    if _changed_meanwhile(present, typed):
        raise StaleFormError(present)


def _changed_meanwhile(present: DeskForm, typed: DeskForm) -> list[_Meanwhile]:
    seen, found = seen_in(typed.seal), []
    for field in typed.sealed_fields:
        now = present[field.name]
        ours, theirs = field_text(field), field_text(now)
        key = typed.sealed_as(field.name)
        by_others = digest(key, theirs) not in seen
        contested = by_others and ours != theirs and digest(key, ours) not in seen
        if contested or (by_others and seen):
            found.append(_Meanwhile(now, field, contested))
    return found


def _line(each: _Meanwhile, form: DeskForm) -> ChangedLine:
    label = str(each.typed.label.text)
    if sum(str(other.label.text) == label for other in form) > 1:
        tongue = "中文" if "zh" in each.typed.name.split("_") else "English"
        label = f"{label} ({tongue})"
    return ChangedLine(label, _spoken(each.now), _spoken(each.typed) if each.contested else "")


def _spoken(field: Field) -> str:
    """Return a field's value as people read it: the words of a choice, the beginning of a text."""
    if isinstance(field.data, bool):
        return _("yes") if field.data else _("no")
    told = field_text(field)
    if words := dict(getattr(field, "pairs", ())):
        told = _(", ").join(words.get(each, each) for each in told.splitlines())
    return (told if len(told) <= _SHOWN else f"{told[:_SHOWN]} …") or _("nothing")

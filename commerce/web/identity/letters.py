"""Letters to staff: what they say. The composition root says how they leave."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.park.queries.staff import list_workplaces
from commerce.web.services import services


@dataclass(frozen=True, slots=True)
class StaffLetter:
    """One letter, rendered in the reader's language.

    Attributes:
        merchant_id: through whose mail room it leaves; None for staff of the park alone.
        about: names this letter, so that it is sent once.
        text: holds a link that grants access; it is kept out of `repr` and so out of logs.
    """

    merchant_id: UUID | None
    about: UUID
    template: str
    recipient: str
    language: str
    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffLetters:
    """How letters to staff leave; `deliver` queues one in the transaction that made it necessary."""

    deliver: Callable[[Session, StaffLetter], None]


def send_reset_link(
    session: Session, *, staff_id: UUID, recipient: str, language: str, token: str
) -> None:
    """Send the link with which somebody chooses a new password."""
    _send(session, "reset", staff_id, recipient, language, link=_link(f"/signin/reset/{token}"))


def send_invitation(
    session: Session, *, merchant_id: UUID, recipient: str, language: str, token: str, shop: str
) -> None:
    """Send the link with which somebody joins a merchant."""
    link = _link(f"/signin/invitation/{token}")
    _deliver(session, merchant_id, "invitation", recipient, language, link=link, shop=shop)


def send_notice(
    session: Session, *, staff_id: UUID, recipient: str, language: str, what: str
) -> None:
    """Tell somebody that their password, app or passkeys were changed (ASVS 5.0 6.3.7)."""
    _send(session, "changed", staff_id, recipient, language, what=what, link=_link("/security"))


def _send(
    session: Session, kind: str, staff_id: UUID, recipient: str, language: str, **words: str
) -> None:
    places = list_workplaces(session, staff_id=staff_id)
    merchant_id = places[0].merchant_id if places else None
    _deliver(session, merchant_id, kind, recipient, language, **words)


def _deliver(
    session: Session,
    merchant_id: UUID | None,
    kind: str,
    recipient: str,
    language: str,
    **words: str,
) -> None:
    with force_locale(language):
        subjects = {
            "reset": _("Choose a new password"),
            "invitation": _("You are invited to work at %(shop)s", shop=words.get("shop", "")),
            "changed": _("Your sign-in was changed"),
        }
        letter = StaffLetter(
            merchant_id=merchant_id,
            about=new_id(),
            template=f"staff-{kind}",
            recipient=recipient,
            language=language,
            subject=str(subjects[kind]),
            text=render_template(f"identity/letters/{kind}.txt", **words),
        )
    services().part(StaffLetters).deliver(session, letter)


def _link(path: str) -> str:
    return f"{services().settings.public_url}{path}"

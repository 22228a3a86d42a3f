"""Letters to staff, queued in the transaction that made them necessary.

A letter leaves through the mail room of a merchant: the one that invites, else the first one the
reader works for. Staff of the park alone have none; nothing is sent to them, and the log says so.
A link with a token is sealed: colleagues who read that mail room cannot use it.
"""

from collections.abc import Mapping
from uuid import UUID

import structlog
from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.mail.links import PLACE, SecretLink
from commerce.mail.process import post
from commerce.mail.service import queue_mail
from commerce.park.permissions import Role
from commerce.park.queries.staff import (
    Contact,
    find_contact,
    list_colleagues,
    list_workplaces,
)
from commerce.web.languages import speaking
from commerce.web.mails import Note, render_note
from commerce.web.services import services

_log = structlog.get_logger("quayside.identity")


def send_reset_link(session: Session, *, staff_id: UUID, token: str) -> None:
    """Send the link with which somebody chooses a new password."""
    reader = find_contact(session, staff_id=staff_id)
    room = _mail_room(session, staff_id)
    _send(session, room, "reset", reader, secret=f"/signin/reset/{token}", link=PLACE)


def send_invitation(
    session: Session, *, merchant_id: UUID, reader: Contact, token: str, shop: str, role: str = ""
) -> None:
    """Send the link with which somebody joins a merchant.

    `session` is in the park's scope; `reader` holds what the inviter typed, in the desk's language;
    `role` is what they will be there, in words.
    """
    secret = f"/signin/invitation/{token}"
    _send(
        session, merchant_id, "invitation", reader, secret=secret, link=PLACE, shop=shop, role=role
    )


def send_notice(session: Session, *, staff_id: UUID, what: str) -> None:
    """Tell somebody that their password, app or passkeys were changed (ASVS 5.0 6.3.7)."""
    reader = find_contact(session, staff_id=staff_id)
    room = _mail_room(session, staff_id)
    _send(session, room, "changed", reader, what=what, link=_link("/security"))


def send_standing(
    session: Session, *, merchant_id: UUID, slug: str, names: Mapping[str, str], reason: str
) -> None:
    """Tell a merchant's owners that the park paused it, and why; or without a reason, that it sells again.

    `session` is in the park's scope; `names` are the shop's, by language.
    """
    for each in list_colleagues(session, merchant_id=merchant_id):
        if each.role is not Role.OWNER or each.accepted_at is None or each.disabled:
            continue
        reader = find_contact(session, staff_id=each.staff_id)
        _send(
            session,
            merchant_id,
            "paused" if reason else "reopened",
            reader,
            what=reason,
            shop=names.get(reader.language, names["en"]),
            link=_link(f"/desk/{slug}/"),
        )


def _send(
    session: Session,
    merchant_id: UUID | None,
    kind: str,
    reader: Contact,
    *,
    secret: str = "",
    **words: str,
) -> None:
    if merchant_id is None:
        _log.warning("staff_letter_without_mail_room", letter=kind)
        return
    with speaking(reader.language):
        subjects = {
            "reset": _("Choose a new password"),
            "invitation": _("You are invited to work at %(shop)s", shop=words.get("shop", "")),
            "changed": _("Your sign-in was changed"),
            "paused": _("The park has paused %(shop)s", shop=words.get("shop", "")),
            "reopened": _("%(shop)s sells again", shop=words.get("shop", "")),
        }
        deeds = {
            "reset": _("Choose a new password"),
            "invitation": _("Accept the invitation"),
            "changed": _("Look at my sign-in"),
            "paused": _("Open the desk"),
            "reopened": _("Open the desk"),
        }
        text = render_template(f"identity/letters/{kind}.txt", **words)
        note = Note(
            text,
            words["link"],
            str(deeds[kind]),
            str(subjects[kind]),
            words.get("shop", "Quayside"),
            reader.language,
        )
        mail = queue_mail(
            session,
            merchant_id=merchant_id,
            template=f"staff-{kind}",
            about=new_id(),
            to=reader.email,
            locale=reader.language,
            subject=str(subjects[kind]),
            text=text,
            html=render_note(note),
            link=SecretLink(_link(secret), services().vault) if secret else None,
        )
    post(session, durable=services().durable, merchant_id=merchant_id, mail=mail)


def _mail_room(session: Session, staff_id: UUID) -> UUID | None:
    places = list_workplaces(session, staff_id=staff_id)
    return places[0].merchant_id if places else None


def _link(path: str) -> str:
    return f"{services().settings.public_url}{path}"

"""Letters about an account: queued in the transaction that makes them necessary."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session

from commerce.mail.links import PLACE, SecretLink
from commerce.mail.process import post
from commerce.mail.service import queue_mail
from commerce.web.mails import Note, render_note
from commerce.web.services import services
from storefront.shop.frame import public_root
from storefront.shop.visit import Visit


def send_letter(
    session: Session,
    visit: Visit,
    *,
    kind: str,
    about: UUID,
    to: str,
    subject: str,
    told: str,
    advice: str,
    secret: str = "",
    deed: str = "",
    place: str = "",
) -> None:
    """Write one letter of a few sentences.

    `secret` is the path of a link that lets its holder in, `place` that of one that everybody may
    open; `deed` is what the button says.
    """
    address = PLACE if secret else f"{public_root()}{place}" if place else ""
    text = render_template(
        "account/letter.txt", told=told, address=address, advice=advice, shop=visit.name
    )
    note = Note(text, address, deed, subject, visit.name, visit.language)
    mail = queue_mail(
        session,
        merchant_id=visit.merchant.id,
        template=f"account-{kind}",
        about=about,
        to=to,
        locale=visit.language,
        subject=subject,
        text=text,
        html=render_note(note),
        sender_name=visit.name,
        reply_to=visit.merchant.reply_to,
        link=SecretLink(f"{public_root()}{secret}", services().vault) if secret else None,
    )
    post(session, durable=services().durable, merchant_id=visit.merchant.id, mail=mail)

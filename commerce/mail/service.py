"""Queue letters. They leave after the commit, see `commerce.mail.sending`."""

import json
import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.mail import mail_address
from commerce.mail.errors import MailHeaderError, UnknownMailError
from commerce.mail.links import SecretLink
from commerce.mail.rows import QueuedMail

_LINE_BREAK = re.compile(r"[\r\n\x00\x0b\x0c\x85\u2028\u2029]")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# What the envelope and the machinery of the letter are made of is set in one place only.
_RESERVED = frozenset(
    {"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to"}
    | {"content-language", "auto-submitted", "mime-version", "return-path", "received"}
)

_QUEUE = text("""
INSERT INTO outgoing_mail (merchant_id, id, template, about, recipient, locale, subject, text, html,
                           sender_name, reply_to, headers, sealed_link, order_id, state, attempts,
                           last_error, created_at)
VALUES (:merchant, :id, :template, :about, :recipient, :locale, :subject, :text, :html,
        :sender_name, :reply_to, CAST(:headers AS jsonb), :sealed_link, :order_id, 'queued', 0,
        '', :at)
ON CONFLICT (merchant_id, template, about) DO NOTHING
RETURNING id
""")

_QUEUED = text("""
SELECT id FROM outgoing_mail
WHERE merchant_id = :merchant AND template = :template AND about = :about
""")

# A letter that tells of no order is for one person alone: whoever chose its reader could take the
# reader's place.
_READDRESS = text("""
UPDATE outgoing_mail SET recipient = :to
WHERE merchant_id = :merchant AND id = :id AND state <> 'sent' AND order_id IS NOT NULL
  AND text <> ''
RETURNING id
""")

_BEGIN_AGAIN = text("""
UPDATE outgoing_mail SET state = 'queued'
WHERE merchant_id = :merchant AND id = :id AND state <> 'sent' AND order_id IS NOT NULL
  AND text <> ''
RETURNING attempts
""")

_GIVE_UP = text("""
UPDATE outgoing_mail
SET state = CASE WHEN state = 'sent' THEN state ELSE 'given_up' END, sealed_link = NULL
WHERE merchant_id = :merchant AND id = :id AND (:staff OR NOT starts_with(template, 'staff-'))
RETURNING id
""")

# What still waits is not sent: it would be kept with the words of somebody who is forgotten.
_EMPTY = """
UPDATE outgoing_mail
SET recipient = '', subject = '', text = '', html = NULL, reply_to = '', headers = '{}',
    sealed_link = NULL, last_error = '',
    state = CASE WHEN state IN ('queued', 'sending') THEN 'given_up' ELSE state END
WHERE merchant_id = :merchant AND
"""

_ERASE_TO = text(
    _EMPTY + "recipient <> '' AND lower(recipient) = lower(:address)"
    " AND NOT starts_with(template, 'staff-')"
)

_ERASE_ABOUT = text(_EMPTY + "order_id = ANY(:orders)")

_ERASE_OF_ACCOUNT = text(
    _EMPTY + "recipient <> '' AND lower(recipient) = lower(:address) AND order_id IS NULL"
    " AND NOT starts_with(template, 'staff-')"
)

_ERASE_ON = text(_EMPTY + "about = ANY(:about)")


def queue_mail(
    session: Session,
    *,
    merchant_id: UUID,
    template: str,
    about: UUID,
    to: str,
    locale: str,
    subject: str,
    text: str,
    html: str | None = None,
    sender_name: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    link: SecretLink | None = None,
    order_id: UUID | None = None,
) -> QueuedMail:
    """Queue a rendered letter, once: the same template about the same thing is not sent again.

    The caller starts its sending in the same transaction when it is new. A `link` that lets its
    holder in is written by the `PLACE` that stands for it in `text` and `html`. `order_id` is the order that
    the letter tells of.

    Raises:
        MailAddressError: `to` or `reply_to` is not an address.
        MailHeaderError: a header contains a line break, or is not one that a template may set.
    """
    for name, value in {"Subject": subject, "To": to, "From": sender_name}.items():
        _check_value(name, value)
    for name, value in (headers or {}).items():
        _check_name(name)
        _check_value(name, value)
    mail_address(to)
    if reply_to:
        _check_value("Reply-To", reply_to)
        mail_address(reply_to)
    key = {"merchant": merchant_id, "template": template, "about": about}
    mail_id = new_id()
    letter = {
        "id": mail_id,
        "recipient": to.strip(),
        "locale": locale,
        "subject": subject,
        "text": text,
        "html": html,
        "sender_name": sender_name,
        "reply_to": reply_to,
        "headers": json.dumps(dict(headers or {})),
        "sealed_link": None if link is None else link.sealed(mail_id=mail_id),
        "order_id": order_id,
        "at": utc_now(),
    }
    queued = session.execute(_QUEUE, key | letter).one_or_none()
    if queued is not None:
        return QueuedMail(queued.id, is_new=True)
    return QueuedMail(session.execute(_QUEUED, key).scalar_one(), is_new=False)


def readdress_letter(session: Session, *, merchant_id: UUID, mail_id: UUID, to: str) -> None:
    """Write another address on a letter about an order that has not left.

    Raises:
        MailAddressError: `to` is not an address.
        MailHeaderError: `to` contains a line break.
        UnknownMailError: there is no such letter about an order, or it has left.
    """
    _check_value("To", to)
    mail_address(to)
    key = {"merchant": merchant_id, "id": mail_id, "to": to.strip()}
    if session.execute(_READDRESS, key).one_or_none() is None:
        raise UnknownMailError


def begin_again(session: Session, *, merchant_id: UUID, mail_id: UUID) -> int:
    """Let a letter about an order wait once more, and return how often it was tried.

    Raises:
        UnknownMailError: there is no such letter about an order, or it has left.
    """
    key = {"merchant": merchant_id, "id": mail_id}
    tries = session.execute(_BEGIN_AGAIN, key).scalar_one_or_none()
    if tries is None:
        raise UnknownMailError
    return int(tries)


def give_up_letter(session: Session, *, merchant_id: UUID, mail_id: UUID, staff: bool) -> None:
    """Stop trying to send a letter; one that has left stays as it is.

    What was written to colleagues is known only to who may manage `staff`.

    Raises:
        UnknownMailError: there is no such letter.
    """
    key = {"merchant": merchant_id, "id": mail_id, "staff": staff}
    if session.execute(_GIVE_UP, key).one_or_none() is None:
        raise UnknownMailError


def erase_mail_to(session: Session, *, merchant_id: UUID, address: str) -> None:
    """Take a customer's address and words out of the letters to it; what still waits is not sent.

    What the park wrote to its staff stays: the same person may work here.
    """
    session.execute(_ERASE_TO, {"merchant": merchant_id, "address": address})


def erase_mail_about(session: Session, *, merchant_id: UUID, order_ids: Sequence[UUID]) -> None:
    """Take addresses and words out of the letters that tell of these orders, whoever got them."""
    session.execute(_ERASE_ABOUT, {"merchant": merchant_id, "orders": list(order_ids)})


def erase_account_mail_to(session: Session, *, merchant_id: UUID, address: str) -> None:
    """Empty the letters about no order to an address that its owner has left.

    Whoever has the address next must not be found in what was written to somebody else.
    """
    session.execute(_ERASE_OF_ACCOUNT, {"merchant": merchant_id, "address": address})


def erase_letters_about(session: Session, *, merchant_id: UUID, about: Sequence[UUID]) -> None:
    """Take addresses and words out of the letters about these links, whoever got them."""
    session.execute(_ERASE_ON, {"merchant": merchant_id, "about": list(about)})


def _check_name(name: str) -> None:
    if not _HEADER_NAME.fullmatch(name) or name.lower() in _RESERVED:
        raise MailHeaderError(header=name)
    if name.lower().startswith("content-"):
        raise MailHeaderError(header=name)


def _check_value(name: str, value: str) -> None:
    if _LINE_BREAK.search(value):
        raise MailHeaderError(header=name)

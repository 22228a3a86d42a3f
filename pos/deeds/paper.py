"""Print a receipt, again as a numbered copy, or send it as a letter."""

from uuid import UUID, uuid5

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.customers.queries import get_customer
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.mail.process import post
from commerce.mail.service import queue_mail
from commerce.registers.journal import append_entry
from commerce.registers.receipts import (
    Receipt,
    provisional_number,
    provisional_papers,
    receipt_of,
    times_printed,
)
from commerce.web.languages import language
from commerce.web.services import services
from pos.api.bodies import LetterBody, SaleNamedBody
from pos.authority import Authority
from pos.deeds.deed import Answer, Deed
from pos.deeds.sales import require_sale_here
from pos.device import Till
from pos.letters import receipt_html
from pos.people import called
from pos.printing.layout import receipt_bytes
from pos.printing.printers import lettering_here, send
from pos.wording import receipt_words


class NoAddressError(CommerceError):
    """A receipt is to be sent, and nobody said where to."""

    code = "no-address"
    status = 422
    template = "Nobody knows an e-mail address of this customer. Type one."


def print_receipt(session: Session, authority: Authority, body: SaleNamedBody) -> Answer:
    """Count the print in the journal: the first is the receipt, every further one a copy."""
    till = authority.till
    require_sale_here(session, till, body.sale)
    copy = times_printed(session.connection(), register_id=till.register.id, sale_id=body.sale)
    append_entry(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        kind="reprint" if copy else "print",
        body={"sale": str(body.sale), "copy": copy, "actor": str(authority.clerk_id)},
    )
    return {"sale": str(body.sale), "copy": copy}


def to_the_printer(till: Till, answer: Answer) -> Answer:
    """Print after the commit; a printer that is away is told, not raised."""
    with services().database.reading(till.scope) as connection:
        receipt = receipt_of(connection, merchant=till.merchant, sale_id=UUID(answer["sale"]))
        (clerk,) = called(connection, till, receipt.clerk_id)
    words = receipt_words(receipt, copy=answer["copy"], clerk=clerk)
    paper = receipt_bytes(words, lettering=lettering_here(till))
    return {"printing": send(till.register, paper, settings=services().settings)}


def note_provisional(session: Session, authority: Authority, body: SaleNamedBody) -> Answer:
    """Write into the journal that a provisional paper of a sale was handed out, and when.

    The till tells of it once the sale is posted; how long that took says when it was printed.
    """
    till = authority.till
    require_sale_here(session, till, body.sale)
    before = provisional_papers(session, register_id=till.register.id, sale_id=body.sale)
    number = provisional_number(till.register.series, body.sale)
    append_entry(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        kind="provisional",
        body={
            "sale": str(body.sale),
            "paper": number,
            "copy": len(before),
            "handed_out_at": (utc_now() - authority.waited).isoformat(timespec="seconds"),
            "actor": str(authority.clerk_id),
        },
    )
    return {"sale": str(body.sale), "paper": number}


def always(_body: SaleNamedBody) -> bool:
    """Return that paper is printed before the server knows of it."""
    return True


def write_letter(session: Session, authority: Authority, body: LetterBody) -> Answer:
    """Queue the receipt as a letter, once per sale and address."""
    till = authority.till
    require_sale_here(session, till, body.sale)
    receipt = receipt_of(session.connection(), merchant=till.merchant, sale_id=body.sale)
    (clerk,) = called(session, till, receipt.clerk_id)
    words = receipt_words(receipt, copy=0, clerk=clerk)
    to = body.to or _address_of(session, receipt)
    subject = _("Your receipt %(number)s", number=receipt.number or receipt.order_number)
    mail = queue_mail(
        session,
        merchant_id=till.merchant.id,
        template="till-receipt",
        about=uuid5(body.sale, to.casefold()),
        to=to,
        locale=language(),
        subject=subject,
        text=render_template("till/letter.txt", receipt=receipt, words=words),
        html=receipt_html(words, subject=subject),
        sender_name=till.merchant.name_in(language()),
        reply_to=till.merchant.reply_to,
        order_id=body.sale,
    )
    if mail.is_new:
        post(session, durable=services().durable, merchant_id=till.merchant.id, mail=mail)
    return {"sale": str(body.sale), "new": mail.is_new}


def _address_of(session: Session, receipt: Receipt) -> str:
    """Return where the customer of a sale gets letters.

    Raises:
        NoAddressError: nobody knows.
    """
    if receipt.customer_id is not None:
        person = get_customer(session, customer_id=receipt.customer_id)
        if person.email:
            return person.email
    raise NoAddressError


PRINT = Deed(SaleNamedBody, print_receipt, after=to_the_printer)
PROVISIONAL = Deed(SaleNamedBody, note_provisional, is_settled=always)
LETTER = Deed(LetterBody, write_letter)

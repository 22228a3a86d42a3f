"""The page of what failed, and the ways out: try again, write to another address, let it be."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.kernel.durable import failed_runs
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.mail.process import post_again
from commerce.mail.queries import undelivered
from commerce.mail.service import give_up_letter, readdress_letter
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.identity.current import may
from commerce.web.services import services
from storefront.backoffice.desk import announce, draw, moved
from storefront.backoffice.failures.words import shown_run
from storefront.backoffice.forms import sentence
from storefront.backoffice.speech import gettext as _

_LETTERS = "mail.send"


@needs(Permission.EDIT_ORDERS)
def failures() -> Response:
    """Show what failed, with what to do about each."""
    with services().database.reading(current_scope()) as connection:
        letters = undelivered(connection, staff=may(Permission.MANAGE_STAFF))
        runs = [
            shown_run(connection, run)
            for run in failed_runs(connection, merchant_id=current_merchant().id)
            if run.process != _LETTERS
        ]
    return draw("failures.html", title=_("What failed"), room="today", letters=letters, runs=runs)


@needs(Permission.EDIT_ORDERS)
def send_again(mail_id: UUID) -> Response:
    """Send a letter about an order once more, to another address if one is given."""
    merchant_id = current_merchant().id
    address = request.form.get("to", "").strip()

    def work(session: Session) -> None:
        if address:
            readdress_letter(session, merchant_id=merchant_id, mail_id=mail_id, to=address)
        post_again(session, durable=services().durable, merchant_id=merchant_id, mail_id=mail_id)

    try:
        services().database.run(current_scope(), work)
    except NotFoundError:
        raise
    except CommerceError as error:
        announce(sentence(error), "bad")
    else:
        announce(_("The mail is on its way once more."))
    return moved("failures")


@needs(Permission.EDIT_ORDERS)
def give_up(mail_id: UUID) -> Response:
    """Let a letter be."""
    with services().database.transaction(current_scope()) as session:
        give_up_letter(
            session,
            merchant_id=current_merchant().id,
            mail_id=mail_id,
            staff=may(Permission.MANAGE_STAFF),
        )
    announce(_("The mail is not sent any more."))
    return moved("failures")


@needs(Permission.EDIT_ORDERS)
def run_again() -> Response:
    """Start a failed process once more; asked twice, it starts once."""
    wanted = request.form.get("run", "")
    merchant_id = current_merchant().id

    def work(session: Session) -> bool:
        found = failed_runs(session, merchant_id=merchant_id)
        run = next((each for each in found if each.id == wanted), None)
        if run is not None:
            services().durable.run_again(session, run)
        return run is not None

    started = services().database.run(current_scope(), work)
    announce(_("Started once more.") if started else _("It has been started once more already."))
    return moved("failures")

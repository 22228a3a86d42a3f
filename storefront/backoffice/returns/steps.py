"""The steps of a return: agree or refuse, receive, look at each unit, pay back."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.checkout.returns import (
    approve_return,
    cancel_return,
    close_return,
    inspect_return,
    receive_return,
    refund_return,
    refuse_return,
)
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.kernel.typed import plain_code
from commerce.orders.returns.rows import FoundUnits
from commerce.park.permissions import Permission
from commerce.web.formats import money
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import sent, typed_id
from storefront.backoffice.once import is_first
from storefront.backoffice.orders.paying_out import chosen_drawer, to_hand_over
from storefront.backoffice.returns.showing import (
    PayBackForm,
    ReturnFile,
    read_return,
    return_page,
)
from storefront.backoffice.speech import gettext as _

_MOST_DIGITS = 9


@needs(Permission.EDIT_ORDERS)
def approve(return_id: UUID) -> Response:
    """Agree to a return."""

    def work(session: Session) -> None:
        approve_return(session, **_told(return_id), durable=services().durable)

    return _done(return_id, work, _("Agreed. The customer is told where the goods go."))


@needs(Permission.EDIT_ORDERS)
def refuse(return_id: UUID) -> Response:
    """Refuse a return, with what the customer reads."""
    answer = request.form.get("answer", "")[:200]

    def work(session: Session) -> None:
        refuse_return(session, **_told(return_id), durable=services().durable, answer=answer)

    return _done(return_id, work, _("Refused. The customer is told why."))


@needs(Permission.EDIT_ORDERS)
def cancel(return_id: UUID) -> Response:
    """Take a return back that does not come after all."""

    def work(session: Session) -> None:
        cancel_return(session, **_told(return_id))

    return _done(return_id, work, _("Taken back. Its pieces can be returned another time."))


@needs(Permission.FULFIL_ORDERS)
def receive(return_id: UUID) -> Response:
    """Note what came, and where."""
    file = read_return(return_id)
    came = {line: _units(f"came-{line}") for line in _lines(file)}
    place = typed_id(request.form.get("place"))
    if place is None:
        return return_page(file, nowhere=_("Choose where they are."))

    def work(session: Session) -> None:
        receive_return(
            session,
            **_told(return_id),
            durable=services().durable,
            location_id=place,
            came=came,
        )

    return _done(return_id, work, _("Received. Now look at every piece."))


@needs(Permission.FULFIL_ORDERS)
def inspect(return_id: UUID) -> Response:
    """Decide about every unit that came."""
    file = read_return(return_id)
    found = [
        FoundUnits(
            line,
            restocked=_units(f"shelf-{line}"),
            quarantined=_units(f"aside-{line}"),
            written_off=_units(f"spoilt-{line}"),
            declined=_units(f"back-{line}"),
        )
        for line in _lines(file)
    ]

    def work(session: Session) -> None:
        inspect_return(session, **_told(return_id), found=[each for each in found if each.units])

    return _done(return_id, work, _("Looked at and booked."))


@needs(Permission.REFUND_ORDERS)
def pay_back(return_id: UUID) -> Response:
    """Give the money back, or end the return without any."""
    file = read_return(return_id)
    form = sent(PayBackForm)
    form.amount.currency = file.owed.currency
    if not form.validate():
        return return_page(file, pay=form)
    amount = Money(form.amount.minor() or 0, file.owed.currency)
    answer = (form.answer.data or "").strip()

    def work(session: Session) -> None:
        if not amount:
            close_return(session, **_told(return_id), answer=answer)
            return
        refund_return(
            session,
            **_told(return_id),
            durable=services().durable,
            amount=amount,
            answer=answer,
            drawer=chosen_drawer(form.drawer.data, answer or "return"),
        )

    try:
        services().database.run(current_scope(), lambda session: _once(session, work))
    except CommerceError as error:
        form.refuse(error)
        return return_page(read_return(return_id), pay=form)
    _announce(file, amount, form.drawer.data)
    return moved("one_return", return_id=return_id)


def _announce(file: ReturnFile, amount: Money, drawer: str | None) -> None:
    """Say where the money goes, and what somebody has to hand over now."""
    if not amount:
        announce(_("Ended without money."))
    elif said := to_hand_over(file.order, drawer):
        announce(said)
    else:
        announce(_("%(amount)s is on its way back to the customer.", amount=money(amount)))


def _told(return_id: UUID) -> dict[str, UUID]:
    return {"merchant_id": current_merchant().id, "return_id": return_id, "actor_id": actor()}


def _lines(file: ReturnFile) -> tuple[UUID, ...]:
    return tuple(each.line.order_line_id for each in file.lines)


def _units(name: str) -> int:
    """Return the number that stands in a field; what is none cannot be meant and is refused later."""
    typed = plain_code(request.form.get(name, ""))
    if not typed:
        return 0
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS
    return int(typed) if is_number else -1


def _once(session: Session, work: Callable[[Session], None]) -> None:
    if is_first(session):
        work(session)


def _done(return_id: UUID, work: Callable[[Session], None], said: str) -> Response:
    """Do a step once and say so on the return's page; a refusal is said there with what was typed."""
    try:
        services().database.run(current_scope(), lambda session: _once(session, work))
    except CommerceError as error:
        return return_page(read_return(return_id), error=error)
    announce(said)
    return moved("one_return", return_id=return_id)

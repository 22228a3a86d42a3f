"""Ask for a return of something, or take the wish back; whoever holds the order's link may."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.returns import (
    Returnable,
    ask_return,
    cancel_return,
    returnable_lines,
    shopper_may_ask,
)
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.typed import plain_code, plain_words
from commerce.orders.queries import lines_of, order_by_token, timeline_of
from commerce.orders.returns.errors import (
    NothingToReturnError,
    ReturnBeyondDeliveredError,
    ReturnTooLateError,
)
from commerce.orders.returns.queries import return_by_id
from commerce.orders.returns.reasons import reasons_on
from commerce.orders.returns.rows import AskedUnits, ReturnWay
from commerce.orders.returns.terms import ReturnTerms
from commerce.orders.rows import OrderRow
from commerce.web.access import public
from commerce.web.bearer import shown_order
from commerce.web.faults import say
from commerce.web.services import services
from storefront.shop.frame import head, shown
from storefront.shop.orderpage import order_page
from storefront.shop.pictures import media_url
from storefront.shop.sold_names import SoldName, names_for
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_LONGEST_WISH = 64
_MOST_PIECES = 999
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line of the form: what was sold, how much of it can come back, and what was typed."""

    id: UUID
    name: SoldName
    image: str
    units: int
    chosen: int
    reason: str

    @property
    def pieces(self) -> list[tuple[int, str]]:
        """What there is to choose from: none up to all."""
        return [(units, str(units)) for units in range(self.units + 1)]


@dataclass(frozen=True, slots=True)
class _Form:
    """What the page is made of."""

    visit: Visit
    order: OrderRow
    found: tuple[Returnable, ...]
    names: dict[UUID, SoldName]
    terms: ReturnTerms
    in_time: bool

    @property
    def refusal(self) -> CommerceError | None:
        """Why nothing can be asked for; None where something can."""
        if not self.in_time:
            return ReturnTooLateError()
        left = any(each.units for each in self.found)
        return None if left else ReturnBeyondDeliveredError()

    @property
    def only_one(self) -> bool:
        """Whether there is nothing to choose: one piece can come back, and no other."""
        return sum(each.units for each in self.found) == 1


@public
def return_form(merchant: str, token: str) -> Response:
    """Show what of an order can be returned, to whoever has its link."""
    with services().database.reading(scope_of(merchant)) as connection:
        form = _read(connection, merchant, token)
    if form.refusal is not None:
        return order_page(merchant, token, refusal=_said(form.refusal))
    return _page(form)


@public
def ask_for_return(merchant: str, token: str) -> Response:
    """Ask for the return that the form says; the same form sent twice asks once."""
    with services().database.reading(scope_of(merchant)) as connection:
        form = _read(connection, merchant, token)
    wish = request.form.get("wish", "")[:_LONGEST_WISH]
    try:
        asked = _asked(form)
        way = _way()
        services().database.run(
            form.visit.scope,
            lambda session: ask_return(
                session,
                durable=services().durable,
                merchant=form.visit.merchant,
                order_id=form.order.id,
                return_id=uuid5(form.order.id, f"return {wish}"),
                asked=asked,
                way=way,
                note=plain_words(request.form.get("note", "")).strip(),
                now=form.visit.at,
            ),
        )
    except CommerceError as error:
        return _page(form, refusal=_said(error))
    return make_response(redirect(form.visit.order_path(form.order.id) + "#returns", _SEE_OTHER))


@public
def drop_return(merchant: str, token: str, return_id: UUID) -> Response:
    """Take a return back of which nothing has come yet."""
    with services().database.reading(scope_of(merchant)) as connection:
        form = _read(connection, merchant, token)
        found = return_by_id(connection, return_id=return_id)
    if found is None or found.order_id != form.order.id or found.asked_by != "shopper":
        raise NotFoundError
    try:
        services().database.run(
            form.visit.scope,
            lambda session: cancel_return(
                session, merchant_id=form.visit.merchant.id, return_id=return_id
            ),
        )
    except CommerceError as error:
        return order_page(merchant, token, refusal=_said(error))
    return make_response(redirect(form.visit.order_path(form.order.id) + "#returns", _SEE_OTHER))


def _read(connection: Connection, merchant: str, token: str) -> _Form:
    visit = begin_visit(connection, merchant)
    order = order_by_token(connection, token=shown_order(token))
    if order is None:
        raise NotFoundError
    lines = lines_of(connection, order_ids=[order.id])
    terms = visit.facts.return_terms
    until = shopper_may_ask(
        order,
        timeline_of(connection, order_id=order.id, everything=False),
        terms=terms,
        zone=visit.merchant.time_zone,
        home=visit.merchant.country,
        now=visit.at,
    )
    found = returnable_lines(connection, order=order, lines=lines)
    names = names_for(connection, lines, told_in=order.locale, language=visit.language)
    return _Form(visit, order, found, dict(names), terms, until is not None)


def _asked(form: _Form) -> list[AskedUnits]:
    """Return the units that the form names.

    Raises:
        NothingToReturnError: none.
    """
    asked = []
    for each in form.found:
        typed = request.form.get(f"units-{each.line.id}", "")
        if units := _units(typed):
            reason = request.form.get(f"reason-{each.line.id}", "")
            asked.append(AskedUnits(each.line.id, units, reason))
    if not asked:
        raise NothingToReturnError
    return asked


def _units(typed: str) -> int:
    """Return the number that was chosen; nothing where it is none."""
    plain = plain_code(typed)[:_MOST_DIGITS]
    return int(plain) if plain.isascii() and plain.isdigit() else 0


def _way() -> ReturnWay:
    told = request.form.get("way", "")
    return ReturnWay(told) if told in set(ReturnWay) else ReturnWay.COUNTER


def _page(form: _Form, *, refusal: str = "") -> Response:
    visit = form.visit
    title = _("Return something")
    return shown(
        "shop/return.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if refusal else title),
        status=_UNPROCESSABLE if refusal else 200,
        title=title,
        order=form.order,
        lines=[_line(form, each) for each in form.found if each.units],
        reasons=[(each.code, each.name_in(visit.language)) for each in reasons_on(visit.at.date())],
        ways=form.terms.ways,
        way=request.form.get("way") or form.terms.ways[0].value,
        note=request.form.get("note", ""),
        wish=request.form.get("wish") or new_id().hex,
        refusal=refusal,
    )


def _line(form: _Form, each: Returnable) -> AskedLine:
    return AskedLine(
        id=each.line.id,
        name=form.names[each.line.id],
        image=media_url(form.visit.merchant.id, each.line.image) if each.line.image else "",
        units=min(each.units, _MOST_PIECES),
        chosen=_units(request.form.get(f"units-{each.line.id}", "1" if form.only_one else "")),
        reason=request.form.get(f"reason-{each.line.id}", ""),
    )


def _said(error: CommerceError) -> str:
    return say(error.template, error.params)

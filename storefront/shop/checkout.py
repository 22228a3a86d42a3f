"""The checkout: one page, few fields, the whole total; then the order, and off to pay."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.checkout.errors import (
    CartClosedError,
    NotForSaleError,
    TotalChangedError,
    UnpaidByEmailError,
    UnpaidByPlaceError,
    ValueChangedError,
)
from commerce.checkout.service import (
    Placement,
    choose_delivery,
    place_order,
    set_contact,
    set_destination,
)
from commerce.checkout.service.locking import locked_cart
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.bearer import Shown
from commerce.kernel.money import Money
from commerce.payments.stored_value.errors import ValueShortError
from commerce.pricing.promotions.errors import PromotionUsedUpError
from commerce.web.access import public
from commerce.web.faults import say
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.shop.basket import cart_in, keep_cart, last_cart
from storefront.shop.checkout_page import (
    Desk,
    as_typed,
    country_shown,
    country_typed,
    desk_for,
    page_of,
    remember,
)
from storefront.shop.codes import (
    enter_typed,
    in_words,
    lay_own_credit,
    leave_out,
    too_many_guessed,
)
from storefront.shop.contact import Contact, read_contact, settle_places
from storefront.shop.destination import Destination, keep_destination
from storefront.shop.frame import Notice
from storefront.shop.gone import nothing_left, without
from storefront.shop.methods import Method
from storefront.shop.ordered import order_of, send_on
from storefront.shop.saved import (
    claim,
    filled_in,
    lacks_address,
    moved_notices,
    saved_here,
    with_saved,
)
from storefront.shop.visit import begin_shopping, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_CONFLICT = 409


@public
def checkout(merchant: str) -> Response:
    """Show the checkout with what is known already."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        kept = last_cart(connection, visit)
        if kept is None or kept.order_id is not None:
            order = order_of(connection, kept)
            return _to(visit.order_path(order.id) if order else visit.path("cart"))
        saved = saved_here(connection, visit)
        cart, typed = filled_in(kept, saved)
        desk = desk_for(connection, visit, replace(cart, email=typed.get("email", "")), saved)
        if not desk.quote.lines or desk.quote.gone:
            return _to(visit.path("cart"))
    return page_of(desk, typed, {}, notices=moved_notices(kept, cart))


@public
def place(merchant: str) -> Response:
    """Count anew, or place the order: the button that was pressed says which."""
    typed = {name: value.strip() for name, value in request.form.items()}
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        kept = last_cart(connection, visit)
        if kept is None or kept.order_id is not None:
            return send_on(connection, visit, kept, typed)
        saved = saved_here(connection, visit)
        another = saved is not None and typed.get("saved", "") != typed.get("was_saved", "")
        if saved is not None and (another or lacks_address(typed, saved)):
            typed = with_saved(typed, saved)
        typed = settle_places(typed, country_typed(visit, kept, typed))
        cart = as_typed(visit, kept, typed)
        desk = desk_for(connection, visit, cart, saved)
    if not desk.quote.lines:
        return nothing_left(desk, typed)
    if "take_out" in typed:
        return without(desk, typed)
    ready = (
        typed.get("do") == "place" and not another and cart.country == country_shown(kept, typed)
    )
    if ready and desk.quote.gone:
        return page_of(desk, typed, {}, status=_CONFLICT)
    if ready and not typed.get("code"):
        return _checked(desk, typed)
    return _counted_anew(desk, typed)


def _counted_anew(desk: Desk, typed: Mapping[str, str]) -> Response:
    """Show what it costs now: with other codes, in another currency, or sent elsewhere."""
    if typed.get("code") or "drop" in typed or "credit" in typed:
        return _with_codes(desk, typed)
    wait = too_many_guessed(desk.visit, desk.quote)
    if wait:
        return _unknown_buyer(desk, typed, wait)
    if typed.get("do") == "currency" and desk.offered is not None:
        return _in_currency(desk, typed, desk.offered.code)
    try:
        remember(desk)
    except CartClosedError:  # ordered meanwhile, in another tab
        return _to(desk.visit.path("checkout"))
    return _shown_there(desk, typed)


def _shown_there(desk: Desk, typed: Mapping[str, str]) -> Response:
    """Show the page as the country has it that the form says, which every other page says from now on."""
    now = Destination(desk.cart.country, desk.cart.currency)
    if now == desk.visit.destination:
        return page_of(desk, typed, {})
    response = page_of(replace(desk, visit=replace(desk.visit, destination=now)), typed, {})
    keep_destination(response, now)
    return response


def _unknown_buyer(desk: Desk, typed: Mapping[str, str], wait: str) -> Response:
    """Show what it costs whoever has not said who buys: too many addresses were typed here."""
    with services().database.reading(desk.visit.scope) as connection:
        now = desk_for(connection, desk.visit, replace(desk.cart, email=""), desk.saved)
    return page_of(now, typed, {"email": wait}, status=_UNPROCESSABLE)


def _checked(desk: Desk, typed: Mapping[str, str]) -> Response:
    """Place the order if all that is needed was typed; else say what is missing."""
    contact, faults = read_contact(
        typed,
        country=desk.cart.country,
        language=desk.visit.language,
        travels=desk.travels,
    )
    method = _method(desk, typed)
    if desk.paying.due and method is None:
        faults["method"] = _("Choose how to pay.")
    if not _as_chosen(desk, typed):
        faults["delivery"] = _("Choose a way of delivery.")
    wait = too_many_guessed(desk.visit, desk.quote)
    if wait:
        return _unknown_buyer(desk, typed, wait)
    if faults or contact is None:
        return page_of(desk, typed, faults, status=_UNPROCESSABLE)
    return _place(desk, typed, contact, method)


def _with_codes(desk: Desk, typed: Mapping[str, str]) -> Response:
    """Take in a code or credit, or leave one out, and show the new total; what was typed stays."""
    fault, visit = "", desk.visit
    try:
        remember(desk)
        if "drop" in typed:
            leave_out(visit, desk.cart, typed["drop"])
        elif "credit" in typed:
            lay_own_credit(visit, desk.cart, typed["credit"])
        else:
            fault = enter_typed(visit, desk.cart, typed["code"])
    except CartClosedError:  # ordered meanwhile, in another tab
        return _to(visit.path("checkout"))
    with services().database.reading(visit.scope) as connection:
        kept = last_cart(connection, visit)
        if kept is not None:
            cart = replace(desk.cart, codes=kept.codes, stored_value=kept.stored_value)
        else:
            cart = replace(desk.cart, codes=(), stored_value=())
        now = desk_for(connection, visit, cart, desk.saved)
    wait = too_many_guessed(visit, now.quote)
    if wait:
        return _unknown_buyer(now, typed, wait)
    if fault:
        return page_of(now, typed, {"code": fault}, status=_UNPROCESSABLE)
    return page_of(now, {**typed, "code": ""}, {})


def _in_currency(desk: Desk, typed: Mapping[str, str], currency: str) -> Response:
    """Count everything in another currency: the cart is filled anew, what was typed stays."""
    chosen = Destination(desk.cart.country, currency)
    with services().database.transaction(desk.visit.scope) as session:
        moved = cart_in(session, desk.visit, desk.cart, chosen)
        moved = replace(moved, region=desk.cart.region, email=desk.cart.email)
        now = desk_for(session.connection(), desk.visit, moved, desk.saved)
    response = page_of(now, typed, {})
    keep_cart(response, desk.visit.merchant.slug, moved.id)
    keep_destination(response, chosen)
    return response


def _place(
    desk: Desk, typed: Mapping[str, str], contact: Contact, method: Method | None
) -> Response:
    agreed = _agreed(typed, desk.cart.currency)
    value = _agreed(typed, desk.cart.currency, "agreed_value")
    try:
        placement = services().database.run(
            desk.visit.scope,
            lambda session: _order(session, desk, contact, (agreed, value), method),
        )
    except (TotalChangedError, ValueChangedError, ValueShortError) as error:
        return _again(desk, typed, contact, say(error.template, in_words(error)))
    except (OutOfStockError, NotForSaleError) as error:
        return _gone(desk, typed, contact, say(error.template, error.params))
    except (
        PromotionUsedUpError,
        UnpaidByEmailError,
        UnpaidByPlaceError,
    ) as error:
        return _again(desk, typed, contact, say(error.template, error.params))
    return _to(desk.visit.order_path(placement.order.id, "pay"))


def _order(
    session: Session,
    desk: Desk,
    contact: Contact,
    agreed: tuple[Money, Money],
    method: Method | None,
) -> Placement:
    """Write down who buys, how it goes, and the order: all of it or nothing."""
    mine = {"merchant_id": desk.visit.merchant.id, "cart_id": desk.cart.id}
    # Locked, so that of two clicks the one that comes second finds the order of the first.
    now = locked_cart(session, merchant_id=desk.visit.merchant.id, token=Shown.as_if(desk.cart.id))
    if now.order_id is None:
        if now.country != desk.cart.country:
            set_destination(session, **mine, country=desk.cart.country, region=desk.cart.region)
        address = contact.address if "keep" in request.form else None
        claim(session, desk.visit, cart=now, saved=desk.saved, keep=address)
        set_contact(
            session,
            **mine,
            email=contact.email,
            ship_to=contact.kept,
        )
        chosen = desk.quote.chosen
        choose_delivery(session, **mine, option=chosen.key if chosen else None)
    return place_order(
        session,
        durable=services().durable,
        merchant=desk.visit.merchant,
        cart_token=Shown.as_if(desk.cart.id),
        agreed_total=agreed[0],
        agreed_value=agreed[1],
        payment_plugin=method.plugin if method else "",
        at=desk.visit.at,
        placed_from=current_origin().mark(services().vault, within=desk.visit.merchant.id),
    )


def _gone(desk: Desk, typed: Mapping[str, str], contact: Contact, sentence: str) -> Response:
    """Show the page without what was sold or withdrawn meanwhile; each such thing says so itself."""
    now = _now(desk, contact)
    if not now.quote.lines:
        return nothing_left(now, typed)
    notices = () if now.quote.gone else (Notice(sentence, "wait"),)
    return page_of(now, typed, {}, status=_CONFLICT, notices=notices)


def _again(desk: Desk, typed: Mapping[str, str], contact: Contact, sentence: str) -> Response:
    """Show the page with what is true now; nothing was charged and nothing typed is lost."""
    notices = (Notice(sentence, "wait"),)
    return page_of(_now(desk, contact), typed, {}, status=_CONFLICT, notices=notices)


def _now(desk: Desk, contact: Contact) -> Desk:
    region = contact.address.region if contact.address else ""
    with services().database.reading(desk.visit.scope) as connection:
        cart = replace(desk.cart, region=region or None, email=contact.email)
        return desk_for(connection, desk.visit, cart, desk.saved)


def _method(desk: Desk, typed: Mapping[str, str]) -> Method | None:
    if len(desk.methods) == 1:
        return desk.methods[0]
    return next((each for each in desk.methods if each.plugin == typed.get("method")), None)


def _as_chosen(desk: Desk, typed: Mapping[str, str]) -> bool:
    """Return whether the order would go the way that was chosen, not one put in its place."""
    chosen = desk.quote.chosen
    return chosen is not None and typed.get("delivery", chosen.key) == chosen.key


def _agreed(typed: Mapping[str, str], currency: str, name: str = "agreed") -> Money:
    """Return the sum that stood on the page; anything unreadable agrees to nothing."""
    written = typed.get(name, "")
    readable = written.isascii() and written.isdecimal() and len(written) < 16  # noqa: PLR2004 - fits a bigint
    return Money(int(written) if readable else 0, currency)


def _to(path: str) -> Response:
    return make_response(redirect(path, _SEE_OTHER))

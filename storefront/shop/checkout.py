"""The checkout: one page, few fields, the whole total; then the order, and off to pay."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.errors import (
    CartClosedError,
    NotForSaleError,
    TotalChangedError,
    UnpaidByEmailError,
    UnpaidByPlaceError,
)
from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import (
    Placement,
    choose_delivery,
    place_order,
    set_contact,
    set_destination,
)
from commerce.checkout.service.locking import locked_cart
from commerce.fulfilment.rows import DeliveryKind
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.bearer import Shown
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.pricing.promotions.errors import PromotionUsedUpError
from commerce.web.access import public
from commerce.web.faults import say
from commerce.web.formats import money
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.shop.basket import cart_in, keep_cart, last_cart
from storefront.shop.cart import quote_of
from storefront.shop.contact import (
    Contact,
    contact_form,
    read_contact,
    settle_places,
    summary_of,
)
from storefront.shop.currencies import currency_words, offered_currency
from storefront.shop.deliveries import shown_options
from storefront.shop.destination import Destination, keep_destination
from storefront.shop.frame import Notice, head, shown
from storefront.shop.methods import Method, methods_for
from storefront.shop.ordered import order_of, send_on
from storefront.shop.saved import (
    Saved,
    book_facts,
    claim,
    filled_in,
    moved_notices,
    saved_here,
    with_saved,
)
from storefront.shop.tax_told import tax_of_quote
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before the shopper: the cart as the form says it, its price, the ways to pay."""

    visit: Visit
    cart: CartRow
    quote: Quote
    methods: tuple[Method, ...]
    saved: Saved | None
    offered: str | None
    """The currency of the country, if another one was chosen."""

    @property
    def travels(self) -> bool:
        """Whether an address is needed."""
        chosen = self.quote.chosen
        return chosen is not None and chosen.kind is DeliveryKind.PARCEL


@public
def checkout(merchant: str) -> Response:
    """Show the checkout with what is known already."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        kept = last_cart(connection, visit)
        if kept is None or kept.order_id is not None:
            order = order_of(connection, kept)
            return _to(visit.order_path(order.id) if order else visit.path("cart"))
        saved = saved_here(connection, visit)
        cart, typed = filled_in(kept, saved)
        desk = _desk(connection, visit, replace(cart, email=typed.get("email", "")), saved)
        if not desk.quote.lines or desk.quote.unsellable:
            return _to(visit.path("cart"))
    return _page(desk, typed, {}, notices=moved_notices(kept, cart))


@public
def place(merchant: str) -> Response:
    """Count anew, or place the order: the button that was pressed says which."""
    typed = {name: value.strip() for name, value in request.form.items()}
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        kept = last_cart(connection, visit)
        if kept is None or kept.order_id is not None:
            return send_on(connection, visit, kept, typed)
        saved = saved_here(connection, visit)
        shown_for = typed.get("was_country", kept.country)
        another = saved is not None and typed.get("saved", "") != typed.get("was_saved", "")
        if saved is not None and another:
            typed = with_saved(typed, saved)
        typed = settle_places(typed, _country(visit, kept, typed))
        cart = _as_typed(visit, kept, typed)
        desk = _desk(connection, visit, cart, saved)
    if not desk.quote.lines or desk.quote.unsellable:
        return _to(visit.path("cart"))
    if typed.get("do") == "currency" and desk.offered is not None:
        return _in_currency(desk, typed, desk.offered)
    if typed.get("do") != "place" or another or cart.country != shown_for:
        try:
            _remember(desk)
        except CartClosedError:  # ordered meanwhile, in another tab
            return _to(visit.path("checkout"))
        return _page(desk, typed, {})
    return _checked(desk, typed)


def _checked(desk: Desk, typed: Mapping[str, str]) -> Response:
    """Place the order if all that is needed was typed; else say what is missing."""
    contact, faults = read_contact(
        typed,
        country=desk.cart.country,
        language=desk.visit.language,
        travels=desk.travels,
    )
    method = _method(desk, typed)
    if desk.quote.total and method is None:
        faults["method"] = _("Choose how to pay.")
    if desk.quote.chosen is None:
        faults["delivery"] = _("Choose a way of delivery.")
    if faults or contact is None:
        return _page(desk, typed, faults, status=_UNPROCESSABLE)
    return _place(desk, typed, contact, method)


def _in_currency(desk: Desk, typed: Mapping[str, str], currency: str) -> Response:
    """Count everything in another currency: the cart is filled anew, what was typed stays."""
    chosen = Destination(desk.cart.country, currency)
    with services().database.transaction(desk.visit.scope) as session:
        moved = cart_in(session, desk.visit, desk.cart, chosen)
        moved = replace(moved, region=desk.cart.region, email=desk.cart.email)
        now = _desk(session.connection(), desk.visit, moved, desk.saved)
    response = _page(now, typed, {})
    keep_cart(response, desk.visit.merchant.slug, moved.id)
    keep_destination(response, chosen)
    return response


def _place(
    desk: Desk, typed: Mapping[str, str], contact: Contact, method: Method | None
) -> Response:
    agreed = _agreed(typed, desk.cart.currency)
    try:
        placement = services().database.run(
            desk.visit.scope,
            lambda session: _order(session, desk, contact, agreed, method),
        )
    except TotalChangedError as error:
        return _again(desk, typed, contact, say(error.template, _told(error)))
    except (
        OutOfStockError,
        PromotionUsedUpError,
        UnpaidByEmailError,
        UnpaidByPlaceError,
    ) as error:
        return _again(desk, typed, contact, say(error.template, error.params))
    except NotForSaleError:
        return _to(desk.visit.path("cart"))
    return _to(desk.visit.order_path(placement.order.id, "pay"))


def _order(
    session: Session, desk: Desk, contact: Contact, agreed: Money, method: Method | None
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
            ship_to=contact.address.as_json() if contact.address else None,
        )
        chosen = desk.quote.chosen
        choose_delivery(session, **mine, option=chosen.key if chosen else None)
    return place_order(
        session,
        durable=services().durable,
        merchant=desk.visit.merchant,
        cart_token=Shown.as_if(desk.cart.id),
        agreed_total=agreed,
        payment_plugin=method.plugin if method else "",
        at=desk.visit.at,
        placed_from=current_origin().mark(services().vault, within=desk.visit.merchant.id),
    )


def _again(desk: Desk, typed: Mapping[str, str], contact: Contact, sentence: str) -> Response:
    """Show the page with what is true now; nothing was charged and nothing typed is lost."""
    region = contact.address.region if contact.address else ""
    with services().database.reading(desk.visit.scope) as connection:
        cart = replace(desk.cart, region=region or None, email=contact.email)
        now = _desk(connection, desk.visit, cart, desk.saved)
    return _page(now, typed, {}, status=_CONFLICT, notices=(Notice(sentence, "wait"),))


def _desk(connection: Connection, visit: Visit, cart: CartRow, saved: Saved | None) -> Desk:
    # Promotions ask who buys: the page has to count as placing will, once the cart is claimed.
    cart = replace(cart, customer_id=saved.person.id if saved else None)
    quote = quote_of(connection, visit, cart)
    return Desk(
        visit=visit,
        cart=cart,
        quote=quote,
        offered=offered_currency(connection, visit, quote),
        methods=methods_for(connection, visit, currency=cart.currency),
        saved=saved,
    )


def _country(visit: Visit, cart: CartRow, typed: Mapping[str, str]) -> str:
    """Return the country that the form says, if the shop delivers there."""
    served = {code for code, _name in visit.facts.countries}
    wanted = typed.get("country", "")
    return wanted if wanted in served else cart.country


def _as_typed(visit: Visit, cart: CartRow, typed: Mapping[str, str]) -> CartRow:
    """Return the cart with the country, the delivery and the e-mail address that the form says."""
    cart = replace(cart, email=typed.get("email", cart.email))
    country = _country(visit, cart, typed)
    region = typed.get("region") or None
    if country != cart.country:
        return replace(cart, country=country, region=region, delivery_option=None)
    return replace(
        cart,
        delivery_option=typed.get("delivery") or cart.delivery_option,
        region=region if cart.region is not None or region else None,
    )


def _remember(desk: Desk) -> None:
    """Keep the country and the delivery, so that leaving the page loses neither."""
    mine = {"merchant_id": desk.visit.merchant.id, "cart_id": desk.cart.id}
    with services().database.transaction(desk.visit.scope) as session:
        set_destination(session, **mine, country=desk.cart.country, region=desk.cart.region)
        chosen = desk.quote.chosen
        choose_delivery(session, **mine, option=chosen.key if chosen else None)


def _method(desk: Desk, typed: Mapping[str, str]) -> Method | None:
    if len(desk.methods) == 1:
        return desk.methods[0]
    return next((each for each in desk.methods if each.plugin == typed.get("method")), None)


def _agreed(typed: Mapping[str, str], currency: str) -> Money:
    """Return the total that stood on the page; anything unreadable agrees to nothing."""
    written = typed.get("agreed", "")
    readable = written.isascii() and written.isdecimal() and len(written) < 16  # noqa: PLR2004 - fits a bigint
    return Money(int(written) if readable else 0, currency)


def _told(error: CommerceError) -> dict[str, str]:
    return {
        name: money(value) if isinstance(value, Money) else str(value)
        for name, value in error.params.items()
    }


def _page(
    desk: Desk,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    status: int = 200,
    notices: tuple[Notice, ...] = (),
) -> Response:
    visit = desk.visit
    title = _("Checkout")
    form = contact_form(desk.cart.country, language=visit.language, typed=typed)
    return shown(
        "shop/checkout.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if faults else title),
        status=status,
        notices=notices,
        quote=desk.quote,
        options=shown_options(visit, desk.quote.options, desk.quote.chosen),
        tax=tax_of_quote(desk.quote, visit.language),
        methods=desk.methods,
        travels=desk.travels,
        offered=currency_words(desk.offered, visit.language) if desk.offered else "",
        form=form,
        typed=typed,
        faults=faults,
        **book_facts(desk.saved, typed, country=desk.cart.country, language=visit.language),
        summary=summary_of(faults, form),
    )


def _to(path: str) -> Response:
    return make_response(redirect(path, _SEE_OTHER))

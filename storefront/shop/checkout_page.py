"""The checkout's page: what lies before the shopper, and how it stands after every change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import choose_delivery, set_destination
from commerce.fulfilment.rows import DeliveryKind
from commerce.web.services import services
from storefront.shop.cart import quote_of
from storefront.shop.codes import asks_who, promotions_on, told_codes
from storefront.shop.contact import contact_form, summary_of
from storefront.shop.currencies import OfferedCurrency, offered_currency
from storefront.shop.deliveries import ShownOption, shown_options
from storefront.shop.frame import Notice, head, shown
from storefront.shop.methods import Method, methods_for
from storefront.shop.saved import Saved, book_facts
from storefront.shop.tax_told import tax_of_quote
from storefront.shop.value import Paying, paying_of, value_name
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before the shopper: the cart as the form says it, its price, the ways to pay."""

    visit: Visit
    cart: CartRow
    quote: Quote
    methods: tuple[Method, ...]
    saved: Saved | None
    options: tuple[ShownOption, ...]
    offered: OfferedCurrency | None
    """A currency that serves better than the one that was chosen."""
    paying: Paying

    @property
    def travels(self) -> bool:
        """Whether an address is needed."""
        chosen = self.quote.chosen
        return chosen is not None and chosen.kind is DeliveryKind.PARCEL


def desk_for(connection: Connection, visit: Visit, cart: CartRow, saved: Saved | None) -> Desk:
    """Return the cart with its price and the ways to pay.

    Promotions ask who buys: the page has to count as placing will, once the cart is claimed.
    """
    cart = replace(cart, customer_id=saved.person.id if saved else None)
    quote = quote_of(connection, visit, cart)
    return Desk(
        visit=visit,
        cart=cart,
        quote=quote,
        options=shown_options(connection, visit, quote),
        offered=offered_currency(connection, visit, quote),
        methods=methods_for(connection, visit, currency=cart.currency),
        saved=saved,
        paying=paying_of(connection, cart=cart, quote=quote, at=visit.at),
    )


def country_typed(visit: Visit, cart: CartRow, typed: Mapping[str, str]) -> str:
    """Return the country that the form says, if the shop delivers there."""
    served = {code for code, _name in visit.facts.countries}
    wanted = typed.get("country", "")
    return wanted if wanted in served else cart.country


def country_shown(cart: CartRow, typed: Mapping[str, str]) -> str:
    """Return the country for which the page was shown that the form came from.

    The address book may have filled it in, so it need not be the one that the cart keeps.
    """
    return typed.get("was_country", cart.country)


def as_typed(visit: Visit, cart: CartRow, typed: Mapping[str, str]) -> CartRow:
    """Return the cart with the country, the delivery and the e-mail address that the form says.

    A delivery was chosen among those of the country that was shown: another one asks anew.
    """
    country = country_typed(visit, cart, typed)
    stays = country == country_shown(cart, typed)
    before = cart.delivery_option if country == cart.country else None
    return replace(
        cart,
        email=typed.get("email", cart.email),
        country=country,
        region=typed.get("region") or None,
        delivery_option=(typed.get("delivery") or before) if stays else None,
    )


def remember(desk: Desk) -> None:
    """Keep the country and the delivery, so that leaving the page loses neither."""
    mine = {"merchant_id": desk.visit.merchant.id, "cart_id": desk.cart.id}
    with services().database.transaction(desk.visit.scope) as session:
        set_destination(session, **mine, country=desk.cart.country, region=desk.cart.region)
        chosen = desk.quote.chosen
        choose_delivery(session, **mine, option=chosen.key if chosen else None)


def page_of(
    desk: Desk,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    status: int = 200,
    notices: tuple[Notice, ...] = (),
) -> Response:
    """Show the page, with a sentence for each field at fault."""
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
        codes=[*told_codes(desk.quote, visit.language), *desk.paying.laid],
        paying=desk.paying,
        value_name=value_name,
        asks_who=asks_who(desk.quote),
        off=promotions_on(desk.quote, visit.language),
        options=desk.options,
        tax=tax_of_quote(desk.quote, visit.language),
        methods=desk.methods,
        travels=desk.travels,
        can_place=not desk.quote.gone and bool(desk.methods or not desk.paying.due),
        offered=desk.offered,
        form=form,
        typed=typed,
        faults=faults,
        **book_facts(desk.saved, typed, country=desk.cart.country, language=visit.language),
        summary=summary_of(faults, form),
    )

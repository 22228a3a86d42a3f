"""Ways of delivery as shoppers choose between them: name, days, price."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.rows import Quote
from commerce.fulfilment.rows import DeliveryKind, DeliveryOption
from commerce.kernel.money import Money, total
from commerce.pricing.charged import as_charged
from commerce.web.formats import money
from storefront.shop.destination import country_in_sentence
from storefront.shop.pickup_tax import pickup_goods
from storefront.shop.promises import pickup_words, ready_words, span_words
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class ShownOption:
    """One way of delivery; `free_from` is the goods total from which it costs nothing."""

    key: str
    name: str
    when: str
    price: Money
    free_from: Money | None
    chosen: bool
    kind: str
    store: str = ""
    """Where it is picked up; `when` does not say it again."""
    taxed: str = ""
    """What the goods cost picked up, where that is more than delivered."""
    was: Money | None = None
    """What it costs without the promotion that makes it cheaper."""


def shown_options(connection: Connection, visit: Visit, quote: Quote) -> tuple[ShownOption, ...]:
    """Return the options of a quote in words."""
    goods, off = pickup_goods(connection, visit, quote), _taken_off(quote)
    return tuple(
        ShownOption(
            key=option.key,
            name=option.name_in(visit.language),
            when=_when(visit, option),
            price=_price(option, quote) - off if option == quote.chosen else _price(option, quote),
            was=_price(option, quote) if off and option == quote.chosen else None,
            free_from=option.free_from if option.price else None,
            chosen=quote.chosen is not None and option.key == quote.chosen.key,
            kind=option.kind.value,
            store=_pickup_called(visit, option),
            taxed=_taxed(visit, goods) if goods and option.kind is DeliveryKind.PICKUP else "",
        )
        for option in quote.options
    )


def _taken_off(quote: Quote) -> Money:
    """Return what promotions take off the delivery that is chosen."""
    charged = quote.delivery_charged
    return total(charged.off if charged else (), currency=quote.cart.currency)


def _price(option: DeliveryOption, quote: Quote) -> Money:
    """Return what an option costs with its tax, as far as the chosen one tells it."""
    chosen, delivery = quote.chosen, quote.delivery
    if chosen is None or delivery is None or option.kind is not chosen.kind:
        return option.price
    if delivery.includes_tax:
        return option.price
    return as_charged(option.price, listed=delivery.net, gross=delivery.gross)


def _taxed(visit: Visit, goods: Money) -> str:
    country = country_in_sentence(visit.merchant.country, visit.language)
    return str(
        _("Goods %(price)s, with the tax of %(country)s", price=money(goods), country=country)
    )


def _store(visit: Visit, option: DeliveryOption) -> str:
    names = visit.facts.store_names
    return names.get(option.location_id, "") if option.location_id else ""


def _pickup_called(visit: Visit, option: DeliveryOption) -> str:
    """Return a pickup by the name that its merchant gave it, with the store where it lacks it."""
    name, store = option.name_in(visit.language), _store(visit, option)
    if not store or store in name:
        return name if store else ""
    return f"{name} · {store}"


def _when(visit: Visit, option: DeliveryOption) -> str:
    if option.kind is DeliveryKind.PICKUP and option.ready_at and _store(visit, option):
        return ready_words(visit, option)
    return when_words(visit, option)


def when_words(visit: Visit, option: DeliveryOption) -> str:
    """Return when an order reaches the shopper this way."""
    if option.kind is DeliveryKind.SERVICE:
        return str(_("We begin %(when)s", when=span_words(option.earliest, option.latest)))
    if option.location_id is None or option.ready_at is None:
        return str(_("Arrives %(when)s", when=span_words(option.earliest, option.latest)))
    store = visit.facts.store_names.get(option.location_id, option.name_in(visit.language))
    return pickup_words(visit, option, store)

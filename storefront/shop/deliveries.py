"""Ways of delivery as shoppers choose between them: name, days, price."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from commerce.fulfilment.rows import DeliveryKind, DeliveryOption
from commerce.kernel.money import Money
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


def shown_options(
    visit: Visit, options: Sequence[DeliveryOption], chosen: DeliveryOption | None
) -> tuple[ShownOption, ...]:
    """Return the options of a quote in words."""
    return tuple(
        ShownOption(
            key=option.key,
            name=option.name_in(visit.language),
            when=_when(visit, option),
            price=option.price,
            free_from=option.free_from if option.price else None,
            chosen=chosen is not None and option.key == chosen.key,
            kind=option.kind.value,
            store=_store(visit, option),
        )
        for option in options
    )


def _store(visit: Visit, option: DeliveryOption) -> str:
    names = visit.facts.store_names
    return names.get(option.location_id, "") if option.location_id else ""


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

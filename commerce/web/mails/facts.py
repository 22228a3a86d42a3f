"""What letters about orders say, written out: amounts, dates and addresses in the order's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time

from commerce.customers.addresses import Address, postal_lines
from commerce.inventory.rows import LocationRow
from commerce.kernel.bearer import ORDER_PLACE
from commerce.kernel.money import Money
from commerce.kernel.territories import territory_name
from commerce.orders.charged import (
    charged_delivery,
    charged_line,
    promotions_off,
    saved_by_promotions,
)
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.park.policies import PolicyKind
from commerce.park.queries.merchants import MerchantCard
from commerce.park.queries.shop_policies import PolicyBook
from commerce.pricing.charged import Charged
from commerce.web.formats import WITH_ARTICLE, day_in, days_in, money_in
from commerce.web.tax_words import TaxTerm, tax_term


@dataclass(frozen=True, slots=True)
class ToldOff:
    """What a promotion took off."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line as the letter shows it."""

    name: str
    variant: str
    quantity: int
    total: str
    off: tuple[ToldOff, ...] = ()
    """What promotions took off; `total` is what is left."""


@dataclass(frozen=True, slots=True)
class ToldPayment:
    """What one way to pay has paid, such as a gift card by the end of its code."""

    kind: str
    """The tender: `online`, `gift_card` or `store_credit`."""
    last_four: str
    amount: str


@dataclass(frozen=True, slots=True)
class ToldGoods:
    """Units of a line, without what they cost."""

    name: str
    variant: str
    quantity: int


@dataclass(frozen=True, slots=True)
class AboutOrder:
    """What every letter about an order knows: its language, who writes, and where its page is."""

    order: OrderRow
    language: str
    shop: str
    reply_to: str
    """Where answers go; empty when nobody reads them."""
    url: str


@dataclass(frozen=True, slots=True)
class ConfirmationFacts(AboutOrder):
    """Everything in the letter, ready to be read."""

    lines: tuple[ToldLine, ...]
    goods: str
    delivery: str
    delivery_off: tuple[ToldOff, ...]
    delivery_name: str
    tax: str
    tax_is_import: bool
    untaxed_in: str
    """The country that may ask taxes on arrival, in an export; else empty."""
    total: str
    saved: str
    """What promotions took off in all; empty without any."""
    paid: tuple[ToldPayment, ...]
    kind: str
    days: str
    """On or between which days it arrives or begins; empty where none are promised."""
    ready_day: str
    ready_hour: str
    place: tuple[str, ...]
    """The store where it is picked up: name, address, telephone."""
    address: tuple[str, ...]
    terms_url: str
    """The terms that held when it was ordered, in the version of that day; empty without any."""
    returns_url: str

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        if self.language == "zh":
            return f"{self.shop}：订单 {self.order.number} 已确认"
        return f"{self.shop}: order {self.order.number} is placed"


@dataclass(frozen=True, slots=True)
class UnpaidFacts(AboutOrder):
    """What the letter about an order that waits for its money says."""

    lines: tuple[ToldGoods, ...]
    total: str

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        if self.language == "zh":
            return f"{self.shop}：订单 {self.order.number} 尚未付款"
        return f"{self.shop}: order {self.order.number} is not paid yet"


def unpaid_facts(
    *, order: OrderRow, lines: Iterable[OrderLineRow], merchant: MerchantCard, public_url: str
) -> UnpaidFacts:
    """Return what the letter about an unpaid order says."""
    language = language_of(order)
    return UnpaidFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=order_url(merchant, public_url, language),
        lines=tuple(ToldGoods(each.name, each.variant_name, each.quantity) for each in lines),
        total=money_in(order.total, language),
    )


def language_of(order: OrderRow) -> str:
    """Return the language in which was ordered: "zh" or "en"."""
    return "zh" if order.locale.startswith("zh") else "en"


def order_url(merchant: MerchantCard, public_url: str, language: str) -> str:
    """Return the address of the order's page; its token is put in when the letter leaves."""
    return f"{public_url}/{language}/{merchant.slug}/order/{ORDER_PLACE}"


def confirmation_facts(
    *,
    order: OrderRow,
    lines: Iterable[OrderLineRow],
    merchant: MerchantCard,
    public_url: str,
    paid: Iterable[ToldPayment] = (),
    store: LocationRow | None = None,
    policies: PolicyBook | None = None,
) -> ConfirmationFacts:
    """Return what the confirmation of `order` says; `store` is where it is picked up.

    The terms go along as they held that day (Directive 2011/83/EU, article 8 (7)).
    """
    language = language_of(order)
    book = policies or PolicyBook()

    def stated(kind: PolicyKind) -> str:
        held = book.at(kind, order.created_at)
        shop = f"{public_url}/{language}/{merchant.slug}"
        return f"{shop}/policies/{kind}/{held.number}" if held else ""

    sold = tuple(lines)
    term = tax_term(reason for line in sold for reason in line.reasons)
    told = order.delivery
    moment = _ready_at(order, merchant)
    saved = saved_by_promotions(order, sold)

    def written(minor: int) -> str:
        return money_in(Money(minor, order.currency), language)

    return ConfirmationFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=order_url(merchant, public_url, language),
        lines=tuple(_told_line(line, order.currency, language) for line in sold),
        goods=written(order.goods_minor),
        delivery=written(order.delivery_minor) if order.delivery_minor else "",
        delivery_off=_told_off(told.get("reasons", ()), charged_delivery(order), language),
        delivery_name=str(told.get("name_zh" if language == "zh" else "name") or ""),
        tax=written(order.tax_minor) if order.tax_minor else "",
        tax_is_import=term is TaxTerm.IMPORT_INCLUDED,
        untaxed_in=_untaxed_in(order, language) if term is TaxTerm.MAY_BE_ASKED else "",
        total=written(order.total_minor),
        saved=written(saved.amount_minor) if saved else "",
        paid=tuple(paid),
        kind=str(told.get("kind") or ""),
        days=days_of(told, language),
        ready_day=day_in(moment.date(), language) if moment else "",
        ready_hour=format_time(moment, "HH:mm", locale=language) if moment else "",
        place=place_lines(store, language) if store else (),
        address=address_of(order, language),
        terms_url=stated(PolicyKind.TERMS),
        returns_url=stated(PolicyKind.RETURNS),
    )


def _ready_at(order: OrderRow, merchant: MerchantCard) -> datetime | None:
    """Return when a pickup was promised to be ready, in the shop's own time."""
    ready = order.delivery.get("ready_at")
    if not ready:
        return None
    return datetime.fromisoformat(ready).astimezone(ZoneInfo(merchant.time_zone))


def _told_line(line: OrderLineRow, currency: str, language: str) -> ToldLine:
    return ToldLine(
        line.name,
        line.variant_name,
        line.quantity,
        money_in(Money(line.total_minor, currency), language),
        _told_off(line.reasons, charged_line(line, currency), language),
    )


def _told_off(
    reasons: Iterable[Mapping[str, Any]], paid: Charged, language: str
) -> tuple[ToldOff, ...]:
    """Return what each promotion took off."""
    given = promotions_off(reasons, paid.off, language)
    return tuple(ToldOff(name, money_in(amount, language)) for name, amount in given)


def place_lines(store: LocationRow, language: str) -> tuple[str, ...]:
    """Return a store as a letter names it: name, address, telephone."""
    name = store.name_zh if language == "zh" else store.name
    address = store.address_zh if language == "zh" else store.address
    lines = (name, *address.splitlines(), store.phone)
    return tuple(line.strip() for line in lines if line.strip())


def _untaxed_in(order: OrderRow, language: str) -> str:
    """Return the country of arrival inside a sentence; what is done here arrives nowhere."""
    if order.delivery.get("kind") == "service":
        return ""
    article = language == "en" and (order.ship_to or {}).get("country") in WITH_ARTICLE
    return f"the {_country(order, language)}" if article else _country(order, language)


def days_of(told: Mapping[str, Any], language: str) -> str:
    """Return the days that were promised with the order, written out; empty where none were."""
    first, last = told.get("earliest"), told.get("latest")
    if not (first and last):
        return ""
    return days_in(date.fromisoformat(first), date.fromisoformat(last), language)


def address_of(order: OrderRow, language: str) -> tuple[str, ...]:
    """Return where the order goes, line by line; nothing where it does not travel."""
    if not order.ship_to or "lines" not in order.ship_to:
        return ()
    kept = Address.from_json(order.ship_to)
    return (*postal_lines(kept, latin=language != "zh"), _country(order, language))


def _country(order: OrderRow, language: str) -> str:
    code = str((order.ship_to or {}).get("country", ""))
    return territory_name(code, language)

"""Today: tasks first, then the figures of both counters, the hours, and the newest orders."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy import Connection

from commerce.admission.checklist import checklist_of
from commerce.checkout.owing import Owing, count_owing, was_wanted
from commerce.inventory.queries import locations
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money, round_half_up
from commerce.orders.queries import (
    ChannelFigure,
    HourFigure,
    OrderFilter,
    figures,
    figures_by_hour,
    list_orders,
)
from commerce.park.permissions import Permission
from commerce.park.queries.merchants import MerchantCard
from commerce.payments.queries import GivenBack, given_back
from commerce.pricing.errors import NoExchangeRateError
from commerce.pricing.queries import exchange_rate
from commerce.web.formats import money, number, percent
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.identity.current import may
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import draw, link
from storefront.backoffice.orders.rows import shown_orders
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.tasks.first_steps import around, shown_steps
from storefront.backoffice.tasks.gathering import open_tasks

_FEW_ORDERS = 8
_OPENING, _CLOSING = 8, 22
_NOON, _EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class Day:
    """One of the merchant's days, from midnight to midnight in its own time zone."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Day":
        """Return the day that `moment` falls on."""
        day = moment.astimezone(zone).date()
        begins = datetime.combine(day, time(), tzinfo=zone)
        ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
        return cls(begins.astimezone(UTC), ends.astimezone(UTC))


@needs(Permission.VIEW_DESK)
def today() -> Response:
    """Show what needs somebody, then how the day goes."""
    merchant, now = current_merchant(), utc_now()
    zone = ZoneInfo(merchant.time_zone)
    day, yesterday = Day.of(now, zone), Day.of(now - timedelta(days=1), zone)
    with services().database.reading(current_scope()) as connection:
        waiting = count_owing(connection)
        tasks = open_tasks(connection, waiting=waiting)
        checklist = checklist_of(connection, merchant_id=merchant.id, around=around())
        into = _Converter(connection, merchant, now)
        sold = figures(connection, since=day.since, until=day.until)
        before = figures(connection, since=yesterday.since, until=yesterday.until)
        back = given_back(connection, since=day.since, until=day.until)
        back_before = given_back(connection, since=yesterday.since, until=yesterday.until)
        hours = figures_by_hour(connection, since=day.since, until=day.until)
        newest = list_orders(
            connection, narrowed=OrderFilter(), only=was_wanted(), most=_FEW_ORDERS
        )
        orders = shown_orders(connection, newest, locations(connection))
        is_quiet = not hours
        if is_quiet:
            hours = figures_by_hour(connection, since=yesterday.since, until=yesterday.until)
        chart = _chart(hours, into, zone)
        entries = _entries(
            _Takings.of(sold, back, into),
            _Takings.of(before, back_before, into),
            into,
            waiting.get(Owing.GOODS, 0),
        )
    is_trading = checklist.can_sell and checklist.sold
    steps = () if is_trading else shown_steps(checklist, may=may, link=link)
    missing = sum(1 for step in steps if step.needed and not step.done)
    return draw(
        "today.html",
        title=greeting(now.astimezone(zone).hour, len(tasks) + missing),
        room="today",
        tasks=tasks,
        steps=steps,
        figures=entries,
        chart=chart,
        is_quiet=is_quiet,
        orders=orders,
        is_mixed=into.is_mixed,
        unknown=into.unknown,
        own=into.currency,
    )


def greeting(hour: int, count: int) -> str:
    """Return a good day at this hour, and how much needs the reader."""
    hello = _("Good evening.")
    if hour < _NOON:
        hello = _("Good morning.")
    elif hour < _EVENING:
        hello = _("Good afternoon.")
    if count == 0:
        return _joined(hello, _("Nothing needs you."))
    few = (_("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"))
    word = few[count - 1] if count <= len(few) else str(count)
    said = ngettext("%(word)s thing needs you.", "%(word)s things need you.", count, word=word)
    return _joined(hello, said)


def _joined(first: str, second: str) -> str:
    """Put two sentences after one another; Chinese has no space between them."""
    return first + second if language() == "zh" else f"{first} {second}"


class _Converter:
    """Brings every currency into the merchant's own, at today's rate; what has none is left out."""

    def __init__(self, connection: Connection, merchant: MerchantCard, now: datetime) -> None:
        self.currency = merchant.currency
        self._connection = connection
        self._now = now
        self._rates: dict[str, Decimal | None] = {self.currency: Decimal(1)}

    def minor(self, amount_minor: int, currency: str) -> int:
        """Return an amount of `currency` in minor units of the merchant's currency."""
        rate = self._rate(currency)
        if rate is None:
            return 0
        major = Money(amount_minor, currency).major * rate
        return round_half_up(major / Money(1, self.currency).major)

    def knows(self, currency: str) -> bool:
        """Return whether amounts of `currency` count."""
        return self._rate(currency) is not None

    @property
    def is_mixed(self) -> bool:
        """Whether another currency has been brought into the merchant's own."""
        return any(
            rate is not None for currency, rate in self._rates.items() if currency != self.currency
        )

    @property
    def unknown(self) -> tuple[str, ...]:
        """Currencies that were met and have no rate."""
        return tuple(sorted(currency for currency, rate in self._rates.items() if rate is None))

    def _rate(self, currency: str) -> Decimal | None:
        if currency not in self._rates:
            self._rates[currency] = self._found(currency)
        return self._rates[currency]

    def _found(self, currency: str) -> Decimal | None:
        try:
            quote = exchange_rate(
                self._connection, source=currency, target=self.currency, at=self._now
            )
        except NoExchangeRateError:
            return None
        return 1 / quote.rate if quote.inverted else quote.rate


@dataclass(frozen=True, slots=True)
class _Takings:
    """What a day sold and what it gave back, in minor units of the merchant's currency."""

    sold: Sequence[ChannelFigure]
    gross: int
    back: Mapping[bool, int]
    """What went back, of the tills and of the web."""
    lost: Mapping[str, int]
    """What no sum holds, because nobody said what its currency is worth."""

    @classmethod
    def of(
        cls, sold: Sequence[ChannelFigure], back: Sequence[GivenBack], into: "_Converter"
    ) -> "_Takings":
        """Bring a day's figures into the merchant's currency."""
        gone = {True: 0, False: 0}
        for each in back:
            gone[each.channel is Channel.TILL] += into.minor(each.amount_minor, each.currency)
        lost: dict[str, int] = defaultdict(int)
        for figure in sold:
            if not into.knows(figure.currency):
                lost[figure.currency] += figure.total_minor
        for each in back:
            if not into.knows(each.currency):
                lost[each.currency] -= each.amount_minor
        gross = sum(into.minor(figure.total_minor, figure.currency) for figure in sold)
        return cls(sold, gross, gone, lost)

    @property
    def orders(self) -> int:
        """How many orders were sold."""
        return sum(each.orders for each in self.sold)

    @property
    def given_back(self) -> int:
        """What went back, of both counters."""
        return sum(self.back.values())


def _entries(
    today: _Takings, yesterday: _Takings, into: _Converter, waiting: int
) -> list[dict[str, Any]]:
    counted = sum(each.orders for each in today.sold if into.knows(each.currency))
    average = money(_mean(Money(today.gross, into.currency), counted)) if counted else ""
    shares = _shares(today, into) if today.gross else ""
    entries: list[dict[str, Any]] = [
        {
            "label": _("Sold today"),
            "value": money(Money(today.gross, into.currency)),
            "note": _noted(shares or ("" if today.orders else _("nothing yet")), _left_out(today)),
            "more": _net(today, into),
        },
        {
            "label": _("Orders today"),
            "value": number(today.orders),
            "note": _("%(amount)s on average", amount=average) if counted else _("both counters"),
        },
        {
            "label": _("Sold yesterday"),
            "value": money(Money(yesterday.gross, into.currency)),
            "note": _noted(
                ngettext("%(num)d order", "%(num)d orders", yesterday.orders), _left_out(yesterday)
            ),
            "more": _net(yesterday, into),
        },
    ]
    return [*entries, _to_send(waiting)] if may(Permission.VIEW_ORDERS) else entries


def _net(day: _Takings, into: _Converter) -> str:
    """Return what went back of which counter, and what is left; nothing where nothing went back."""
    if not day.given_back:
        return ""
    web, tills = (money(Money(day.back[each], into.currency)) for each in (False, True))
    return _(
        "given back: web %(web)s · tills %(tills)s; net %(net)s",
        web=web,
        tills=tills,
        net=money(Money(day.gross - day.given_back, into.currency)),
    )


def _left_out(day: _Takings) -> str:
    """Return which amounts no sum holds, because nobody said what their currency is worth."""
    amounts = [money(Money(minor, currency)) for currency, minor in sorted(day.lost.items())]
    return _("without %(amounts)s", amounts=" + ".join(amounts)) if amounts else ""


def _noted(*notes: str) -> str:
    return " · ".join(note for note in notes if note)


def _shares(day: _Takings, into: _Converter) -> str:
    """Return how much of the day's sales each counter took."""
    tills = sum(
        into.minor(each.total_minor, each.currency)
        for each in day.sold
        if each.channel is Channel.TILL
    )
    return _(
        "web %(web)s · tills %(tills)s",
        web=percent(round((day.gross - tills) / day.gross, 2)),
        tills=percent(round(tills / day.gross, 2)),
    )


def _to_send(waiting: int) -> dict[str, Any]:
    return {
        "label": _("Waiting to leave"),
        "value": number(waiting),
        "note": _("paid, not sent yet"),
        "url": link("orders", state="placed"),
    }


def _chart(hours: Sequence[HourFigure], into: _Converter, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[bool, dict[int, int]] = {True: defaultdict(int), False: defaultdict(int)}
    for each in hours:
        at = each.hour.astimezone(zone).hour
        found[each.channel is Channel.TILL][at] += into.minor(each.total_minor, each.currency)
    seen = [at for of_one in found.values() for at in of_one]
    span = range(min([_OPENING, *seen]), max([_CLOSING, *(at + 1 for at in seen)]))
    return {
        "labels": [f"{at:02d}" for at in span],
        "series": [
            _series(_("Web"), "celadon", [found[False][at] for at in span], into.currency),
            _series(_("Tills"), "cinnabar", [found[True][at] for at in span], into.currency),
        ],
        "empty": not seen,
        "currency": into.currency,
    }


def _series(name: str, tone: str, minors: list[int], currency: str) -> dict[str, Any]:
    return {
        "name": name,
        "tone": tone,
        "values": [float(Money(minor, currency).major) for minor in minors],
        "texts": [money(Money(minor, currency)) for minor in minors],
    }


def _mean(total: Money, count: int) -> Money:
    """Return a share of an amount that is not negative, rounded half up."""
    return Money((2 * total.amount_minor + count) // (2 * count), total.currency)

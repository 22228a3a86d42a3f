"""Amounts, days and weights as people of each language write them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask, g

from commerce.kernel.money import Money
from commerce.web import formats


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        (Money(68800, "CNY"), "¥688.00", "¥688.00"),
        (Money(1500, "JPY"), "JP¥1,500", "JP¥1,500"),
        (Money(123456, "EUR"), "€1,234.56", "€1,234.56"),
        (Money(-950, "USD"), "-$9.50", "-US$9.50"),
        (Money(4997, "CHF"), "CHF\xa049.97", "CHF\xa049.97"),
        (Money(-4997, "SEK"), "-SEK\xa049.97", "-SEK\xa049.97"),
    ],
)
def test_money(amount: Money, english: str, chinese: str) -> None:
    assert in_language("en", lambda: formats.money(amount)) == english
    assert in_language("zh", lambda: formats.money(amount)) == chinese


@pytest.mark.parametrize(
    ("amounts", "written"),
    [
        ((Money(16800, "CNY"),), ("¥168",)),
        ((Money(9800, "CNY"), Money(126800, "CNY")), ("¥98", "¥1,268")),
        ((Money(9800, "CNY"), Money(26850, "CNY")), ("¥98.00", "¥268.50")),
        ((Money(1995, "EUR"),), ("€19.95",)),
        ((Money(1900, "CHF"),), ("CHF\xa019",)),
        ((Money(1500, "JPY"),), ("JP¥1,500",)),
        ((Money(0, "CNY"),), ("¥0",)),
        ((), ()),
    ],
)
def test_prices_on_a_shelf_drop_their_minor_units_where_all_of_them_are_whole(
    amounts: tuple[Money, ...], written: tuple[str, ...]
) -> None:
    assert formats.shelf_prices_in(amounts, "en") == written
    in_chinese = in_language("zh", lambda: " ".join(formats.shelf_prices(amounts)))
    assert in_chinese == " ".join(written)


def test_days_and_weights() -> None:
    day = date(2026, 12, 4)
    assert in_language("en", lambda: formats.day(day, with_year=False)) == "4 December"
    assert in_language("zh", lambda: formats.day(day, with_year=False)) == "12月4日"
    assert in_language("en", lambda: formats.grams(320)) == "320 g"
    assert in_language("en", lambda: formats.grams(1900)) == "1.9 kg"


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        (date(2026, 12, 7), date(2026, 12, 7), "on 7 December", "12月7日"),
        (date(2026, 12, 7), date(2026, 12, 14), "between 7 and 14 December", "12月7日至14日"),
        (
            date(2026, 12, 28),
            date(2027, 1, 3),
            "between 28 December and 3 January",
            "12月28日至1月3日",
        ),
    ],
)
def test_a_span_of_days_names_its_month_once(
    first: date, last: date, english: str, chinese: str
) -> None:
    assert formats.days_in(first, last, "en") == english
    assert formats.days_in(first, last, "zh") == chinese


def test_moments_are_told_in_the_merchants_time_zone() -> None:
    late = datetime(2026, 12, 4, 20, 30, tzinfo=UTC)
    assert in_language("en", lambda: formats.moment(late)) == "4 Dec 2026, 20:30"
    assert in_language("zh", lambda: formats.moment(late)) == "2026年12月4日 20:30"
    assert in_language("en", lambda: formats.day(late)) == "4 December 2026"
    assert in_language("en", lambda: formats.hour(late), time_zone="Asia/Shanghai") == "04:30"


def in_language(code: str, written: object, *, time_zone: str = "UTC") -> str:
    with Flask("t").test_request_context():
        g.language, g.time_zone = code, time_zone
        return written()  # type: ignore[operator, no-any-return]

"""How money, days, moments and quantities are written: by the page's language, never by hand."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask

from commerce.kernel.money import Money
from commerce.web.languages import language, time_zone

WITH_ARTICLE = frozenset({"AE", "BS", "CD", "CF", "DO", "GB", "GM", "MV", "NL", "PH", "US"})
"""Countries (ISO 3166-1) whose English names take an article inside a sentence."""

_AFTER_A_CODE = re.compile(r"(?<=[^\W\d_])(?=\d)")
_BEFORE_A_UNIT = re.compile(
    r"(?<=\d) (?=[^\W\d_]{1,3}(?![^\W\d_]))|(?<=[a-z]) (?=\d{1,2}(?![\d\s]))"
)


def install(app: Flask) -> None:
    """Give the templates of `app` the filters `money`, `shelf_prices`, `day`, `moment`, `hour` and `number`."""
    filters: dict[str, Callable[..., object]] = {
        "money": money,
        "bound": bound,
        "difference": difference,
        "shelf_prices": shelf_prices,
        "day": day,
        "moment": moment,
        "hour": hour,
        "number": number,
        "percent": percent,
        "grams": grams,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals["gap"] = gap


def gap() -> str:
    """Return what stands between two sentences: a space, and nothing after a Chinese full stop."""
    return "" if language() == "zh" else " "


def bound(name: str) -> str:
    """Return a name that never breaks between a number and its unit: 800 g, 800 克, stage 1."""
    return _BEFORE_A_UNIT.sub("\N{NO-BREAK SPACE}", name)


def money(amount: Money) -> str:
    """Return an amount with its currency, such as ¥688.00 or CHF 688.00."""
    return money_in(amount, language())


def difference(amount: Money) -> str:
    """Return by how much something is off, with its sign: a plus, or a true minus."""
    written = money(Money(abs(amount.amount_minor), amount.currency))
    if not amount:
        return written
    return f"+{written}" if amount.amount_minor > 0 else f"\N{MINUS SIGN}{written}"


def money_in(amount: Money, code: str) -> str:
    """Return an amount as the language `code` writes it, for letters and papers."""
    return _money(amount.amount_minor, amount.currency, code)


def shelf_prices(amounts: Iterable[Money]) -> tuple[str, ...]:
    """Return amounts that are read at a glance and together, such as ¥98 and ¥268.

    They drop their minor units where all of them are whole: a card with its earlier price, the two
    ends of a range. What is charged (cart, checkout, order, receipt) is always `money`.
    """
    return shelf_prices_in(amounts, language())


def shelf_prices_in(amounts: Iterable[Money], code: str) -> tuple[str, ...]:
    """Return `shelf_prices` as the language `code` writes them."""
    asked = tuple(amounts)
    written = _whole if all(each.major % 1 == 0 for each in asked) else _money
    return tuple(written(each.amount_minor, each.currency, code) for each in asked)


@lru_cache(maxsize=8192)
def _money(amount_minor: int, currency: str, code: str) -> str:
    text = format_currency(Money(amount_minor, currency).major, currency, locale=code)
    return _named(text, currency)


@lru_cache(maxsize=8192)
def _whole(amount_minor: int, currency: str, code: str) -> str:
    exact = Locale.parse(code).currency_formats["standard"].pattern
    text = format_currency(
        Money(amount_minor, currency).major,
        currency,
        format=exact.replace(".00", ""),
        currency_digits=False,
        locale=code,
    )
    return _named(text, currency)


def _named(text: str, currency: str) -> str:
    # CLDR puts a no-break space between a letter and a digit (currencySpacing), as browsers do for
    # the till; Babel leaves it out.
    text = _AFTER_A_CODE.sub("\N{NO-BREAK SPACE}", text)
    # In this house ¥ alone is the yuan in both languages, and the yen says so.
    if currency == "CNY":
        return text.replace("CN¥", "¥")
    return text if currency != "JPY" or "JP¥" in text else text.replace("¥", "JP¥")


def day(value: date | datetime, *, with_year: bool = True) -> str:
    """Return a calendar day in the merchant's time zone, such as 4 December."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(time_zone())).date()
    if with_year:
        return format_date(value, "long", locale=_calendar())
    return day_in(value, language())


def day_in(value: date, code: str) -> str:
    """Return a day without its year as the language `code` writes it."""
    return format_date(value, "M月d日" if code == "zh" else "d MMMM", locale=code)


def days_in(first: date, last: date, code: str) -> str:
    """Return on or between which days, as the language `code` says it; a month is said once.

    Page, letter and desk tell a promise in these same words.
    """
    if first == last:
        return day_in(last, code) if code == "zh" else f"on {day_in(last, code)}"
    same_month = (first.year, first.month) == (last.year, last.month)
    if code == "zh":
        return f"{day_in(first, code)}至{f'{last.day}日' if same_month else day_in(last, code)}"
    begin = str(first.day) if same_month else day_in(first, code)
    return f"between {begin} and {day_in(last, code)}"


def moment(value: datetime) -> str:
    """Return a day and time of day in the merchant's time zone, such as 4 Dec 2026, 16:42."""
    local = value.astimezone(ZoneInfo(time_zone()))
    day = format_date(local.date(), "medium", locale=_calendar())
    return f"{day}, {local:%H:%M}" if language() == "en" else f"{day} {local:%H:%M}"


def _calendar() -> str:
    """Return the locale of days: international English puts the day before the month."""
    return "en_GB" if language() == "en" else language()


def hour(value: datetime) -> str:
    """Return a time of day in the merchant's time zone, such as 16:42."""
    return format_time(value, "HH:mm", tzinfo=ZoneInfo(time_zone()), locale=language())


def number(value: float) -> str:
    """Return a number with the language's separators."""
    return format_decimal(value, locale=language())


def percent(ratio: float) -> str:
    """Return a ratio as a percentage with up to two decimals."""
    return format_percent(ratio, format="#,##0.##%", locale=language())


def grams(weight: int) -> str:
    """Return a weight, in kilograms from one kilogram on."""
    if weight >= 1000:  # noqa: PLR2004 - a kilogram
        return f"{format_decimal(weight / 1000, locale=language())} kg"
    return f"{format_decimal(weight, locale=language())} g"

"""A period of whole days, as a statement's address names it; the running month where it names none."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import request

from commerce.kernel.clock import utc_now
from commerce.web.identity import current_merchant

_YEARS = range(2000, 3000)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both whole, at the merchant's place."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """When it begins."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def named(self) -> dict[str, str]:
        """How an address names it."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def asked_period() -> Period:
    """Return the period of the page's address; days in the wrong order are put right."""
    today = utc_now().astimezone(_zone()).date()
    first = _day(request.args.get("from", "")) or today.replace(day=1)
    last = _day(request.args.get("to", "")) or max(today, first)
    return Period(min(first, last), max(first, last))


def month_before(period: Period) -> Period:
    """Return the whole month before the one in which a period begins."""
    last = period.first.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _zone()).astimezone(UTC)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_merchant().time_zone)

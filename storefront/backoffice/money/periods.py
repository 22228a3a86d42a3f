"""A period of whole days, as a statement's address names it; the running month where it names none."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request

from commerce.kernel.clock import utc_now
from commerce.web.identity import current_merchant
from storefront.backoffice.calendar_days import midnight, typed_day


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both whole, at the merchant's place."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """When it begins."""
        return midnight(self.first)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return midnight(self.last + timedelta(days=1))

    @property
    def backwards(self) -> bool:
        """Whether it ends before it begins: nothing can be told of it."""
        return self.last < self.first

    @property
    def named(self) -> dict[str, str]:
        """How an address names it."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def asked_period() -> Period:
    """Return the period of the page's address."""
    today = utc_now().astimezone(ZoneInfo(current_merchant().time_zone)).date()
    first = typed_day(request.args.get("from", "")) or today.replace(day=1)
    last = typed_day(request.args.get("to", "")) or max(today, first)
    return Period(first, last)


def month_before(period: Period) -> Period:
    """Return the whole month before the one in which a period begins."""
    last = period.first.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)

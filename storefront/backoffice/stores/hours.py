"""A store's weekly hours, as people write them."""

import re
from datetime import date, time
from zoneinfo import ZoneInfo

from commerce.fulfilment.rows import OpenSpan
from commerce.kernel.clock import utc_now
from commerce.web.identity import current_merchant
from storefront.backoffice.speech import gettext as _

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")


WEEK = range(1, 8)


def read_hours(weekday: int, typed: str) -> list[OpenSpan] | None:
    """Return the spans of a day, or None when they cannot be read; nothing means closed."""
    if not typed:
        return []
    spans: list[OpenSpan] = []
    for part in typed.replace("，", ",").split(","):
        found = _HOURS.fullmatch(part.strip())
        if found is None:
            return None
        first, second, third, fourth = (int(each) for each in found.groups())
        try:
            spans.append(OpenSpan(weekday, time(first, second), time(third, fourth)))
        except ValueError:
            return None
    return spans


def weekdays() -> dict[int, str]:
    """Return what the days are called, by their ISO number."""
    return {
        1: _("Monday"),
        2: _("Tuesday"),
        3: _("Wednesday"),
        4: _("Thursday"),
        5: _("Friday"),
        6: _("Saturday"),
        7: _("Sunday"),
    }


def today_here() -> date:
    """Return the day that it is at the merchant's."""
    return utc_now().astimezone(ZoneInfo(current_merchant().time_zone)).date()

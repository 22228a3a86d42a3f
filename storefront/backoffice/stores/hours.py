"""A store's weekly hours, as people write them."""

import re
from datetime import date, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import StringField

from commerce.fulfilment.queries import opening_hours
from commerce.fulfilment.rows import OpenSpan
from commerce.kernel.clock import utc_now
from commerce.web.identity import current_merchant
from storefront.backoffice.forms import DeskForm

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")


WEEK = range(1, 8)
_NAMES = {
    1: lazy_gettext("Monday"),
    2: lazy_gettext("Tuesday"),
    3: lazy_gettext("Wednesday"),
    4: lazy_gettext("Thursday"),
    5: lazy_gettext("Friday"),
    6: lazy_gettext("Saturday"),
    7: lazy_gettext("Sunday"),
}


class HoursForm(DeskForm):
    """A store's week: a line for each day, named `hours-1` for Monday and so on."""


for _weekday, _name in _NAMES.items():
    setattr(HoursForm, f"hours-{_weekday}", StringField(_name))


def standing_hours(connection: Connection, location_id: UUID) -> HoursForm:
    """Return the form as the store keeps its week."""
    spans = opening_hours(connection, location_ids=[location_id])[location_id].spans
    told = {
        f"hours-{day}": ", ".join(
            f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans if span.weekday == day
        )
        for day in WEEK
    }
    return HoursForm(data=told)


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


def today_here() -> date:
    """Return the day that it is at the merchant's."""
    return utc_now().astimezone(ZoneInfo(current_merchant().time_zone)).date()

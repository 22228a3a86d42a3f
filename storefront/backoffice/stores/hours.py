"""A store's weekly hours, as people write them."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, time
from unicodedata import normalize
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import BooleanField, Field, StringField

from commerce.fulfilment.nights import ends_next_morning
from commerce.fulfilment.queries import opening_hours
from commerce.fulfilment.rows import OpenSpan
from commerce.kernel.clock import utc_now
from commerce.web.identity import current_merchant
from storefront.backoffice.forms import DeskForm
from storefront.backoffice.seals import digest, seen_in
from storefront.backoffice.speech import gettext as _

_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2})?")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")

WEEK = range(1, 8)
SPANS = ("", "b")
"""How the fields of a day's two spans end."""
NAMES = {
    1: lazy_gettext("Monday"),
    2: lazy_gettext("Tuesday"),
    3: lazy_gettext("Wednesday"),
    4: lazy_gettext("Thursday"),
    5: lazy_gettext("Friday"),
    6: lazy_gettext("Saturday"),
    7: lazy_gettext("Sunday"),
}


class WeekForm(DeskForm):
    """A store's week: two spans for each day, named `opens_1` for Monday and so on."""

    @property
    def sealed_fields(self) -> list[Field]:
        """What a person can change; a day that is to be like the one before it is only a wish."""
        return [field for field in super().sealed_fields if not field.name.startswith("like_")]

    def week(self) -> list[OpenSpan]:
        """Return when the store is open; what cannot be read is told at its field."""
        found: dict[int, list[OpenSpan]] = {}
        for day in WEEK:
            if day > 1 and self[f"like_{day}"].data:
                found[day] = [replace(span, weekday=day) for span in found[day - 1]]
            else:
                found[day] = [] if self._is_closed(day) else self._typed(day)
        return [span for each in found.values() for span in each]

    def _is_closed(self, day: int) -> bool:
        """Return whether it was closed just now; hours typed on a day that was closed open it."""
        name = f"closed_{day}"
        return self[name].data and digest(name, "y") not in seen_in(self.seal)

    def _typed(self, day: int) -> list[OpenSpan]:
        spans = []
        for part in SPANS:
            opens, closes = self[f"opens_{day}{part}"], self[f"closes_{day}{part}"]
            first, last = _read(opens), _read(closes)
            span = OpenSpan(day, first, last) if first is not None and last is not None else None
            if span and (
                span.opens < span.closes or span.closes == time() or ends_next_morning(span)
            ):
                spans.append(span)
            elif span:
                closes.errors = [_("This lies before the store opens.")]
            elif first != last and not (opens.errors or closes.errors):
                blank = opens if first is None else closes
                blank.errors = [_("Give a time such as %(example)s.", example="10:00")]
        if len(spans) == len(SPANS) and _overlap(*spans):
            self[f"opens_{day}b"].errors = [_("The store is open at this time already.")]
        return spans


def _overlap(one: OpenSpan, other: OpenSpan) -> bool:
    return one.opens < _end(other) and other.opens < _end(one)


def _end(span: OpenSpan) -> time:
    """Return until when the span lasts on its own day."""
    return time.max if span.closes < span.opens else span.closes


for _weekday, _name in NAMES.items():
    setattr(
        WeekForm, f"closed_{_weekday}", BooleanField(lazy_gettext("%(day)s: closed", day=_name))
    )
    if _weekday > 1:
        _like = BooleanField(lazy_gettext("%(day)s: as the day before", day=_name))
        setattr(WeekForm, f"like_{_weekday}", _like)
    for _part, _from, _until in (
        ("", lazy_gettext("%(day)s: from", day=_name), lazy_gettext("%(day)s: until", day=_name)),
        (
            "b",
            lazy_gettext("%(day)s: again from", day=_name),
            lazy_gettext("%(day)s: again until", day=_name),
        ),
    ):
        setattr(WeekForm, f"opens_{_weekday}{_part}", StringField(_from))
        setattr(WeekForm, f"closes_{_weekday}{_part}", StringField(_until))


def standing_week(connection: Connection, location_id: UUID) -> dict[str, str | bool]:
    """Return the fields of the week as the store keeps it; a day beyond two spans shows two."""
    spans = opening_hours(connection, location_ids=[location_id])[location_id].spans
    told: dict[str, str | bool] = {}
    for day in WEEK:
        of_day = sorted((span.opens, span.closes) for span in spans if span.weekday == day)
        told[f"closed_{day}"] = bool(spans) and not of_day
        for part, (opens, closes) in zip(SPANS, of_day, strict=False):
            told[f"opens_{day}{part}"] = f"{opens:%H:%M}"
            told[f"closes_{day}{part}"] = f"{closes:%H:%M}"
    return told


def told_week(form: WeekForm) -> list[tuple[str, str]]:
    """Return each day with its hours in words, to who may not change them."""
    told = []
    for day, name in NAMES.items():
        spans = [
            f"{form[f'opens_{day}{part}'].data}–{form[f'closes_{day}{part}'].data}"
            for part in SPANS
            if form[f"opens_{day}{part}"].data
        ]
        told.append((str(name), ", ".join(spans) or _("closed")))
    return told


def _read(field: Field) -> time | None:
    """Return the time that was typed; what is none is told at its field."""
    typed = normalize("NFKC", field.data or "").strip()
    if not typed:
        return None
    found = _TIME.fullmatch(typed)
    with suppress(ValueError):
        if found:
            return time(int(found[1]), int(found[2]))
    field.errors = [_("Give a time such as %(example)s.", example="10:00")]
    return None


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

"""When a store is open, from its weekly hours and its days off or at other hours; no database."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from commerce.fulfilment.nights import ends_next_morning
from commerce.fulfilment.rows import OpenSpan

_TIME_TO_COME = timedelta(minutes=15)
_LOOK_AHEAD_DAYS = 366
_QUARTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The hours of one store. Every moment taken and given is UTC with zone."""

    zone: ZoneInfo
    spans: tuple[OpenSpan, ...]
    closed: Collection[date] = frozenset()
    special: Mapping[date, OpenSpan] = field(default_factory=dict)
    """Days with hours of their own, which count instead of the weekly ones."""

    def is_open(self, at: datetime) -> bool:
        """Return whether somebody is there at the moment `at`."""
        return any(opens <= at < closes for opens, closes in self._from(at, days=1))

    def closes_at(self, at: datetime) -> datetime | None:
        """Return when the store closes next, if it is open at the moment `at`."""
        return next((end for start, end in self._from(at, days=1) if start <= at < end), None)

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when the store opens next after `at`; None if not within a year."""
        return next((opens for opens, _ in self._from(at) if opens > at), None)

    def ready(self, at: datetime, *, minutes: int) -> datetime | None:
        """Return when `minutes` of work, done only while open, are over; None if not in a year.

        It is a full quarter of an hour: a promise to the minute is one that nobody can keep. And
        the store is open for another quarter at least, in which somebody can come for it.
        """
        left = timedelta(minutes=minutes)
        for opens, closes in self._from(at):
            begins = max(opens, at)
            if begins >= closes:
                continue
            promised = _full_quarter(begins + left)
            if promised + _TIME_TO_COME <= closes:
                return promised
            left = max(left - (closes - begins), timedelta())
        return None

    def on(self, day: date) -> tuple[OpenSpan, ...]:
        """Return the spans of one local day, none when it is closed."""
        if day in self.closed:
            return ()
        if day in self.special:
            return (self.special[day],)
        return tuple(span for span in self.spans if span.weekday == day.isoweekday())

    def _from(
        self, at: datetime, *, days: int = _LOOK_AHEAD_DAYS
    ) -> Iterator[tuple[datetime, datetime]]:
        """Give every span, in order, of the local day of `at` and of the days that follow.

        The day before comes first: its evening may last until this morning.
        """
        today = at.astimezone(self.zone).date()
        for offset in range(-1, days):
            day = today + timedelta(days=offset)
            for span in sorted(self.on(day), key=lambda span: span.opens):
                last = day + timedelta(days=1) if ends_next_morning(span) else day
                yield (
                    datetime.combine(day, span.opens, tzinfo=self.zone).astimezone(UTC),
                    datetime.combine(last, span.closes, tzinfo=self.zone).astimezone(UTC),
                )


def _full_quarter(at: datetime) -> datetime:
    """Return `at`, or the next full quarter of an hour; every zone is some quarters from UTC."""
    return at + (_EPOCH - at) % _QUARTER

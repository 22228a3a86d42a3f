from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.nights import by_day, by_evening
from commerce.fulfilment.promise import Calendar, promise
from commerce.fulfilment.rows import OpenSpan

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = (1, 2, 3, 4, 5)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def calendar(*closed: str, working_days: tuple[int, ...] = WEEKDAYS) -> Calendar:
    return Calendar(SHANGHAI, working_days, frozenset(map(date.fromisoformat, closed)), time(14))


@pytest.mark.parametrize(
    ("ordered", "closed", "earliest", "latest"),
    [
        ("2026-11-23T13:59", (), "2026-11-24", "2026-11-26"),  # Monday before the cut-off
        ("2026-11-23T14:00", (), "2026-11-25", "2026-11-27"),  # a minute later
        ("2026-11-27T15:00", (), "2026-12-01", "2026-12-03"),  # Friday evening
        ("2026-11-28T09:00", (), "2026-12-01", "2026-12-03"),  # Saturday morning
        ("2026-11-23T09:00", ("2026-11-23",), "2026-11-25", "2026-11-27"),  # closed today
        ("2026-11-23T09:00", ("2026-11-25",), "2026-11-24", "2026-11-27"),  # closed on the way
    ],
)
def test_a_parcel_is_promised_for_working_days(
    ordered: str, closed: tuple[str, ...], earliest: str, latest: str
) -> None:
    promised = promise(calendar(*closed), at=shanghai(ordered), min_days=1, max_days=3)

    assert (promised.earliest.isoformat(), promised.latest.isoformat()) == (earliest, latest)


def test_the_day_is_the_merchants_and_not_the_servers() -> None:
    late_sunday_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday 07:30 in Shanghai

    promised = promise(calendar(), at=late_sunday_in_utc, min_days=0, max_days=0)

    assert promised.earliest == date(2026, 11, 23)


def test_the_promise_says_until_when_it_holds() -> None:
    promised = promise(calendar(), at=shanghai("2026-11-27T15:00"), min_days=1, max_days=1)

    assert promised.order_by == shanghai("2026-11-30T14:00")


def test_a_calendar_without_any_working_day_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a working day"):
        promise(calendar(working_days=()), at=shanghai("2026-11-27T15:00"), min_days=0, max_days=0)


# A holiday is a stretch of days soon after the order: few draws, and each of them matters.
HOLIDAYS = st.lists(st.tuples(st.integers(-1, 60), st.integers(1, 9)), max_size=4)


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    HOLIDAYS,
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_whoever_orders_before_the_last_call_gets_the_same_dates(
    at: datetime, holidays: list[tuple[int, int]], min_days: int, more: int
) -> None:
    closed = frozenset(
        at.date() + timedelta(days=first + day)
        for first, length in holidays
        for day in range(length)
    )
    days = Calendar(SHANGHAI, WEEKDAYS, closed, time(14))
    promised = promise(days, at=at, min_days=min_days, max_days=min_days + more)

    assert at < promised.order_by
    assert promised.earliest <= promised.latest
    assert days.works_on(promised.earliest)
    assert days.works_on(promised.latest)
    in_time = max(at, promised.order_by.replace(hour=0))
    assert promise(days, at=in_time, min_days=min_days, max_days=min_days + more) == promised


STORE = OpeningHours(
    zone=SHANGHAI,
    spans=(
        *(OpenSpan(day, time(10), time(21)) for day in (1, 2, 3, 4)),
        OpenSpan(5, time(10), time(13)),
        OpenSpan(5, time(14), time(22)),
    ),
    closed=frozenset({date(2026, 11, 24)}),
    special={
        date(2026, 11, 26): OpenSpan(4, time(12), time(15)),
        date(2026, 11, 29): OpenSpan(7, time(11), time(16)),
    },
)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T09:59", False),
        ("2026-11-23T10:00", True),
        ("2026-11-23T20:59", True),
        ("2026-11-23T21:00", False),
        ("2026-11-24T12:00", False),  # a closed day
        ("2026-11-27T13:30", False),  # the lunch break
        ("2026-11-28T12:00", False),  # Saturday
        ("2026-11-26T11:00", False),  # a day with hours of its own
        ("2026-11-26T14:59", True),
        ("2026-11-29T12:00", True),  # a Sunday with hours of its own
    ],
)
def test_a_store_is_open_within_its_hours(moment: str, is_open: bool) -> None:  # noqa: FBT001 - a column of the table above
    assert STORE.is_open(shanghai(moment)) is is_open


def test_an_evening_may_end_the_next_morning() -> None:
    said = (
        OpenSpan(5, time(18), time(2)),
        OpenSpan(6, time(18), time()),
        OpenSpan(7, time(9), time(12)),
    )
    kept = tuple(by_day(said))
    assert all(span.opens < span.closes for span in kept)
    assert by_evening(kept)[0] == said[0]
    bar = OpeningHours(SHANGHAI, by_evening(kept), closed=frozenset({date(2026, 11, 28)}))
    assert bar.is_open(shanghai("2026-11-28T01:59"))  # of Friday, though Saturday is a day off
    assert not bar.is_open(shanghai("2026-11-28T02:00"))
    assert bar.closes_at(shanghai("2026-11-27T23:59")) == shanghai("2026-11-28T02:00")
    assert bar.ready(shanghai("2026-11-27T23:50"), minutes=30) == shanghai("2026-11-28T00:30")
    assert bar.ready(shanghai("2026-11-28T01:50"), minutes=30) == shanghai("2026-11-29T09:30")
    all_day = tuple(OpenSpan(day, time(), time()) for day in range(1, 8))
    assert by_evening(by_day(all_day)) == tuple(by_day(all_day))


def test_a_closed_store_says_when_it_opens_next() -> None:
    assert STORE.next_opening(shanghai("2026-11-23T21:30")) == shanghai("2026-11-25T10:00")
    assert STORE.next_opening(shanghai("2026-11-27T13:30")) == shanghai("2026-11-27T14:00")
    assert OpeningHours(SHANGHAI, ()).next_opening(shanghai("2026-11-23T21:30")) is None


def test_an_open_store_says_when_it_closes() -> None:
    assert STORE.closes_at(shanghai("2026-11-27T12:00")) == shanghai("2026-11-27T13:00")
    assert STORE.closes_at(shanghai("2026-11-27T13:30")) is None


@pytest.mark.parametrize(
    ("ordered", "minutes", "ready"),
    [
        ("2026-11-23T12:00", 120, "2026-11-23T14:00"),
        ("2026-11-23T08:00", 120, "2026-11-23T12:00"),
        ("2026-11-23T20:00", 120, "2026-11-25T11:00"),  # Tuesday is closed
        ("2026-11-27T12:30", 60, "2026-11-27T14:30"),  # over the lunch break
        ("2026-11-23T21:00", 0, "2026-11-25T10:00"),
        ("2026-11-25T20:30", 60, "2026-11-26T12:30"),  # Thursday opens late
        ("2026-11-23T12:07", 120, "2026-11-23T14:15"),  # promised by the quarter of an hour
        ("2026-11-23T20:35", 5, "2026-11-23T20:45"),
        ("2026-11-23T20:50", 5, "2026-11-25T10:00"),  # ready as it closes, nobody could come
        ("2026-11-27T12:07", 46, "2026-11-27T14:00"),
        ("2026-11-27T12:07", 54, "2026-11-27T14:15"),
    ],
)
def test_a_pickup_is_made_ready_while_the_store_is_open(
    ordered: str, minutes: int, ready: str
) -> None:
    assert STORE.ready(shanghai(ordered), minutes=minutes) == shanghai(ready)


def test_a_store_that_never_opens_readies_nothing() -> None:
    assert OpeningHours(SHANGHAI, ()).ready(shanghai("2026-11-23T12:00"), minutes=0) is None


def test_hours_are_local_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    store = OpeningHours(berlin, (OpenSpan(6, time(10), time(18)), OpenSpan(7, time(10), time(18))))
    saturday_noon = datetime(2026, 10, 24, 12, tzinfo=berlin).astimezone(UTC)

    assert store.next_opening(saturday_noon) == datetime(2026, 10, 25, 9, tzinfo=UTC)


def test_what_comes_in_later_leaves_on_that_day_or_the_next_working_one() -> None:
    for comes, earliest in (("2026-11-20", "2026-11-24"), ("2026-11-28", "2026-12-01")):
        promised = promise(
            calendar(),
            at=shanghai("2026-11-23T09:00"),
            min_days=1,
            max_days=1,
            not_before=date.fromisoformat(comes),
        )
        assert promised.earliest.isoformat() == earliest

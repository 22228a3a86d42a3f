"""The clock can be stopped for a past that has to be told, and goes on afterwards."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from commerce.kernel.clock import travelling, utc_now

SINGLES_DAY = datetime(2026, 11, 11, 20, 0, tzinfo=timezone(timedelta(hours=8)))


def test_the_clock_stands_still_in_the_block_and_goes_on_after_it() -> None:
    with travelling(SINGLES_DAY):
        assert utc_now() == SINGLES_DAY
        assert utc_now().tzinfo is UTC
    assert abs(datetime.now(UTC) - utc_now()) < timedelta(seconds=5)


def test_journeys_nest() -> None:
    with travelling(SINGLES_DAY):
        with travelling(SINGLES_DAY - timedelta(days=1)):
            pass
        assert utc_now() == SINGLES_DAY


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), travelling(datetime(2026, 11, 11)):  # noqa: DTZ001
        pass

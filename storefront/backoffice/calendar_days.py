"""Days as an address names them, and when they begin at the merchant's place."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from commerce.web.identity import current_merchant

_YEARS = range(2000, 3000)


def typed_day(words: str) -> date | None:
    """Return the day that an address holds (ISO 8601), or None when it holds none."""
    try:
        found = date.fromisoformat(words)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def midnight(day: date) -> datetime:
    """Return when a day begins at the merchant's."""
    return datetime.combine(day, time(), ZoneInfo(current_merchant().time_zone))

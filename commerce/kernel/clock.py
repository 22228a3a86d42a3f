"""The server's clock. Every stored time is UTC and carries its zone."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment in UTC, with zone."""
    return datetime.now(UTC)

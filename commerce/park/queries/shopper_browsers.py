"""The browsers in which a shopper was signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

_OF = text("""
SELECT signed_in_at, last_seen_at, address, user_agent FROM shopper_session
WHERE customer_id = :customer ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class ShopperBrowser:
    """One sign-in: when, from which IP address, with which browser."""

    signed_in_at: datetime
    last_seen_at: datetime
    address: str
    user_agent: str


def browsers_of(connection: Connection, *, customer_id: UUID) -> tuple[ShopperBrowser, ...]:
    """Return every sign-in of a shopper that is still kept, oldest first."""
    return tuple(ShopperBrowser(*row) for row in connection.execute(_OF, {"customer": customer_id}))

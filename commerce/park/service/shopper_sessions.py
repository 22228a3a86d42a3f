"""Sessions of shoppers, each in one merchant's shop: thirty idle days, ninety in any case."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id, new_token
from commerce.park.models import ShopperSession
from commerce.park.origin import Origin
from commerce.park.tokens import token_hash

IDLE = timedelta(days=30)
LONGEST = timedelta(days=90)
_SEEN_EVERY = timedelta(hours=1)
_MOST_DEVICES = 50

_FIND = select(
    ShopperSession.id,
    ShopperSession.customer_id,
    ShopperSession.proved_at,
    ShopperSession.last_seen_at,
).where(
    ShopperSession.merchant_id == bindparam("merchant_id"),
    ShopperSession.token_hash == bindparam("token_hash"),
    ShopperSession.revoked_at.is_(None),
    ShopperSession.ends_at > bindparam("now"),
    ShopperSession.last_seen_at > bindparam("idle_since"),
)


_DEVICES = (
    select(
        ShopperSession.id,
        ShopperSession.signed_in_at,
        ShopperSession.last_seen_at,
        ShopperSession.address,
        ShopperSession.user_agent,
    )
    .where(
        ShopperSession.merchant_id == bindparam("merchant_id"),
        ShopperSession.customer_id == bindparam("customer_id"),
        ShopperSession.revoked_at.is_(None),
        ShopperSession.ends_at > bindparam("now"),
        ShopperSession.last_seen_at > bindparam("idle_since"),
    )
    .order_by(ShopperSession.last_seen_at.desc(), ShopperSession.id)
    .limit(_MOST_DEVICES)
)


_BROWSERS = (
    select(ShopperSession.user_agent)
    .where(
        ShopperSession.merchant_id == bindparam("merchant_id"),
        ShopperSession.customer_id == bindparam("customer_id"),
        ShopperSession.id != bindparam("session_id"),
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class OpenedShopperSession:
    """A new session; `token` goes to the browser and is stored nowhere."""

    id: UUID
    token: str
    ends_at: datetime

    def __repr__(self) -> str:
        return f"OpenedShopperSession(id={self.id})"


@dataclass(frozen=True, slots=True)
class SignedInShopper:
    """Whose browser it is."""

    session_id: UUID
    customer_id: UUID
    proved_at: datetime
    stale: bool
    """Whether `touch_shopper_session` should be called."""


@dataclass(frozen=True, slots=True)
class ShopperDevice:
    """A browser in which a shopper is signed in now."""

    session_id: UUID
    signed_in_at: datetime
    last_seen_at: datetime
    address: str
    user_agent: str


def open_shopper_session(
    session: Session, *, merchant_id: UUID, customer_id: UUID, origin: Origin, now: datetime
) -> OpenedShopperSession:
    """Sign a shopper in on one browser, with a token that nobody has seen before."""
    opened = OpenedShopperSession(id=new_id(), token=new_token(), ends_at=now + LONGEST)
    session.add(
        ShopperSession(
            merchant_id=merchant_id,
            id=opened.id,
            token_hash=token_hash(opened.token),
            customer_id=customer_id,
            signed_in_at=now,
            proved_at=now,
            last_seen_at=now,
            ends_at=opened.ends_at,
            address=origin.address,
            user_agent=origin.user_agent,
        )
    )
    session.flush()
    return opened


def browsers_before(
    connection: Connection, *, merchant_id: UUID, customer_id: UUID, session_id: UUID
) -> tuple[str, ...]:
    """Return what the browsers called themselves that signed in beside `session_id`, ended or not."""
    asked = {"merchant_id": merchant_id, "customer_id": customer_id, "session_id": session_id}
    return tuple(connection.execute(_BROWSERS, asked).scalars())


def find_shopper(
    connection: Connection | Session, *, merchant_id: UUID, token: str, now: datetime
) -> SignedInShopper | None:
    """Return who is signed in with `token`, or None when nobody is any more."""
    row = connection.execute(
        _FIND,
        {
            "merchant_id": merchant_id,
            "token_hash": token_hash(token),
            "now": now,
            "idle_since": now - IDLE,
        },
    ).one_or_none()
    if row is None:
        return None
    return SignedInShopper(
        session_id=row.id,
        customer_id=row.customer_id,
        proved_at=row.proved_at,
        stale=now - row.last_seen_at > _SEEN_EVERY,
    )


def shopper_devices(
    connection: Connection | Session, *, merchant_id: UUID, customer_id: UUID, now: datetime
) -> tuple[ShopperDevice, ...]:
    """Return where a shopper is signed in, the latest in use first; fifty at most."""
    rows = connection.execute(
        _DEVICES,
        {
            "merchant_id": merchant_id,
            "customer_id": customer_id,
            "now": now,
            "idle_since": now - IDLE,
        },
    )
    return tuple(ShopperDevice(*row) for row in rows)


def touch_shopper_session(
    session: Session, *, merchant_id: UUID, session_id: UUID, now: datetime
) -> None:
    """Remember that a session is in use."""
    session.execute(
        update(ShopperSession)
        .where(ShopperSession.merchant_id == merchant_id, ShopperSession.id == session_id)
        .values(last_seen_at=now),
        execution_options={"synchronize_session": False},
    )


def revoke_shopper_sessions(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    now: datetime,
    only: UUID | None = None,
    keep: UUID | None = None,
) -> int:
    """End a shopper's sessions, or `only` one, or all to `keep` one; return how many ended."""
    statement = update(ShopperSession).where(
        ShopperSession.merchant_id == merchant_id,
        ShopperSession.customer_id == customer_id,
        ShopperSession.revoked_at.is_(None),
    )
    if only is not None:
        statement = statement.where(ShopperSession.id == only)
    if keep is not None:
        statement = statement.where(ShopperSession.id != keep)
    ended = session.execute(
        statement.values(revoked_at=now).returning(ShopperSession.id),
        execution_options={"synchronize_session": False},
    )
    return len(ended.all())


def forget_shopper_browsers(session: Session, *, merchant_id: UUID, customer_id: UUID) -> None:
    """Take IP addresses and names of browsers out of a shopper's sessions."""
    session.execute(
        update(ShopperSession)
        .where(ShopperSession.merchant_id == merchant_id, ShopperSession.customer_id == customer_id)
        .values(address="", user_agent=""),
        execution_options={"synchronize_session": False},
    )

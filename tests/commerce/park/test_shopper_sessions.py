from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.park.service.shopper_sessions import (
    OpenedShopperSession,
    SignedInShopper,
    find_shopper,
    open_shopper_session,
    revoke_shopper_sessions,
    touch_shopper_session,
)
from commerce.park.service.sweep import sweep_expired
from tests.support.park import HERE, create_merchant


def sign_in(database: Database, merchant_id: UUID, customer_id: UUID) -> OpenedShopperSession:
    with database.transaction(Scope.merchant(merchant_id)) as session:
        return open_shopper_session(
            session,
            merchant_id=merchant_id,
            customer_id=customer_id,
            origin=HERE,
            now=utc_now(),
        )


def who(
    database: Database, merchant_id: UUID, token: str, now: datetime | None = None
) -> SignedInShopper | None:
    with database.reading(Scope.merchant(merchant_id)) as connection:
        return find_shopper(connection, merchant_id=merchant_id, token=token, now=now or utc_now())


def test_a_shopper_stays_signed_in_for_thirty_idle_and_ninety_days_in_all(
    database: Database,
) -> None:
    merchant_id, customer_id, now = create_merchant(database), new_id(), utc_now()
    opened = sign_in(database, merchant_id, customer_id)
    assert who(database, merchant_id, opened.token, now + timedelta(days=29)) is not None
    assert who(database, merchant_id, opened.token, now + timedelta(days=31)) is None
    for month in (1, 2, 3):
        with database.transaction(Scope.merchant(merchant_id)) as session:
            touch_shopper_session(
                session,
                merchant_id=merchant_id,
                session_id=opened.id,
                now=now + timedelta(days=29 * month),
            )
    assert who(database, merchant_id, opened.token, now + timedelta(days=89)) is not None
    assert who(database, merchant_id, opened.token, now + timedelta(days=91)) is None


def test_a_session_in_one_shop_is_none_in_the_next(database: Database) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    opened = sign_in(database, tea, new_id())
    assert who(database, silk, opened.token) is None
    with database.reading(Scope.merchant(silk)) as connection:
        assert find_shopper(connection, merchant_id=tea, token=opened.token, now=utc_now()) is None


def test_a_shopper_ends_one_session_or_all(database: Database) -> None:
    merchant_id, customer_id = create_merchant(database), new_id()
    first, second, third = (sign_in(database, merchant_id, customer_id) for _ in range(3))

    def revoke(only: UUID | None) -> int:
        with database.transaction(Scope.merchant(merchant_id)) as session:
            return revoke_shopper_sessions(
                session,
                merchant_id=merchant_id,
                customer_id=customer_id,
                now=utc_now(),
                only=only,
            )

    assert revoke(first.id) == 1
    assert who(database, merchant_id, first.token) is None
    assert who(database, merchant_id, third.token) is not None
    assert revoke(None) == 2
    assert who(database, merchant_id, second.token) is None


def test_the_sweep_forgets_ended_sessions_after_a_month(database: Database) -> None:
    merchant_id = create_merchant(database)
    sign_in(database, merchant_id, new_id())

    def left(after: timedelta) -> int:
        with database.transaction(Scope.park()) as session:
            sweep_expired(session, now=utc_now() + after)
            return int(session.scalar(text("SELECT count(*) FROM shopper_session")) or 0)

    assert left(timedelta(days=119)) == 1
    assert left(timedelta(days=121)) == 0

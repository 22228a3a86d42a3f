from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.park.errors import ApiKeyTermError, MissingNameError, UnknownApiKeyError
from commerce.park.permissions import ApiScope
from commerce.park.service.api_keys import (
    IssuedKey,
    KeyInUse,
    find_api_key,
    issue_api_key,
    list_api_keys,
    read_key,
    revoke_api_key,
    touch_api_key,
)
from tests.support.park import create_merchant

YEAR = timedelta(days=365)


def issue(
    database: Database,
    merchant_id: UUID,
    *,
    name: str = "Stock feed",
    scopes: tuple[ApiScope, ...] = (ApiScope.READ_STOCK,),
    term: timedelta = YEAR,
) -> IssuedKey:
    now = utc_now()
    with database.transaction(Scope.merchant(merchant_id)) as session:
        return issue_api_key(
            session,
            merchant_id=merchant_id,
            name=name,
            scopes=scopes,
            expires_at=now + term,
            created_by=None,
            now=now,
        )


def call_with(
    database: Database, key: str, *, after: timedelta = timedelta(), scope: UUID | None = None
) -> KeyInUse | None:
    claim = read_key(key)
    if claim is None:
        return None
    with database.reading(Scope.merchant(scope or claim.merchant_id)) as connection:
        return find_api_key(connection, claim=claim, now=utc_now() + after)


def test_a_key_opens_what_its_scopes_say_until_it_expires(database: Database) -> None:
    merchant_id = create_merchant(database)
    key = issue(database, merchant_id, scopes=(ApiScope.SHOP, ApiScope.READ_STOCK))
    found = call_with(database, key.text)
    assert found is not None
    assert found.merchant.id == merchant_id
    assert found.scopes == {ApiScope.SHOP, ApiScope.READ_STOCK}
    assert call_with(database, key.text, after=YEAR) is None


def test_a_revoked_key_stops_at_once(database: Database) -> None:
    merchant_id = create_merchant(database)
    key = issue(database, merchant_id)
    with database.transaction(Scope.merchant(merchant_id)) as session:
        revoke_api_key(
            session, merchant_id=merchant_id, key_id=key.id, actor_id=None, now=utc_now()
        )
    assert call_with(database, key.text) is None
    with (
        pytest.raises(UnknownApiKeyError),
        database.transaction(Scope.merchant(merchant_id)) as session,
    ):
        revoke_api_key(
            session, merchant_id=merchant_id, key_id=key.id, actor_id=None, now=utc_now()
        )


def test_a_key_carried_to_another_merchant_opens_nothing(database: Database) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    key, other = issue(database, tea), issue(database, silk)
    forged = other.text[:28] + key.text[28:]
    assert call_with(database, forged) is None
    assert call_with(database, key.text, scope=silk) is None
    with database.reading(Scope.merchant(silk)) as connection:
        assert [card.id for card in list_api_keys(connection, merchant_id=silk)] == [other.id]
        assert list_api_keys(connection, merchant_id=tea) == ()


@pytest.mark.parametrize(
    "text_shown",
    ["", "quay_", "quay_x_y", "Bearer quay_", "quay_" + "茶" * 22 + "_x", "quay_" + "a" * 70],
)
def test_what_is_no_key_of_ours_is_recognised_without_the_database(text_shown: str) -> None:
    assert read_key(text_shown) is None


def test_the_key_is_shown_once_and_stored_as_a_hash(database: Database) -> None:
    merchant_id = create_merchant(database)
    key = issue(database, merchant_id)
    with database.reading(Scope.merchant(merchant_id)) as connection:
        stored = str(connection.execute(text("SELECT * FROM api_key")).one())
        (card,) = list_api_keys(connection, merchant_id=merchant_id)
    secret = key.text[28:]
    assert secret not in stored
    assert secret.startswith(card.hint)
    assert secret not in repr(key)


def test_the_last_use_is_written_once_a_minute(database: Database) -> None:
    merchant_id = create_merchant(database)
    key = issue(database, merchant_id)
    found = call_with(database, key.text)
    assert found is not None
    assert found.stale
    with database.transaction(Scope.merchant(merchant_id)) as session:
        touch_api_key(session, key=found, now=utc_now())
    again = call_with(database, key.text)
    assert again is not None
    assert not again.stale


def test_a_key_needs_a_name_a_scope_and_an_end(database: Database) -> None:
    merchant_id = create_merchant(database)
    with pytest.raises(MissingNameError):
        issue(database, merchant_id, name=" ")
    with pytest.raises(ApiKeyTermError):
        issue(database, merchant_id, scopes=())
    with pytest.raises(ApiKeyTermError):
        issue(database, merchant_id, term=timedelta(days=400))
    with pytest.raises(ApiKeyTermError):
        issue(database, merchant_id, term=timedelta(0))

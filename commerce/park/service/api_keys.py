"""Keys to the API: shown once, kept as a hash, limited to scopes and time.

A key reads `quay_<merchant>_<secret>`: scanners for leaked secrets know the prefix, and the
merchant's part lets the whole request, its authentication included, run in that merchant's scope.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id, new_token
from commerce.kernel.statements import Statement
from commerce.park.errors import ApiKeyTermError, MissingNameError, UnknownApiKeyError
from commerce.park.models import ApiKey
from commerce.park.permissions import ApiScope
from commerce.park.queries.merchants import CARD_COLUMNS, MerchantCard, merchant_card
from commerce.park.service.security_log import note_security_event
from commerce.park.tokens import token_hash

PREFIX = "quay_"
LONGEST = timedelta(days=366)
_MERCHANT_CHARACTERS = 22  # 16 bytes in base64 without padding
_HINT = 6
_USED_EVERY = timedelta(minutes=1)

_FIND = Statement(f"""
SELECT api_key.id AS key_id, scopes, last_used_at, {CARD_COLUMNS}
FROM api_key JOIN merchant ON merchant.id = api_key.merchant_id
WHERE api_key.merchant_id = :merchant_id AND secret_hash = :secret_hash
  AND revoked_at IS NULL AND expires_at > :now
""")  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key; `text` is shown once and stored nowhere."""

    id: UUID
    text: str

    def __repr__(self) -> str:
        return f"IssuedKey(id={self.id})"


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A key that somebody called with."""

    id: UUID
    merchant: MerchantCard
    scopes: frozenset[ApiScope]
    stale: bool
    """Whether `touch_api_key` should be called."""


@dataclass(frozen=True, slots=True)
class KeyCard:
    """A key as the merchant's desk lists it."""

    id: UUID
    name: str
    hint: str
    scopes: tuple[ApiScope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_by: UUID | None
    """Who made it; a key is the merchant's all the same, and outlives its maker's work there."""

    def works(self, now: datetime) -> bool:
        """Whether programs can call with it."""
        return self.revoked_at is None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """What a key's text says before anybody has checked it."""

    merchant_id: UUID
    secret_hash: bytes


def issue_api_key(
    session: Session,
    *,
    merchant_id: UUID,
    name: str,
    scopes: Iterable[ApiScope],
    expires_at: datetime,
    created_by: UUID | None,
    now: datetime,
) -> IssuedKey:
    """Make a key for a merchant's programs, in the merchant's scope or the park's.

    Raises:
        MissingNameError: nobody could tell the key from another.
        ApiKeyTermError: no scope, or an end in the past or beyond a year.
    """
    wanted = sorted(set(scopes))
    if not name.strip() or len(name) > MissingNameError.longest:
        raise MissingNameError
    if not wanted or not now < expires_at <= now + LONGEST:
        raise ApiKeyTermError(days=LONGEST.days)
    secret = new_token()
    key_id = new_id()
    session.add(
        ApiKey(
            merchant_id=merchant_id,
            id=key_id,
            name=name.strip(),
            hint=secret[:_HINT],
            secret_hash=token_hash(secret),
            scopes=[scope.value for scope in wanted],
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    _note(session, merchant_id, "api-key-made", created_by, key_id)
    merchant = base64.urlsafe_b64encode(merchant_id.bytes).decode().rstrip("=")
    return IssuedKey(key_id, f"{PREFIX}{merchant}_{secret}")


def read_key(text: str) -> KeyClaim | None:
    """Return which merchant a key claims to belong to, or None when it is no key of ours."""
    merchant, secret = (
        text[len(PREFIX) :][:_MERCHANT_CHARACTERS],
        text[len(PREFIX) :][_MERCHANT_CHARACTERS:],
    )
    if not text.startswith(PREFIX) or not text.isascii() or not secret.startswith("_"):
        return None
    try:
        merchant_id = UUID(bytes=base64.b64decode(merchant + "==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    return KeyClaim(merchant_id, token_hash(secret[1:]))


def find_api_key(
    connection: Connection | Session, *, claim: KeyClaim, now: datetime
) -> KeyInUse | None:
    """Return the key that was shown, in its merchant's scope; None when it is not valid (any more)."""
    found = _FIND.one_or_none(
        connection,
        {"merchant_id": claim.merchant_id, "secret_hash": claim.secret_hash, "now": now},
    )
    if found is None:
        return None
    key_id, scopes, last_used_at, *merchant = found
    return KeyInUse(
        id=key_id,
        merchant=merchant_card(*merchant),
        scopes=frozenset(map(ApiScope, scopes)),
        stale=last_used_at is None or now - last_used_at > _USED_EVERY,
    )


def touch_api_key(session: Session, *, key: KeyInUse, now: datetime) -> None:
    """Remember when a key was last used, to the minute."""
    session.execute(
        update(ApiKey)
        .where(
            ApiKey.merchant_id == key.merchant.id,
            ApiKey.id == key.id,
            or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < now - _USED_EVERY),
        )
        .values(last_used_at=now),
        execution_options={"synchronize_session": False},
    )


def list_api_keys(connection: Connection | Session, *, merchant_id: UUID) -> tuple[KeyCard, ...]:
    """Return a merchant's keys, the newest first."""
    rows = connection.execute(
        select(
            ApiKey.id,
            ApiKey.name,
            ApiKey.hint,
            ApiKey.scopes,
            ApiKey.created_at,
            ApiKey.expires_at,
            ApiKey.last_used_at,
            ApiKey.revoked_at,
            ApiKey.created_by,
        )
        .where(ApiKey.merchant_id == merchant_id)
        .order_by(ApiKey.created_at.desc())
    )
    return tuple(
        KeyCard(
            id=row.id,
            name=row.name,
            hint=row.hint,
            scopes=tuple(map(ApiScope, row.scopes)),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
            created_by=row.created_by,
        )
        for row in rows
    )


def revoke_api_key(
    session: Session, *, merchant_id: UUID, key_id: UUID, actor_id: UUID | None, now: datetime
) -> None:
    """End a key at once.

    Raises:
        UnknownApiKeyError: the merchant has no such key, or it has been revoked.
    """
    revoked = session.execute(
        update(ApiKey)
        .where(ApiKey.merchant_id == merchant_id, ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiKey.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if revoked is None:
        raise UnknownApiKeyError
    _note(session, merchant_id, "api-key-revoked", actor_id, key_id)


def revoke_keys_made_by(
    session: Session, *, merchant_id: UUID, staff_id: UUID, actor_id: UUID, now: datetime
) -> int:
    """End every working key that somebody made for the merchant, and return how many there were.

    In the merchant's scope or the park's. Whoever made a key may have kept its text, and it works
    on when they are shut out.
    """
    revoked = session.execute(
        update(ApiKey)
        .where(
            ApiKey.merchant_id == merchant_id,
            ApiKey.created_by == staff_id,
            ApiKey.revoked_at.is_(None),
            ApiKey.expires_at > now,
        )
        .values(revoked_at=now)
        .returning(ApiKey.id),
        execution_options={"synchronize_session": False},
    ).all()
    for row in revoked:
        _note(session, merchant_id, "api-key-revoked", actor_id, row.id)
    return len(revoked)


def _note(
    session: Session, merchant_id: UUID, action: str, actor_id: UUID | None, key_id: UUID
) -> None:
    note_security_event(
        session, merchant_id=merchant_id, action=action, actor_id=actor_id, subject=str(key_id)
    )

"""State the policies of a shop: every version stays, so that an order can say what held at its time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.park.content import bump_content_version
from commerce.park.errors import MissingPolicyTextError, PolicyUnchangedError, UnknownPolicyError
from commerce.park.models import ShopPolicy
from commerce.park.policies import PolicyKind
from commerce.park.queries.shop_policies import PolicyText, latest_policy


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """What a policy is to say; one language may be blank."""

    text: str = ""
    text_zh: str = ""


def publish_policy(
    session: Session,
    *,
    merchant_id: UUID,
    kind: PolicyKind,
    words: PolicyWords,
    actor_id: UUID | None,
    now: datetime,
) -> int:
    """State a policy from `now` on, and return the number of the version.

    Raises:
        MissingPolicyTextError: it says nothing in either language.
        PolicyUnchangedError: it says what is stated already.
    """
    told = PolicyWords(_plain(words.text), _plain(words.text_zh))
    if not (told.text or told.text_zh):
        raise MissingPolicyTextError
    before = _before(session, merchant_id, kind)
    if before is not None and (before.text, before.text_zh) == (told.text, told.text_zh):
        raise PolicyUnchangedError
    version = ShopPolicy(
        merchant_id=merchant_id,
        kind=kind.value,
        number=before.version.number + 1 if before else 1,
        text=told.text,
        text_zh=told.text_zh,
        published_at=now,
        published_by=actor_id,
    )
    session.add(version)
    session.flush()
    return version.number


def withdraw_policy(
    session: Session, *, merchant_id: UUID, kind: PolicyKind, actor_id: UUID, now: datetime
) -> None:
    """Take a policy out of the shop from `now` on; its versions stay for the orders of their time.

    Raises:
        UnknownPolicyError: the shop does not state it.
    """
    before = _before(session, merchant_id, kind)
    if before is None or not before.version.stated:
        raise UnknownPolicyError
    session.add(
        ShopPolicy(
            merchant_id=merchant_id,
            kind=kind.value,
            number=before.version.number + 1,
            text="",
            text_zh="",
            published_at=now,
            published_by=actor_id,
        )
    )
    session.flush()


def _before(session: Session, merchant_id: UUID, kind: PolicyKind) -> PolicyText | None:
    """Return the last version, after everybody else who is writing one has committed it."""
    # Taken first because it locks the merchant's row: two people at once get two numbers.
    bump_content_version(session, merchant_id=merchant_id)
    return latest_policy(session, kind=kind)


def _plain(typed: str) -> str:
    """Return what a form sent with line ends of one kind; PostgreSQL keeps no NUL."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()

"""Links that prove an e-mail address: each works once and only for a while (ASVS 5.0 6.4.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_token
from commerce.park.errors import LinkSpentError
from commerce.park.models import MailedToken
from commerce.park.tokens import token_hash


class Purpose(StrEnum):
    """What a mailed link is good for."""

    RESET = "reset"
    INVITATION = "invitation"


LIFETIME = {Purpose.RESET: timedelta(minutes=30), Purpose.INVITATION: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Whose link was used, and which membership it accepts."""

    id: UUID
    staff_id: UUID
    membership_id: UUID | None


def issue_link(
    session: Session,
    *,
    purpose: Purpose,
    staff_id: UUID,
    now: datetime,
    membership_id: UUID | None = None,
) -> str:
    """Return the token of a new link; an earlier link for the same end stops working."""
    session.execute(
        delete(MailedToken).where(
            MailedToken.staff_id == staff_id,
            MailedToken.purpose == purpose.value,
            MailedToken.membership_id.is_not_distinct_from(membership_id),
        ),
        execution_options={"synchronize_session": False},
    )
    token = new_token()
    session.add(
        MailedToken(
            purpose=purpose.value,
            staff_id=staff_id,
            membership_id=membership_id,
            token_hash=token_hash(token),
            expires_at=now + LIFETIME[purpose],
        )
    )
    session.flush()
    return token


def drop_links(session: Session, *, purpose: Purpose, staff_id: UUID) -> None:
    """Make every link of a person for this end stop working.

    It comes before the account is written, as the use of a link does: so the two never deadlock.
    """
    session.execute(
        delete(MailedToken).where(
            MailedToken.staff_id == staff_id, MailedToken.purpose == purpose.value
        ),
        execution_options={"synchronize_session": False},
    )


def link_is_good(session: Session, *, purpose: Purpose, token: str, now: datetime) -> bool:
    """Return whether the link would still work, without using it up."""
    query = select(MailedToken.id).where(
        MailedToken.token_hash == token_hash(token),
        MailedToken.purpose == purpose.value,
        MailedToken.used_at.is_(None),
        MailedToken.expires_at > now,
    )
    return session.scalar(query) is not None


def redeem_link(session: Session, *, purpose: Purpose, token: str, now: datetime) -> Redeemed:
    """Use a link up. Of two people who open it at the same time, one succeeds.

    Raises:
        LinkSpentError: used, expired, for another end, or never issued.
    """
    row = session.execute(
        update(MailedToken)
        .where(
            MailedToken.token_hash == token_hash(token),
            MailedToken.purpose == purpose.value,
            MailedToken.used_at.is_(None),
            MailedToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(MailedToken.id, MailedToken.staff_id, MailedToken.membership_id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if row is None:
        raise LinkSpentError
    return Redeemed(id=row.id, staff_id=row.staff_id, membership_id=row.membership_id)

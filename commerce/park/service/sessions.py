"""Sessions of staff: opened, rotated and ended on the server; the browser holds a token only.

A session ends after half an hour without use and after twelve hours in any case (ASVS 5.0 7.3.1);
half-way through two steps it lasts ten minutes. Its token changes whenever its worth does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, update
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id, new_token
from commerce.park.models import StaffSession
from commerce.park.origin import Origin
from commerce.park.tokens import token_hash

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SECOND_STEP = timedelta(minutes=10)
_SEEN_EVERY = timedelta(minutes=1)

_TOUCH = (
    update(StaffSession)
    .where(StaffSession.id == bindparam("session_id"))
    .where(StaffSession.last_seen_at < bindparam("before"))
    .values(last_seen_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


class Stage(StrEnum):
    """How far a person has come in proving who they are."""

    SECOND_STEP = "second-step"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session; `token` goes to the browser and is stored nowhere."""

    id: UUID
    token: str
    staff_id: UUID
    stage: Stage
    ends_at: datetime

    def __repr__(self) -> str:
        return f"OpenedSession(id={self.id}, stage={self.stage})"


def open_session(
    session: Session, *, staff_id: UUID, stage: Stage, origin: Origin, now: datetime
) -> OpenedSession:
    """Sign somebody in on one browser, always with a token that nobody has seen before."""
    opened = OpenedSession(
        id=new_id(),
        token=new_token(),
        staff_id=staff_id,
        stage=stage,
        ends_at=now + (LONGEST if stage is Stage.FULL else SECOND_STEP),
    )
    session.add(
        StaffSession(
            id=opened.id,
            token_hash=token_hash(opened.token),
            staff_id=staff_id,
            stage=stage.value,
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


def replace_session(
    session: Session, *, session_id: UUID, stage: Stage, origin: Origin, now: datetime
) -> OpenedSession | None:
    """End a session and open another for the same person, who has just proved more.

    Returns None when the session has ended meanwhile; of two that replace one, one succeeds.
    """
    ended = session.execute(
        update(StaffSession)
        .where(
            StaffSession.id == session_id,
            StaffSession.revoked_at.is_(None),
            StaffSession.ends_at > now,
        )
        .values(revoked_at=now)
        .returning(StaffSession.staff_id),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if ended is None:
        return None
    return open_session(session, staff_id=ended, stage=stage, origin=origin, now=now)


def touch_session(session: Session, *, session_id: UUID, now: datetime) -> None:
    """Remember that a session is in use; written once a minute at most."""
    session.execute(_TOUCH, {"session_id": session_id, "now": now, "before": now - _SEEN_EVERY})


def seen_lately(*, last_seen_at: datetime, now: datetime) -> bool:
    """Return whether `touch_session` would have nothing to write."""
    return now - last_seen_at < _SEEN_EVERY


def revoke_session(session: Session, *, staff_id: UUID, session_id: UUID, now: datetime) -> bool:
    """End one of a person's sessions; return whether it was theirs and still open."""
    return bool(_revoked(session, staff_id, now, StaffSession.id == session_id))


def revoke_sessions(
    session: Session, *, staff_id: UUID, now: datetime, except_for: UUID | None = None
) -> int:
    """End every session of a person but one, and return how many ended."""
    return _revoked(session, staff_id, now, StaffSession.id.is_distinct_from(except_for))


def _revoked(session: Session, staff_id: UUID, now: datetime, which: ColumnElement[bool]) -> int:
    ended = session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None), which)
        .values(revoked_at=now)
        .returning(StaffSession.id),
        execution_options={"synchronize_session": False},
    )
    return len(ended.all())

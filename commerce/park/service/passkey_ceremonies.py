"""Passkey ceremonies: the challenge stays on the server, lasts five minutes and is spent by one answer."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.park.errors import PasskeyRefusedError
from commerce.park.models import Passkey, PasskeyCeremony
from commerce.park.origin import Origin
from commerce.park.service.security_log import note_security_event

_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks for passkeys: the host they are bound to and the page's origin.

    Attributes:
        id: host name without scheme and port; browsers accept names only, never IP addresses.
        origin: scheme, host and port, as the browser reports it.
        name: what the browser shows.
    """

    id: str
    origin: str
    name: str = "Quayside"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A challenge on its way to the browser: its id, and the options as JSON."""

    id: UUID
    options: str


def begin_ceremony(
    session: Session,
    purpose: str,
    staff_id: UUID | None,
    challenge: bytes,
    options: str,
    *,
    now: datetime,
) -> Ceremony:
    """Keep a challenge, and return what the browser needs to answer it."""
    ceremony = PasskeyCeremony(
        id=new_id(),
        purpose=purpose,
        staff_id=staff_id,
        challenge=challenge,
        expires_at=now + _PATIENCE,
    )
    session.add(ceremony)
    session.flush()
    return Ceremony(
        ceremony.id, json.dumps({"ceremony": str(ceremony.id), "publicKey": json.loads(options)})
    )


def spend_challenge(
    session: Session, ceremony_id: UUID, purpose: str, staff_id: UUID | None, now: datetime
) -> bytes:
    """Return a challenge that nobody has answered yet, and forget it.

    Raises:
        PasskeyRefusedError: answered, late, or for another purpose or person.
    """
    challenge = session.execute(
        delete(PasskeyCeremony)
        .where(
            PasskeyCeremony.id == ceremony_id,
            PasskeyCeremony.purpose == purpose,
            PasskeyCeremony.staff_id.is_not_distinct_from(staff_id),
            PasskeyCeremony.expires_at > now,
        )
        .returning(PasskeyCeremony.challenge),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if challenge is None:
        raise PasskeyRefusedError
    return bytes(challenge)


def find_credential(session: Session, credential_id: bytes) -> Passkey | None:
    """Return the passkey with this credential id, whoever owns it."""
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def note_passkey(
    session: Session, action: str, staff_id: UUID, origin: Origin | None = None
) -> None:
    """Log an act with a passkey."""
    note_security_event(
        session,
        merchant_id=None,
        action=action,
        actor_id=staff_id,
        subject=str(staff_id),
        address=origin.address if origin else "",
    )

"""Passkeys of staff (W3C Web Authentication level 3): registered, and used to sign in at once.

A passkey with user verification is two factors in one, so it opens a full session. Challenges stay
on the server, last five minutes and are spent by the first answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from commerce.kernel.ids import new_id
from commerce.park.errors import PasskeyRefusedError, UnknownStaffError
from commerce.park.models import Passkey, PasskeyCeremony, StaffAccount
from commerce.park.origin import Origin
from commerce.park.service.security_log import note_security_event
from commerce.park.service.sessions import OpenedSession, Stage, open_session

_PATIENCE = timedelta(minutes=5)
_MOST_NAME = 60
_UNSYNCHRONIZED = {"synchronize_session": False}


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


@dataclass(frozen=True, slots=True)
class PasskeyCard:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


def list_passkeys(session: Session, *, staff_id: UUID) -> tuple[PasskeyCard, ...]:
    """Return somebody's passkeys, the oldest first."""
    rows = session.execute(
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.staff_id == staff_id)
        .order_by(Passkey.created_at)
    )
    return tuple(PasskeyCard(*row) for row in rows)


def begin_registration(
    session: Session, *, staff_id: UUID, party: RelyingParty, now: datetime
) -> Ceremony:
    """Return the options for `navigator.credentials.create()`.

    Raises:
        UnknownStaffError: no such account.
    """
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise UnknownStaffError
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=staff_id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        exclude_credentials=_known_credentials(session, staff_id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return _begun(
        session, "register", staff_id, options.challenge, options_to_json(options), now=now
    )


def finish_registration(
    session: Session,
    *,
    staff_id: UUID,
    ceremony_id: UUID,
    answer: Mapping[str, Any],
    name: str,
    party: RelyingParty,
    now: datetime,
) -> UUID:
    """Keep a new passkey and return its id; the caller asked for a fresh proof before.

    Raises:
        PasskeyRefusedError: spent or late challenge, another host, a broken answer, no user
            verification, or a credential that is registered already.
    """
    challenge = _spent(session, ceremony_id, "register", staff_id, now)
    try:
        credential = parse_registration_credential_json(dict(answer))
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefusedError from error
    if _passkey_of(session, verified.credential_id) is not None:
        raise PasskeyRefusedError
    passkey = Passkey(
        id=new_id(),
        staff_id=staff_id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=[transport.value for transport in credential.response.transports or ()],
        name=name.strip()[:_MOST_NAME] or "Passkey",
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    _note(session, "passkey-added", staff_id)
    return passkey.id


def remove_passkey(session: Session, *, staff_id: UUID, passkey_id: UUID) -> None:
    """Forget one of somebody's passkeys.

    Raises:
        UnknownStaffError: they have no such passkey.
    """
    removed = session.execute(
        delete(Passkey)
        .where(Passkey.staff_id == staff_id, Passkey.id == passkey_id)
        .returning(Passkey.id),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if removed is None:
        raise UnknownStaffError
    _note(session, "passkey-removed", staff_id)


def begin_passkey_sign_in(session: Session, *, party: RelyingParty, now: datetime) -> Ceremony:
    """Return the options for `navigator.credentials.get()`; the browser offers what it holds.

    No account is named, so the answer tells nobody which accounts exist.
    """
    options = generate_authentication_options(
        rp_id=party.id, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _begun(session, "sign-in", None, options.challenge, options_to_json(options), now=now)


def finish_passkey_sign_in(
    session: Session,
    *,
    ceremony_id: UUID,
    answer: Mapping[str, Any],
    party: RelyingParty,
    origin: Origin,
    now: datetime,
) -> OpenedSession:
    """Open a full session for the owner of the passkey.

    A signature counter that does not grow betrays a copied key and is refused; authenticators that
    do not count report zero for ever and are accepted (section 6.1.1).

    Raises:
        PasskeyRefusedError: spent or late challenge, unknown passkey, wrong signature or host,
            a counter that went back, or a disabled account.
    """
    challenge = _spent(session, ceremony_id, "sign-in", None, now)
    passkey = _passkey_of(session, _credential_id(answer))
    if passkey is None:
        raise PasskeyRefusedError
    account = session.get(StaffAccount, passkey.staff_id)
    if account is None or account.disabled_at is not None or account.password_hash is None:
        raise PasskeyRefusedError
    new_count = _verified_count(answer, challenge, party, passkey)
    counted = session.execute(
        update(Passkey)
        .where(
            Passkey.id == passkey.id,
            or_(Passkey.sign_count < new_count, (Passkey.sign_count == 0) & (new_count == 0)),
        )
        .values(sign_count=new_count, last_used_at=now)
        .returning(Passkey.id),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if counted is None:
        raise PasskeyRefusedError
    _note(session, "signed-in-by-passkey", passkey.staff_id, origin)
    return open_session(
        session, staff_id=passkey.staff_id, stage=Stage.FULL, origin=origin, now=now
    )


def _verified_count(
    answer: Mapping[str, Any], challenge: bytes, party: RelyingParty, passkey: Passkey
) -> int:
    try:
        verified = verify_authentication_response(
            credential=parse_authentication_credential_json(dict(answer)),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefusedError from error
    return verified.new_sign_count


def _credential_id(answer: Mapping[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(str(answer["id"]))
    except (KeyError, ValueError) as error:
        raise PasskeyRefusedError from error


def _passkey_of(session: Session, credential_id: bytes) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _known_credentials(session: Session, staff_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    rows = session.execute(
        select(Passkey.credential_id, Passkey.transports).where(Passkey.staff_id == staff_id)
    )
    return [
        PublicKeyCredentialDescriptor(
            id=row.credential_id, transports=[AuthenticatorTransport(t) for t in row.transports]
        )
        for row in rows
    ]


def _begun(
    session: Session,
    purpose: str,
    staff_id: UUID | None,
    challenge: bytes,
    options: str,
    *,
    now: datetime,
) -> Ceremony:
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


def _spent(
    session: Session, ceremony_id: UUID, purpose: str, staff_id: UUID | None, now: datetime
) -> bytes:
    challenge = session.execute(
        delete(PasskeyCeremony)
        .where(
            PasskeyCeremony.id == ceremony_id,
            PasskeyCeremony.purpose == purpose,
            PasskeyCeremony.staff_id.is_not_distinct_from(staff_id),
            PasskeyCeremony.expires_at > now,
        )
        .returning(PasskeyCeremony.challenge),
        execution_options=_UNSYNCHRONIZED,
    ).scalar_one_or_none()
    if challenge is None:
        raise PasskeyRefusedError
    return bytes(challenge)


def _note(session: Session, action: str, staff_id: UUID, origin: Origin | None = None) -> None:
    note_security_event(
        session,
        merchant_id=None,
        action=action,
        actor_id=staff_id,
        subject=str(staff_id),
        address=origin.address if origin else "",
    )

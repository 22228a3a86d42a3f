"""Passkeys of staff (W3C Web Authentication level 3): registered, listed, removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import parse_registration_credential_json
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
from commerce.park.models import Passkey, StaffAccount
from commerce.park.service.passkey_ceremonies import (
    Ceremony,
    RelyingParty,
    begin_ceremony,
    find_credential,
    note_passkey,
    spend_challenge,
)

_MOST_NAME = 60


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
    return begin_ceremony(
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
    challenge = spend_challenge(session, ceremony_id, "register", staff_id, now)
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
    if find_credential(session, verified.credential_id) is not None:
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
    note_passkey(session, "passkey-added", staff_id)
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
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if removed is None:
        raise UnknownStaffError
    note_passkey(session, "passkey-removed", staff_id)


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

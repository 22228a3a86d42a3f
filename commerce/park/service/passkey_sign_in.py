"""Sign in with a passkey (W3C Web Authentication level 3).

A passkey with user verification is two factors in one, so it opens a full session.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    options_to_json,
    verify_authentication_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import UserVerificationRequirement

from commerce.park.errors import PasskeyRefusedError
from commerce.park.models import Passkey, StaffAccount
from commerce.park.origin import Origin
from commerce.park.service.passkey_ceremonies import (
    Ceremony,
    RelyingParty,
    begin_ceremony,
    find_credential,
    note_passkey,
    spend_challenge,
)
from commerce.park.service.sessions import OpenedSession, Stage, open_session


def begin_passkey_sign_in(session: Session, *, party: RelyingParty, now: datetime) -> Ceremony:
    """Return the options for `navigator.credentials.get()`; the browser offers what it holds.

    No account is named, so the answer tells nobody which accounts exist.
    """
    options = generate_authentication_options(
        rp_id=party.id, user_verification=UserVerificationRequirement.REQUIRED
    )
    return begin_ceremony(
        session, "sign-in", None, options.challenge, options_to_json(options), now=now
    )


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
    challenge = spend_challenge(session, ceremony_id, "sign-in", None, now)
    passkey = find_credential(session, _credential_id(answer))
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
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if counted is None:
        raise PasskeyRefusedError
    note_passkey(session, "signed-in-by-passkey", passkey.staff_id, origin)
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

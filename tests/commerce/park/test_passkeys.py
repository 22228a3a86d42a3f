import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.park.errors import PasskeyRefusedError, UnknownStaffError
from commerce.park.queries.sessions import find_staff
from commerce.park.service.accounts import disable_account
from commerce.park.service.passkey_ceremonies import Ceremony, RelyingParty
from commerce.park.service.passkey_sign_in import begin_passkey_sign_in, finish_passkey_sign_in
from commerce.park.service.passkeys import (
    begin_registration,
    finish_registration,
    list_passkeys,
    remove_passkey,
)
from commerce.park.service.sessions import OpenedSession, Stage
from tests.support.authenticator import Authenticator
from tests.support.park import HERE, create_staff

PARTY = RelyingParty(id="localhost", origin="http://localhost:8000")
LATE = timedelta(minutes=6)


def ask_to_register(database: Database, staff_id: UUID) -> Ceremony:
    with database.transaction(Scope.park()) as session:
        return begin_registration(session, staff_id=staff_id, party=PARTY, now=utc_now())


def keep(
    database: Database,
    staff_id: UUID,
    ceremony: Ceremony,
    answer: dict[str, Any],
    after: timedelta = timedelta(),
) -> UUID:
    with database.transaction(Scope.park()) as session:
        return finish_registration(
            session,
            staff_id=staff_id,
            ceremony_id=ceremony.id,
            answer=answer,
            name="Lin's telephone",
            party=PARTY,
            now=utc_now() + after,
        )


def register(database: Database, staff_id: UUID, device: Authenticator) -> UUID:
    ceremony = ask_to_register(database, staff_id)
    return keep(database, staff_id, ceremony, device.register(public_key(ceremony)))


def ask_to_sign_in(database: Database) -> Ceremony:
    with database.transaction(Scope.park()) as session:
        return begin_passkey_sign_in(session, party=PARTY, now=utc_now())


def enter(
    database: Database,
    ceremony: Ceremony,
    answer: dict[str, Any],
    after: timedelta = timedelta(),
) -> OpenedSession:
    with database.transaction(Scope.park()) as session:
        return finish_passkey_sign_in(
            session,
            ceremony_id=ceremony.id,
            answer=answer,
            party=PARTY,
            origin=HERE,
            now=utc_now() + after,
        )


def sign_in(database: Database, device: Authenticator) -> OpenedSession:
    ceremony = ask_to_sign_in(database)
    return enter(database, ceremony, device.sign(public_key(ceremony)))


def public_key(ceremony: Ceremony) -> dict[str, Any]:
    options = json.loads(ceremony.options)
    assert options["ceremony"] == str(ceremony.id)
    return dict(options["publicKey"])


def test_a_registered_passkey_signs_in_at_once(database: Database) -> None:
    staff_id = create_staff(database)
    device = Authenticator()
    register(database, staff_id, device)
    opened = sign_in(database, device)
    with database.transaction(Scope.park()) as session:
        found = find_staff(session, token=opened.token, now=utc_now())
        (card,) = list_passkeys(session, staff_id=staff_id)
    assert found is not None
    assert (found.id, found.stage, found.has_passkey) == (staff_id, Stage.FULL, True)
    assert card.name == "Lin's telephone"
    assert card.last_used_at is not None


def test_an_answer_works_once(database: Database) -> None:
    device = Authenticator()
    register(database, create_staff(database), device)
    ceremony = ask_to_sign_in(database)
    answer = device.sign(public_key(ceremony))
    enter(database, ceremony, answer)
    with pytest.raises(PasskeyRefusedError):
        enter(database, ceremony, answer)


def test_a_late_answer_is_refused(database: Database) -> None:
    staff_id, device = create_staff(database), Authenticator()
    asked = ask_to_register(database, staff_id)
    with pytest.raises(PasskeyRefusedError):
        keep(database, staff_id, asked, device.register(public_key(asked)), after=LATE)
    register(database, staff_id, device)
    ceremony = ask_to_sign_in(database)
    with pytest.raises(PasskeyRefusedError):
        enter(database, ceremony, device.sign(public_key(ceremony)), after=LATE)


def test_an_answer_to_another_challenge_is_refused(database: Database) -> None:
    device = Authenticator()
    register(database, create_staff(database), device)
    asked, other = ask_to_sign_in(database), ask_to_sign_in(database)
    with pytest.raises(PasskeyRefusedError):
        enter(database, asked, device.sign(public_key(other)))


def test_nobody_finishes_the_registration_that_another_began(database: Database) -> None:
    lin = create_staff(database)
    wei = create_staff(database, email="wei@tea.example")
    asked = ask_to_register(database, lin)
    with pytest.raises(PasskeyRefusedError):
        keep(database, wei, asked, Authenticator().register(public_key(asked)))


@pytest.mark.parametrize(
    "device",
    [
        Authenticator(origin="http://localhost.evil.example:8000"),
        Authenticator(verifies_user=False),
    ],
    ids=["a look-alike host", "nobody verified"],
)
def test_a_passkey_is_not_kept_for(database: Database, device: Authenticator) -> None:
    with pytest.raises(PasskeyRefusedError):
        register(database, create_staff(database), device)


def test_a_page_on_another_host_cannot_use_the_passkey(database: Database) -> None:
    device = Authenticator()
    register(database, create_staff(database), device)
    device.origin = "https://phish.example"
    with pytest.raises(PasskeyRefusedError):
        sign_in(database, device)


def test_a_passkey_without_the_persons_finger_or_code_does_not_sign_in(
    database: Database,
) -> None:
    device = Authenticator()
    register(database, create_staff(database), device)
    device.verifies_user = False
    with pytest.raises(PasskeyRefusedError):
        sign_in(database, device)


def test_a_copied_key_is_betrayed_by_its_counter(database: Database) -> None:
    device = Authenticator(counter=7)
    register(database, create_staff(database), device)
    sign_in(database, device)
    device.counter = 6
    with pytest.raises(PasskeyRefusedError):
        sign_in(database, device)


def test_a_device_that_does_not_count_is_accepted_again_and_again(database: Database) -> None:
    device = Authenticator(counter=0)
    register(database, create_staff(database), device)
    sign_in(database, device)
    assert sign_in(database, device).stage is Stage.FULL


def test_a_forged_signature_an_unknown_key_and_rubbish_are_refused(database: Database) -> None:
    device = Authenticator()
    register(database, create_staff(database), device)
    forger = Authenticator(credential_id=device.credential_id)
    with pytest.raises(PasskeyRefusedError):
        sign_in(database, forger)
    with pytest.raises(PasskeyRefusedError):
        sign_in(database, Authenticator())
    for rubbish in ({}, {"id": "x"}, {"id": 5, "response": []}, {"id": "=" * 9}):
        with pytest.raises(PasskeyRefusedError):
            enter(database, ask_to_sign_in(database), rubbish)


def test_one_credential_belongs_to_one_account(database: Database) -> None:
    device = Authenticator()
    register(database, create_staff(database), device)
    with pytest.raises(PasskeyRefusedError):
        register(database, create_staff(database, email="wei@tea.example"), device)


def test_a_removed_passkey_and_a_disabled_account_stay_out(database: Database) -> None:
    staff_id, device, second = create_staff(database), Authenticator(), Authenticator()
    passkey_id = register(database, staff_id, device)
    register(database, staff_id, second)
    with database.transaction(Scope.park()) as session:
        remove_passkey(session, staff_id=staff_id, passkey_id=passkey_id)
    with pytest.raises(PasskeyRefusedError):
        sign_in(database, device)
    with database.transaction(Scope.park()) as session, pytest.raises(UnknownStaffError):
        remove_passkey(session, staff_id=staff_id, passkey_id=passkey_id)
    with database.transaction(Scope.park()) as session:
        disable_account(session, staff_id=staff_id, actor_id=staff_id, now=utc_now())
    with pytest.raises(PasskeyRefusedError):
        sign_in(database, second)

from threading import Thread

import pytest
from argon2 import PasswordHasher

from commerce.kernel import passwords
from commerce.kernel.passwords import SignInBusyError, hash_password, verify_password


def test_a_password_fits_its_own_hash_only() -> None:
    stored = hash_password("correct horse 电池")

    assert stored.startswith("$argon2id$")
    assert verify_password(stored, "correct horse 电池").fits
    assert not verify_password(stored, "correct horse").fits


def test_the_same_password_is_stored_differently_each_time() -> None:
    assert hash_password("tea-2026") != hash_password("tea-2026")


def test_an_old_weaker_hash_still_opens_and_asks_for_a_new_one() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("tea-2026")

    verdict = verify_password(old, "tea-2026")

    assert verdict.fits
    assert verdict.rehash
    assert not verify_password(hash_password("tea-2026"), "tea-2026").rehash


def test_nobody_signs_in_to_an_account_that_does_not_exist() -> None:
    assert not verify_password(None, "anything").fits


def test_a_damaged_hash_opens_to_nobody() -> None:
    assert not verify_password("$argon2id$damaged", "anything").fits


def test_a_password_longer_than_the_limit_is_neither_stored_nor_cut_to_fit() -> None:
    long = "x" * 1024
    stored = hash_password(long)

    assert verify_password(stored, long).fits
    assert not verify_password(stored, long + "y").fits
    with pytest.raises(ValueError, match="1024"):
        hash_password(long + "y")


def test_a_third_person_waits_while_two_passwords_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE_SECONDS", 0.05)
    refused: list[bool] = []

    def sign_in() -> None:
        try:
            verify_password(None, "anything")
        except SignInBusyError:
            refused.append(True)

    with passwords._Place(), passwords._Place():
        third = Thread(target=sign_in)
        third.start()
        third.join()

    assert refused == [True]
    assert not verify_password(None, "anything").fits

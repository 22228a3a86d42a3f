import pytest

from commerce.park.errors import (
    CommonPasswordError,
    LongPasswordError,
    ShortPasswordError,
    TellingPasswordError,
)
from commerce.park.password_rules import check_password

AMONG_THE_FIRST = [
    "12345678", "123456789", "1234567890", "987654321", "password", "Password1", "P@ssw0rd!",
    "passw0rd123", "qwertyuiop", "qwerty123", "1q2w3e4r5t", "1qaz2wsx", "asdfghjkl", "11111111",
    "aaaaaaaaaa", "abcdabcd", "abc12345", "19870412", "2026-11-23"[:4] + "1123", "iloveyou2",
    "letmein!", "welcome2026", "admin123!", "dragon99", "sunshine1", "football7", "woaini1314",
    "woaini520", "quayside1", "monkey12", "princess01", "changeme", "zxcvbnm123", "Summer2026!",
    "passwordpassword", "00000000", "abcdefgh", "qazwsxedc", "test1234", "michael1", "dem0dem0",
]  # fmt: skip


@pytest.mark.parametrize("password", AMONG_THE_FIRST)
def test_what_attackers_try_first_is_refused(password: str) -> None:
    with pytest.raises(CommonPasswordError):
        check_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "celadon over cinnabar",
        "tidal flat 0417",
        "correct horse battery",
        "ünïcödé strait",
        "青瓷与朱砂都很好看",
        "x7#kQ9!vbn2L",
        "        tea        ",
        "y" * 40 + "es" + "o" * 30,
        "admiral's teapot",
    ],
)
def test_any_other_sentence_in_any_script_is_taken(password: str) -> None:
    check_password(password, about=["lin@porcelain.example", "Lin Yue", "Porcelain Road"])


def test_seven_characters_are_too_few_and_a_thousand_are_not_too_many() -> None:
    with pytest.raises(ShortPasswordError):
        check_password("tea&pot")
    check_password("tea & silk, " * 85)
    with pytest.raises(LongPasswordError):
        check_password("tea & silk, " * 86)


@pytest.mark.parametrize(
    "password", ["porcelain2026", "LinYue-1987", "yue.porcelain", "Porcelain!"]
)
def test_a_password_from_the_persons_own_words_is_refused(password: str) -> None:
    with pytest.raises(TellingPasswordError):
        check_password(password, about=["lin@porcelain.example", "Lin Yue"])

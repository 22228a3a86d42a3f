"""The test cards: numbers that pass the Luhn check, belong to nobody, and each behave in one way."""

from dataclasses import dataclass
from enum import StrEnum

from integrations.sandbox.pages.typed import card_number
from integrations.sandbox.pages.words import Words


class Behaviour(StrEnum):
    """What a test card does."""

    PAYS = "pays"
    DECLINED = "declined"
    CHALLENGE = "challenge"
    CHALLENGE_FAILS = "challenge-fails"
    SLOW = "slow"
    SILENT = "silent"
    TRIPLED = "tripled"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card of the sandbox bank; `decline` is the reason a declining one gives."""

    __test__ = False

    number: str
    behaviour: Behaviour
    label: Words
    decline: str = ""

    @property
    def last_four(self) -> str:
        """The digits that a receipt may print."""
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        """The number in groups of four, as on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, 16, 4))


CARDS = (
    TestCard("4242424242424242", Behaviour.PAYS, Words("Pays", "支付成功")),
    TestCard(
        "4000000000000002",
        Behaviour.DECLINED,
        Words("Declined by the bank", "银行拒付"),
        "generic-decline",
    ),
    TestCard(
        "4000000000009995",
        Behaviour.DECLINED,
        Words("Not enough money", "余额不足"),
        "insufficient-funds",
    ),
    TestCard(
        "4000000000000069", Behaviour.DECLINED, Words("Expired card", "卡片过期"), "expired-card"
    ),
    TestCard(
        "4000000000000127",
        Behaviour.DECLINED,
        Words("Wrong security code", "安全码错误"),
        "incorrect-cvc",
    ),
    TestCard("4000002500003155", Behaviour.CHALLENGE, Words("Asks you to confirm", "需要身份验证")),
    TestCard(
        "4000008400001629",
        Behaviour.CHALLENGE_FAILS,
        Words("Confirmation always fails", "身份验证必定失败"),
    ),
    TestCard("4000000000008880", Behaviour.SLOW, Words("Answers after 8 seconds", "8 秒后才响应")),
    TestCard(
        "4000000000006660",
        Behaviour.SILENT,
        Words("Pays, and the page never answers", "扣款成功但页面无响应"),
    ),
    TestCard(
        "4000000000003337",
        Behaviour.TRIPLED,
        Words("Pays, every notice comes three times", "支付成功，通知重复三次"),
    ),
    TestCard(
        "4000000000005555",
        Behaviour.LATE,
        Words("Pays, the notice comes 20 seconds late", "支付成功，通知延迟 20 秒"),
    ),
)

_BY_NUMBER = {card.number: card for card in CARDS}

DECLINES = {
    "generic-decline": Words(
        "Your bank declined the card. Try another one or ask your bank.",
        "发卡行拒绝了这笔交易。请换一张卡，或咨询发卡行。",
    ),
    "insufficient-funds": Words(
        "There is not enough money on this card. Try another one.",
        "卡内余额不足，请换一张卡。",
    ),
    "expired-card": Words("This card has expired. Try another one.", "卡片已过期，请换一张卡。"),
    "incorrect-cvc": Words(
        "The security code is not right. Check the back of your card.",
        "安全码不正确，请核对卡片背面的数字。",
    ),
    "authentication-failed": Words(
        "Your bank could not confirm that it is you. Try again or use another card.",
        "发卡行未能确认您的身份。请重试或换一张卡。",
    ),
}


def card_of(typed: str) -> TestCard | None:
    """Return the test card with the number somebody typed, spaces, dashes and any width allowed."""
    return _BY_NUMBER.get(card_number(typed))

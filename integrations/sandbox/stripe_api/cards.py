"""The test cards and payment methods of Stripe that are understood here."""

from dataclasses import dataclass

from integrations.sandbox.pages.typed import card_number
from integrations.sandbox.pages.words import Words


@dataclass(frozen=True, slots=True)
class StripeTestCard:
    """A test card, the payment method that stands for it, and what it does."""

    number: str
    payment_method: str
    label: Words
    decline_code: str = ""
    message: str = ""
    challenge: bool = False
    dispute: str = ""
    """What its bank does once it was charged: `opened` takes the money back, `asked` asks about it."""
    kind: str = "card"
    """The type of payment method; one that is no card has no number."""

    @property
    def spaced(self) -> str:
        """The number in groups of four, as on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, 16, 4))


CARDS = (
    StripeTestCard("4242424242424242", "pm_card_visa", Words("Pays", "支付成功")),
    StripeTestCard(
        "4000000000000002",
        "pm_card_visa_chargeDeclined",
        Words("Declined by the bank", "银行拒付"),
        "generic_decline",
        "Your card was declined.",
    ),
    StripeTestCard(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        Words("Not enough money", "余额不足"),
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    StripeTestCard(
        "4000002760003184",
        "pm_card_authenticationRequired",
        Words("Asks you to confirm", "需要身份验证"),
        challenge=True,
    ),
    StripeTestCard(
        "4000000000000259",
        "pm_card_createDispute",
        Words("Pays, then disputes the charge", "支付成功，随后发起拒付"),
        dispute="opened",
    ),
    StripeTestCard(
        "4000000000001976",
        "pm_card_createInquiry",
        Words("Pays, then asks about the charge", "支付成功，随后发起查询"),
        dispute="asked",
    ),
)

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_METHOD = {card.payment_method: card for card in CARDS}


def card_typed(number: str) -> StripeTestCard | None:
    """Return the test card with the number somebody typed, spaces, dashes and any width allowed."""
    return _BY_NUMBER.get(card_number(number))


def card_named(payment_method: str) -> StripeTestCard | None:
    """Return the test card behind a payment method."""
    return _BY_METHOD.get(payment_method)

"""Which ways to pay Stripe's page offers: what the merchant leaves switched on and the currency allows.

Stripe itself offers what the account may take by its country, and what the payer's allows. What the
merchant does not want is left out, and so is what cannot take the currency. Limits are dated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from integrations.payments.stripe.settings import StripeChoices


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay at Stripe; `currencies` are those a payer can be charged in.

    Attributes:
        type: Stripe's own name.
        source: where the limits are published.
        seen: when they were read.
    """

    type: str
    currencies: frozenset[str]
    source: str
    seen: date


ALIPAY = Way(
    "alipay",
    frozenset(["AUD", "CAD", "CNY", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD"]),
    "docs.stripe.com/payments/alipay/accept-a-payment",
    date(2026, 11, 24),
)
WECHAT_PAY = Way(
    "wechat_pay",
    frozenset(
        ["AUD", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "SEK", "SGD", "USD"]
    ),
    "docs.stripe.com/payments/wechat-pay/accept-a-payment",
    date(2026, 11, 24),
)
WAYS = (ALIPAY, WECHAT_PAY)


def left_out(choices: StripeChoices, currency: str) -> tuple[str, ...]:
    """Return what is not offered for an amount in `currency`, by Stripe's names."""
    return tuple(_left_out(choices, currency))


def _left_out(choices: StripeChoices, currency: str) -> Iterator[str]:
    wanted = {ALIPAY.type: choices.alipay, WECHAT_PAY.type: choices.wechat_pay}
    for way in WAYS:
        if not wanted[way.type] or currency not in way.currencies:
            yield way.type

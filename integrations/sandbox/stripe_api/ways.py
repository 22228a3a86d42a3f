"""Ways to pay beside cards, offered as Stripe publishes: by currency, unless the session leaves them out."""

from typing import Any

from integrations.sandbox.pages.words import Words
from integrations.sandbox.stripe_api.cards import StripeTestCard
from integrations.sandbox.stripe_api.faults import invalid

_CURRENCIES = {
    "alipay": ["aud", "cad", "cny", "eur", "gbp", "hkd", "jpy", "myr", "nzd", "sgd", "usd"],
    "wechat_pay": [
        "aud",
        "cad",
        "chf",
        "cny",
        "dkk",
        "eur",
        "gbp",
        "hkd",
        "jpy",
        "nok",
        "sek",
        "sgd",
        "usd",
    ],
}
_EXCLUDABLE = frozenset({"card", *_CURRENCIES})
WALLETS = {
    "alipay": StripeTestCard("", "pm_alipay", Words("Alipay", "支付宝"), kind="alipay"),
    "wechat_pay": StripeTestCard(
        "", "pm_wechat_pay", Words("WeChat Pay", "微信支付"), kind="wechat_pay"
    ),
}


def offered(wish: dict[str, Any], currency: str, *, manual: bool) -> list[str]:
    """Return what a session offers; neither of the two can be captured by hand."""
    excluded = wish.get("excluded_payment_method_types") or []
    odd = set(excluded) - _EXCLUDABLE
    if odd:
        raise invalid(
            "excluded_payment_method_types", f"Invalid: {sorted(odd)}.", "parameter_invalid"
        )
    link = ((wish.get("wallet_options") or {}).get("link") or {}).get("display") != "never"
    others = [name for name, known in _CURRENCIES.items() if currency in known and not manual]
    every = ["card", *(["link"] if link else []), *others]
    return [name for name in every if name not in excluded]

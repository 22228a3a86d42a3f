"""What a merchant configures for Stripe."""

from typing import Annotated

from pydantic import Field, SecretStr

from commerce.plugins.manifest import PluginSettings, SettingWords
from commerce.plugins.wording import Wording

_SECRET_KEY = SettingWords(
    Wording("Secret key", "私钥（Secret key）"),
    Wording(
        "From the dashboard, Developers, API keys; a restricted key (rk_) is better.",
        "见 Stripe 后台“Developers → API keys”；建议使用受限密钥（rk_）。",
    ),
)
_WEBHOOK_SECRET = SettingWords(
    Wording("Webhook signing secret", "Webhook 签名密钥"),
    Wording(
        "Shown when the webhook endpoint is added in the dashboard (whsec_...).",
        "在 Stripe 后台添加 webhook 端点时显示（whsec_...）。",
    ),
)
_PUBLISHABLE_KEY = SettingWords(
    Wording("Publishable key", "公钥（Publishable key）"),
    Wording(
        "Only for card fields inside the shop's own page.", "仅在店铺页面内嵌银行卡输入框时需要。"
    ),
)
_STATEMENT = SettingWords(
    Wording("Text on the card statement", "银行卡账单显示文字"),
    Wording(
        "Added to the name of the account; letters and digits.", "附在账户名称之后；限字母和数字。"
    ),
)


_LINK = SettingWords(
    Wording("Offer Link", "提供 Link"),
    Wording(
        "Stripe's own wallet. Apple Pay and Google Pay come with cards; they are switched in Stripe's "
        "dashboard.",
        "Stripe 自有钱包。Apple Pay 和 Google Pay 随银行卡一并提供，可在 Stripe 后台开关。",
    ),
)
_ALIPAY = SettingWords(
    Wording("Offer Alipay", "提供支付宝"),
    Wording(
        "Where your Stripe account has it and the currency allows it.",
        "须您的 Stripe 账户已开通，且币种受支持。",
    ),
)
_WECHAT_PAY = SettingWords(
    Wording("Offer WeChat Pay", "提供微信支付"),
    Wording(
        "The same; Stripe names the countries in which a business can have it.",
        "同上；可开通的国家和地区以 Stripe 公布的为准。",
    ),
)


class StripeChoices(PluginSettings):
    """What a merchant chooses, whoever has the keys."""

    statement_suffix: Annotated[str, _STATEMENT] = Field(default="", max_length=22)
    link: Annotated[bool, _LINK] = True
    alipay: Annotated[bool, _ALIPAY] = True
    wechat_pay: Annotated[bool, _WECHAT_PAY] = True


class StripeKeys(PluginSettings):
    """Keys of a Stripe account. Test keys (`sk_test_`) move no money, live keys do."""

    secret_key: Annotated[SecretStr, _SECRET_KEY] = Field(min_length=12)
    webhook_secret: Annotated[SecretStr, _WEBHOOK_SECRET] = SecretStr("")
    publishable_key: Annotated[str, _PUBLISHABLE_KEY] = Field(
        default="", pattern=r"^(pk_(test|live)_\w+)?$"
    )


class StripeSettings(StripeChoices, StripeKeys):
    """What a merchant configures who has a Stripe account of its own."""

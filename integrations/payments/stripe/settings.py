"""What a merchant configures for Stripe."""

from pydantic import Field, SecretStr

from commerce.plugins.manifest import PluginSettings


class StripeSettings(PluginSettings):
    """Keys of a Stripe account. Test keys (`sk_test_`) move no money, live keys do."""

    secret_key: SecretStr = Field(
        min_length=12,
        title="Secret key",
        description="From the dashboard, Developers, API keys; a restricted key (rk_) is better.",
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        title="Webhook signing secret",
        description="Shown when the webhook endpoint is added in the dashboard (whsec_...).",
    )
    publishable_key: str = Field(
        default="",
        pattern=r"^(pk_(test|live)_\w+)?$",
        title="Publishable key",
        description="Only for card fields inside the shop's own page.",
    )
    statement_suffix: str = Field(
        default="",
        max_length=22,
        title="Text on the card statement",
        description="Added to the name of the account; letters and digits.",
    )
    address: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+)?$",
        title="Address",
        description="Empty for Stripe itself; a local endpoint for tests.",
    )

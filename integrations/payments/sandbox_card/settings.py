"""What a merchant configures for the sandbox."""

from pydantic import Field, SecretStr

from commerce.plugins.manifest import PluginSettings

ADDRESS_VARIABLE = "QUAYSIDE_SIMULATOR_CARD"


class SandboxSettings(PluginSettings):
    """An account at the card simulator; any long random key opens one of its own."""

    api_key: SecretStr = Field(
        min_length=16, title="Key", description="Any long random text; it opens its own account."
    )
    address: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+)?$",
        title="Address",
        description="Where the simulator answers; empty for the one of this installation.",
    )

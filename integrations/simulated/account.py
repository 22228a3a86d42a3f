"""The account that a merchant has at a simulator."""

from typing import Annotated

from pydantic import Field, SecretStr

from commerce.plugins.manifest import PluginSettings, SettingWords
from commerce.plugins.wording import Wording

_KEY = SettingWords(
    Wording("Key", "密钥"),
    Wording(
        "Any long random text; it opens its own account.",
        "任意一段足够长的随机文本，即可开立独立账户。",
    ),
)


class AccountSettings(PluginSettings):
    """An account at a simulator; any long random key opens one of its own."""

    api_key: Annotated[SecretStr, _KEY] = Field(min_length=16)

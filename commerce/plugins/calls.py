"""What travels with every call to a plugin."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.plugins.manifest import PluginSettings

Settings = TypeVar("Settings", bound=PluginSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """For whom, until when, and under which key a provider is called.

    Attributes:
        tenant: the merchant; a plugin never mixes what belongs to two of them.
        channel: the counter at which the person stands.
        locale: the language of sentences for that person (`en`, `zh`).
        deadline: moment of `time.monotonic()` after which nobody waits for the answer.
        idempotency_key: names the wish, not the try; the same key is never carried out twice.
        attempt: 1 for the first try under this key.
        now: the moment of the call in UTC.
        settings: what the merchant configured, secrets included; never shown, never logged.
        account: the merchant's account under the park's own, at providers that have such.
    """

    tenant: UUID
    channel: Channel
    locale: str
    deadline: float
    idempotency_key: str
    attempt: int
    now: datetime
    settings: PluginSettings = field(repr=False)
    account: str = ""

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; never less than a twentieth, so that it can be a time-out."""
        return max(self.deadline - time.monotonic(), 0.05)

    def settings_of(self, kind: type[Settings]) -> Settings:
        """Return the settings as the plugin's own model.

        Raises:
            TypeError: the host passed the settings of another plugin.
        """
        if not isinstance(self.settings, kind):
            raise TypeError(f"these are {type(self.settings).__name__}, not {kind.__name__}")
        return self.settings

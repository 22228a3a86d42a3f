"""The contract of card readers at the till, driven by the server.

The till has no field for a card number; the reader talks to its provider, and we ask how it goes.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from commerce.kernel.money import Money
from commerce.plugins.calls import CallContext
from commerce.plugins.payments import CardMoney, PaymentSnapshot
from commerce.plugins.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A card reader: the provider's name for it, what clerks call it, whether it answers."""

    id: str
    label: str
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartReading:
    """Let `reader` ask for a card for `amount`; `reference` is our id of this attempt (UUIDv7)."""

    reference: UUID
    reader: str
    amount: Money
    order_number: str


class TerminalProvider(CardMoney, Protocol):
    """Takes money at the till."""

    def readers(self, call: CallContext) -> Result[tuple[Reader, ...]]:
        """Return the merchant's readers by label."""
        ...

    def start(self, call: CallContext, request: StartReading) -> Result[PaymentSnapshot]:
        """Wake the reader; `Pending` until a card was presented, then `status` tells.

        A busy reader is `Retryable` (`reader-busy`), so is one that is off (`reader-offline`): the
        clerk may wait, or choose another one. Cancelling frees the reader.
        """
        ...

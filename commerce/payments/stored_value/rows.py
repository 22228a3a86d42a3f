"""What stored value takes and gives: frozen rows, amounts in minor units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.kernel.money import Money

PLUGIN = "stored-value"
"""What payments and the ledger call the provider of stored value: the shop itself."""


class ValueKind(StrEnum):
    """Whose value it is: of whoever holds the card, or of one customer."""

    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"


class ValueEntryKind(StrEnum):
    """Why a balance changed."""

    SOLD = "sold"
    GRANTED = "granted"
    """Given without being paid for: goodwill, a prize."""
    REDEEMED = "redeemed"
    REFUNDED = "refunded"
    """Money that went back to it."""
    ADJUSTED = "adjusted"
    WITHDRAWN = "withdrawn"
    """Who bought the card has the money back."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ValueAccount:
    """What one card, or one customer in one currency, has left."""

    id: UUID
    kind: ValueKind
    currency: str
    balance_minor: int
    customer_id: UUID | None
    last_four: str
    order_line_id: UUID | None
    recipient: dict[str, Any] | None
    expires_at: datetime | None
    blocked_at: datetime | None
    created_at: datetime

    @property
    def balance(self) -> Money:
        """What is left, whether it may be spent or not."""
        return Money(self.balance_minor, self.currency)

    def pays(self, *, currency: str, at: datetime) -> bool:
        """Return whether any of it can be spent for an order in `currency` at that moment."""
        alive = self.blocked_at is None and (self.expires_at is None or self.expires_at > at)
        return alive and self.balance_minor > 0 and self.currency == currency


@dataclass(frozen=True, slots=True)
class ValueEntry:
    """One change of a balance, and the order that it belongs to, if it is about one."""

    id: UUID
    kind: ValueEntryKind
    amount_minor: int
    balance_minor: int
    currency: str
    reason: str
    actor_id: UUID | None
    at: datetime
    order_id: UUID | None
    order_number: str | None

    @property
    def amount(self) -> Money:
        """By how much the balance changed; below zero it fell."""
        return Money(self.amount_minor, self.currency)

    @property
    def balance(self) -> Money:
        """What was left then."""
        return Money(self.balance_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Liability:
    """What the merchant owes to the holders of one kind in one currency."""

    kind: ValueKind
    currency: str
    accounts: int
    outstanding_minor: int

    @property
    def outstanding(self) -> Money:
        """What could still be spent."""
        return Money(self.outstanding_minor, self.currency)

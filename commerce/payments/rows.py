"""What payments take and give: frozen rows, amounts in minor units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.kernel.money import Money


class Tender(StrEnum):
    """What a customer pays with, as receipts and Z reports count it."""

    CASH = "cash"
    CARD = "card"
    ONLINE = "online"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"

    @property
    def stored(self) -> bool:
        """Whether the shop itself holds the money: it comes back at once, without any provider."""
        return self in {Tender.GIFT_CARD, Tender.STORE_CREDIT}


class PaymentState(StrEnum):
    """How far one attempt to pay has come."""

    STARTED = "started"
    PENDING = "pending"
    ACTION_REQUIRED = "action_required"
    UNKNOWN = "unknown"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        """Whether the provider may still say something new."""
        return self in _OPEN


_OPEN = frozenset(
    {
        PaymentState.STARTED,
        PaymentState.PENDING,
        PaymentState.ACTION_REQUIRED,
        PaymentState.UNKNOWN,
    }
)


_UNDER_WAY = frozenset({PaymentState.PENDING, PaymentState.AUTHORISED, PaymentState.CAPTURED})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a provider says of a payment now; amounts in minor units of its currency."""

    state: PaymentState
    handle: str | None = None
    authorised_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    detail: str = ""
    refusal: str = ""
    """Why it was refused, as a code of the provider's plugin."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One attempt to pay an order with one tender."""

    id: UUID
    order_id: UUID
    tender: Tender
    plugin: str
    handle: str | None
    currency: str
    amount_minor: int
    authorised_minor: int
    captured_minor: int
    refunding_minor: int
    refunded_minor: int
    tendered_minor: int | None
    state: PaymentState
    detail: str
    created_at: datetime
    settled_at: datetime | None
    refusal: str = ""
    rounding_minor: int = 0
    """What cash paid beyond the amount, or less, because there is no smaller coin."""

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def under_way(self) -> bool:
        """Whether money of an order that is not paid yet is on its way; what we hold ourselves is not."""
        return self.state in _UNDER_WAY and not self.tender.stored

    @property
    def refundable(self) -> Money:
        """What can still be given back."""
        left = self.captured_minor - self.refunded_minor - self.refunding_minor
        return Money(left, self.currency)

    @property
    def change(self) -> Money:
        """Cash given back at once."""
        paid = self.amount_minor + self.rounding_minor
        tendered = paid if self.tendered_minor is None else self.tendered_minor
        return Money(tendered - paid, self.currency)


def kept_minor(payments: Iterable[PaymentRow]) -> int:
    """Return what payments have brought and not given back, in minor units of their currency."""
    return sum(each.captured_minor - each.refunded_minor for each in payments)


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money on its way back."""

    id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    reason: str
    state: str
    handle: str | None
    detail: str
    actor_id: UUID | None
    created_at: datetime
    settled_at: datetime | None
    refusal: str = ""
    rounding_minor: int = 0
    """What cash was handed back beyond the amount, or less."""
    request_id: UUID | None = None
    """The wish that it fulfils."""
    account_id: UUID | None = None
    """The gift card or store credit that it went to, if to one."""

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A way to pay that a merchant has set up."""

    id: UUID
    plugin: str
    enabled: bool
    position: int
    settings: dict[str, object]
    sealed: bytes | None
    account: str | None = None
    """The merchant's account under the park's own."""
    standing: dict[str, Any] | None = None

    @property
    def takes_payments(self) -> bool:
        """Whether the merchant's account is such that customers can pay into it."""
        return bool(self.standing and self.standing["takes_payments"])

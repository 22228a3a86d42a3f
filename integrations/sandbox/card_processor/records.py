"""The processor's own record of a payment."""

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How far a payment has come here."""

    REQUIRES_CARD = "requires_card"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = frozenset({Status.REQUIRES_CARD, Status.REQUIRES_CONFIRMATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back; `reference` is the caller's own."""

    id: str
    reference: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment; amounts in minor units of `currency`, moments in unix seconds."""

    id: str
    account: str
    reference: str
    amount: int
    currency: str
    order_number: str
    description: str = ""
    manual_capture: bool = False
    return_url: str = ""
    cancel_url: str = ""
    webhook_url: str = ""
    locale: str = ""
    expires_at: int = 0
    token: str = ""
    reader: str = ""
    started_at: float = 0.0
    status: Status = Status.REQUIRES_CARD
    authorised: int = 0
    captured: int = 0
    refunds: tuple[Refund, ...] = ()
    brand: str = ""
    last_four: str = ""
    entry: str = ""
    authorisation_code: str = ""
    decline: str = ""
    pending_card: str = ""
    """Last four digits of the card whose holder is being asked to confirm."""
    post: str = "normal"
    """How this payment's webhooks travel: normal, tripled, late."""
    history: tuple[str, ...] = field(default=())

    @property
    def refunded(self) -> int:
        """What was given back so far."""
        return sum(refund.amount for refund in self.refunds)

    def record(self) -> dict[str, Any]:
        """Return the payment as the journal keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Payment":
        """Return the payment that the journal kept."""
        refunds = tuple(Refund(**refund) for refund in record.pop("refunds"))
        status, history = Status(record.pop("status")), tuple(record.pop("history"))
        return cls(**record, refunds=refunds, status=status, history=history)

    def changed(self, **changes: Any) -> "Payment":
        """Return the payment with some facts replaced."""
        return replace(self, **changes)

    def public(self, address: str) -> dict[str, Any]:
        """Return the payment as the API shows it to its owner."""
        return {
            "id": self.id,
            "reference": self.reference,
            "status": self.status.value,
            "amount": self.amount,
            "currency": self.currency,
            "authorised": self.authorised,
            "captured": self.captured,
            "refunded": self.refunded,
            "refunds": [asdict(refund) for refund in self.refunds],
            "card": self._card(),
            "decline": self.decline,
            "page_url": f"{address}/pay/{self.token}" if self.token else None,
            "expires_at": self.expires_at,
        }

    def _card(self) -> dict[str, str] | None:
        if not self.last_four:
            return None
        return {
            "brand": self.brand,
            "last_four": self.last_four,
            "entry": self.entry,
            "authorisation_code": self.authorisation_code,
        }

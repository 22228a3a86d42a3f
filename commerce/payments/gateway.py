"""What the business asks of a payment provider, in its own words.

Every method goes over the network and so is called with no transaction open: first the intent is
written, then the provider is asked, then its finding is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from commerce.payments.rows import Finding, PaymentRow, RefundRow
from commerce.plugins.terminals import Reader


@dataclass(frozen=True, slots=True)
class Journey:
    """Where the shopper comes from and goes to while paying."""

    order_number: str
    email: str
    locale: str
    return_url: str
    cancel_url: str
    webhook_url: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of opening a payment: what is known, and where the shopper must go, if anywhere."""

    finding: Finding
    redirect_url: str | None
    journey: Journey | None = None
    """The one it was opened on first, where the provider's page was made for that one."""
    answered: bool = True
    """Whether the provider said anything; else the same payment is to be opened again."""


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """How a refund stands: done, refused (False), or not yet known (None)."""

    done: bool | None
    handle: str | None
    detail: str = ""
    refusal: str = ""
    """Why it was refused, as a code of the provider's plugin."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A genuine message of a provider: a hint to ask, with the name of the payment it is about."""

    event_id: str
    kind: str
    handle: str
    payment_id: UUID | None = None
    """Our own id of the payment, where the provider keeps it."""
    settles: bool = False
    """It speaks of no payment but of what became of the money: ask for the provider's report."""
    about_account: bool = False
    """It speaks of the merchant's account under the park's own: ask how that stands."""


class PaymentGateway(Protocol):
    """Reaches the provider that carries a payment."""

    def open(self, *, merchant_id: UUID, payment: PaymentRow, journey: Journey) -> Opened:
        """Begin a payment; the payment's id is the idempotency key, so twice charges once."""
        ...

    def start_reader(
        self, *, merchant_id: UUID, payment: PaymentRow, reader: str, order_number: str
    ) -> Finding:
        """Let a card reader at the till ask for a card; payment and reader together are the key.

        Raises:
            ReaderBusyError, ReaderOfflineError: this reader asks for nothing now; another one may.
        """
        ...

    def readers(self, *, merchant_id: UUID, plugin: str) -> tuple[Reader, ...]:
        """Return the merchant's card readers at this provider."""
        ...

    def ask(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        """Return what the provider says of a payment now."""
        ...

    def cancel(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        """Give up a payment that nobody has paid; what was paid meanwhile comes back as found."""
        ...

    def refund(self, *, merchant_id: UUID, payment: PaymentRow, refund: RefundRow) -> RefundAnswer:
        """Give money back; the refund's id is the idempotency key."""
        ...

    def read_webhook(
        self, *, merchant_id: UUID, plugin: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Notice, ...]:
        """Return what a provider's message speaks of.

        Raises:
            ForgedWebhookError: the signature is wrong, too old, or missing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Gateways:
    """Holds the gateway as a part of the installation: a protocol cannot be looked up by type."""

    payments: PaymentGateway

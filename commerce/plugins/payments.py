"""The contract of payment providers: requests, snapshots, events, verbs.

Money goes in as `Money`; snapshots tell minor units of the payment's one currency. Snapshots are
facts that only grow, so `merged` of any number of them, in any order, each any number of times, is
the same: webhooks may be late, doubled or reordered and nothing depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import UUID

from commerce.kernel.money import Money
from commerce.plugins.calls import CallContext
from commerce.plugins.manifest import Manifest
from commerce.plugins.results import Result
from commerce.plugins.settlement import SettlementEvent

_REFERENCE_PREFIX = "reference:"


def reference_handle(reference: UUID) -> str:
    """Return the handle of a payment that the provider has not named to us yet."""
    return f"{_REFERENCE_PREFIX}{reference}"


def reference_of(handle: str) -> UUID | None:
    """Return our reference if `handle` was made by `reference_handle`, else None."""
    if not handle.startswith(_REFERENCE_PREFIX):
        return None
    return UUID(handle.removeprefix(_REFERENCE_PREFIX))


class CaptureMode(StrEnum):
    """When the money is taken."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Confirmation(StrEnum):
    """Where the payer types the card: on a page of the provider, or in fields of its script."""

    HOSTED = "hosted"
    CLIENT = "client"


class Stage(StrEnum):
    """How far a payment has come, weakest claim first; a later one outranks an earlier one.

    A capture outranks all else: a "failed" that arrives after it must not undo it. `FAILED` is
    said only when the payment cannot succeed any more; a declined card that the payer may replace
    is `ACTION_REQUIRED` with a detail.
    """

    ACTION_REQUIRED = "action_required"
    PENDING = "pending"
    FAILED = "failed"
    AUTHORISED = "authorised"
    CANCELLED = "cancelled"
    CAPTURED = "captured"


class RefundStage(StrEnum):
    """How far a refund has come; a bank may still turn down one that was done."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


_STAGE_RANK = {stage: rank for rank, stage in enumerate(Stage)}
_REFUND_RANK = {stage: rank for rank, stage in enumerate(RefundStage)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a receipt may print of a card; never its number."""

    brand: str
    last_four: str
    entry: str = ""
    """How it was read: `contactless`, `chip`, `online`."""
    authorisation_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSnapshot:
    """One refund as the provider knows it; `reference` is the one we gave, if it kept it."""

    handle: str
    reference: UUID | None
    amount_minor: int
    currency: str
    stage: RefundStage
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSnapshot:
    """What a provider says of a payment; amounts in minor units of `currency`.

    `authorised_minor` is all that was ever promised, so captured <= authorised, and `refunded_minor`
    all that was ever given back, so refunded <= captured.
    """

    handle: str
    reference: UUID | None
    currency: str
    stage: Stage
    authorised_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    refunds: tuple[RefundSnapshot, ...] = ()
    card: CardFacts | None = None
    refusal: str = ""
    """Why it failed last, as a code that the manifest explains; kept, and told in any language."""
    detail: str = ""
    """The same in the language of the call."""

    def merged(self, other: "PaymentSnapshot") -> "PaymentSnapshot":
        """Return what both together tell; commutative, associative and idempotent.

        Raises:
            ValueError: they speak of different currencies.
        """
        if self.currency != other.currency:
            raise ValueError(f"one payment in {self.currency} and {other.currency}")
        stronger = max(self, other, key=_strength)
        cards = [card for card in (self.card, other.card) if card is not None]
        return PaymentSnapshot(
            handle=max(self.handle, other.handle),
            reference=self.reference or other.reference,
            currency=self.currency,
            stage=stronger.stage,
            authorised_minor=max(self.authorised_minor, other.authorised_minor),
            captured_minor=max(self.captured_minor, other.captured_minor),
            refunded_minor=max(self.refunded_minor, other.refunded_minor),
            refunds=_merged_refunds(self.refunds, other.refunds),
            card=max(cards, key=repr, default=None),
            refusal=stronger.refusal,
            detail=stronger.detail,
        )


def _strength(snapshot: PaymentSnapshot) -> tuple[int, str, str]:
    return _STAGE_RANK[snapshot.stage], snapshot.refusal, snapshot.detail


def _merged_refunds(
    left: tuple[RefundSnapshot, ...], right: tuple[RefundSnapshot, ...]
) -> tuple[RefundSnapshot, ...]:
    by_handle: dict[str, RefundSnapshot] = {}
    for refund in sorted((*left, *right), key=lambda each: (_REFUND_RANK[each.stage], repr(each))):
        by_handle[refund.handle] = refund
    return tuple(by_handle[handle] for handle in sorted(by_handle))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPayment:
    """Begin to take `amount` from a payer.

    Attributes:
        reference: our id of this attempt; a UUIDv7, so that its moment can be read from it.
        order_number: what the payer sees on the statement and the provider's page.
        return_url, cancel_url: where the provider's page sends the browser afterwards.
        webhook_url: where providers that take an address per payment report to.
        expires_at: when the goods are let go; the provider should stop waiting then.
    """

    reference: UUID
    amount: Money
    order_number: str
    description: str
    return_url: str
    cancel_url: str
    webhook_url: str
    expires_at: datetime
    capture: CaptureMode = CaptureMode.AUTOMATIC
    confirmation: Confirmation = Confirmation.HOSTED
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePayment:
    """Take `amount` of what was authorised; what remains is let go."""

    handle: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment:
    """Give `amount` of a captured payment back; `reference` is our id of this refund."""

    handle: str
    payment_reference: UUID
    reference: UUID
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPayment:
    """Let a payment go that has not been captured."""

    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessage:
    """A message as it arrived. The body is hostile until its signature is checked."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """One change that a provider reports; a hint, whose snapshot is merged into what is known.

    Attributes:
        event_id: the provider's own, by which doubles are recognised.
        kind: the provider's own name of the change, for the inbox and people who look at it.
        payment: what the message claims; names the payment by handle and, where kept, reference.
        occurred_at: when the provider says it happened, in UTC.
    """

    event_id: str
    kind: str
    payment: PaymentSnapshot
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent:
    """A message that something about an account changed; a hint to ask."""

    event_id: str
    kind: str
    handle: str
    occurred_at: datetime


ProviderEvent: TypeAlias = PaymentEvent | SettlementEvent | AccountEvent


class CardMoney(Protocol):
    """What every provider of card money can do with a payment that exists.

    Verbs that move money answer `Unknown` when they were sent and not answered; `status` then says
    what became of it. The same idempotency key is carried out once, however often it is sent.
    """

    @property
    def manifest(self) -> Manifest:
        """The plugin's public description."""
        ...

    def status(self, call: CallContext, handle: str) -> Result[PaymentSnapshot]:
        """Say how a payment stands, with every refund; moves nothing.

        A handle of `reference_handle` finds the payment by our reference. A payment that the
        provider has never heard of is `Refused` with code `payment-not-found`.
        """
        ...

    def capture(self, call: CallContext, request: CapturePayment) -> Result[PaymentSnapshot]:
        """Take an authorised amount; never more than was authorised."""
        ...

    def refund(self, call: CallContext, request: RefundPayment) -> Result[RefundSnapshot]:
        """Give money back; more than is left is `Refused` with code `refund-exceeds-payment`."""
        ...

    def cancel(self, call: CallContext, request: CancelPayment) -> Result[PaymentSnapshot]:
        """Let go what is not captured; a captured payment is `Refused` (`already-captured`)."""
        ...

    def read_webhook(
        self, call: CallContext, message: WebhookMessage
    ) -> Result[tuple[ProviderEvent, ...]]:
        """Check a message and say what it tells; no network.

        A forged, stale (older than 300 s) or malformed message is `Refused` (`webhook-refused`).
        A genuine one about something else is `Ok` with no events.
        """
        ...


class PaymentProvider(CardMoney, Protocol):
    """Takes money in the shop."""

    def open(self, call: CallContext, request: OpenPayment) -> Result[PaymentSnapshot]:
        """Begin a payment; usually `ActionRequired` with a redirect or a client confirmation."""
        ...

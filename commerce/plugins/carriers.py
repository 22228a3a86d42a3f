"""The contract of carriers: what a label costs, book it, print it, cancel it, follow the parcel."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from commerce.kernel.money import Money
from commerce.plugins.calls import CallContext
from commerce.plugins.manifest import Manifest
from commerce.plugins.parcels import Parcel
from commerce.plugins.payments import WebhookMessage
from commerce.plugins.results import Result
from commerce.plugins.tracking import TrackingNews, TrackingScan
from commerce.plugins.wording import Wording

LABEL_NOT_FOUND = "label-not-found"
"""The code with which a carrier refuses a handle that it has never heard of."""

IN_TRANSIT = "parcel-in-transit"
"""The code with which a carrier refuses to cancel the label of a parcel that it has in its hands."""


class LabelStage(StrEnum):
    """Whether a label can be used; a cancelled one never comes back."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class LabelFormat(StrEnum):
    """How a label is printed: a page, or the language of thermal printers (ZPL II)."""

    PDF = "pdf"
    ZPL = "zpl"

    @property
    def media_type(self) -> str:
        """What it is called on the web; the type of ZPL is nobody's standard."""
        return "application/pdf" if self is LabelFormat.PDF else "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOffer:
    """A way to send one parcel: what it costs the merchant, and how many days it is on its way."""

    code: str
    name: Wording
    cost: Money
    min_days: int
    max_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLabel:
    """Buy a label for a parcel.

    Attributes:
        reference: our id of this label; a UUIDv7, so that its moment can be read from it.
        service: the code of an offer.
        webhook_url: where carriers that take an address per label report scans to.
    """

    reference: UUID
    service: str
    parcel: Parcel
    webhook_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLabel:
    """Give a label back that no parcel travels with."""

    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSnapshot:
    """A label as its carrier knows it; it holds no address, so it may be kept as an answer.

    Attributes:
        reference: the one we gave, if it was kept.
        carrier: who carries the parcel, for people; a broker's plugin books with several.
        tracking_number: letters, digits and dashes; what the customer follows the parcel by.
        tracking_page: the carrier's own page about the parcel, or empty.
        cost: what the merchant pays for it.
        formats: in which forms it can be printed.
    """

    handle: str
    reference: UUID | None
    stage: LabelStage
    carrier: Wording
    service: str
    tracking_number: str
    cost: Money
    formats: tuple[LabelFormat, ...]
    tracking_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDocument:
    """A label ready for a printer."""

    format: LabelFormat
    content: bytes = field(repr=False)


class CarrierProvider(Protocol):
    """Carries parcels.

    `book` and `cancel` answer `Unknown` when they were sent and not answered; `label` then says what
    became of it. The same idempotency key is carried out once, however often it is sent.
    """

    @property
    def manifest(self) -> Manifest:
        """The plugin's public description."""
        ...

    def offers(self, call: CallContext, parcel: Parcel) -> Result[tuple[ServiceOffer, ...]]:
        """Say in which ways a parcel can go, the cheapest first; buys nothing."""
        ...

    def book(self, call: CallContext, request: BookLabel) -> Result[LabelSnapshot]:
        """Buy a label; an address that cannot be served is `Refused` with its field."""
        ...

    def label(self, call: CallContext, handle: str) -> Result[LabelSnapshot]:
        """Say how a label stands; buys nothing.

        A handle of `reference_handle` finds the label by our reference. A label that the carrier has
        never heard of is `Refused` with code `LABEL_NOT_FOUND`.
        """
        ...

    def cancel(self, call: CallContext, request: CancelLabel) -> Result[LabelSnapshot]:
        """Give a label back; a parcel on its way is `Refused` with code `IN_TRANSIT`."""
        ...

    def document(self, call: CallContext, handle: str, form: LabelFormat) -> Result[LabelDocument]:
        """Return a label as it is printed; as often as it is asked for."""
        ...

    def track(self, call: CallContext, number: str) -> Result[tuple[TrackingScan, ...]]:
        """Return every scan of a parcel of ours, in no sure order."""
        ...

    def read_webhook(
        self, call: CallContext, message: WebhookMessage
    ) -> Result[tuple[TrackingNews, ...]]:
        """Check a message and say what it tells; no network.

        A forged, stale (older than 300 s) or malformed message is `Refused` (`webhook-refused`).
        A genuine one about something else is `Ok` with no news.
        """
        ...

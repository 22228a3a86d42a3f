"""Carriers as the business calls them: through the host, each label bought and given back once."""

from dataclasses import dataclass

from commerce.plugins.calls import CallContext
from commerce.plugins.carriers import (
    LABEL_NOT_FOUND,
    BookLabel,
    CancelLabel,
    LabelDocument,
    LabelFormat,
    LabelSnapshot,
    LabelStage,
    ServiceOffer,
)
from commerce.plugins.host import Caller, NeverArrived, PluginHost, Settled, Wish
from commerce.plugins.parcels import Parcel
from commerce.plugins.payments import WebhookMessage, reference_handle
from commerce.plugins.registry import Registry
from commerce.plugins.results import Ok, Refused, Result
from commerce.plugins.tracking import TrackingNews, TrackingScan


@dataclass(frozen=True, slots=True)
class CarrierCalls:
    """Every verb of the contract, kept by the host.

    Keys: use the id of the label for `book` and for `cancel`. The request must be the same each
    time. After `Unknown` or `Retryable` call the same verb with the same key and request again,
    later: what was sent before is asked for by its handle and never booked a second time.

    Every verb raises `PluginMissingError` where there is no such plugin.
    """

    host: PluginHost
    registry: Registry

    def offers(
        self, caller: Caller, *, plugin: str, parcel: Parcel
    ) -> Result[tuple[ServiceOffer, ...]]:
        """Ask in which ways a parcel can go."""
        provider = self.registry.carrier(plugin)
        return self.host.ask(caller, plugin=plugin, work=lambda call: provider.offers(call, parcel))

    def book(
        self, caller: Caller, *, plugin: str, request: BookLabel, key: str
    ) -> Result[LabelSnapshot]:
        """Buy a label.

        Raises:
            CallConflictError: the key was used for another request.
        """
        provider = self.registry.carrier(plugin)
        handle = reference_handle(request.reference)

        def settle(call: CallContext) -> Settled[LabelSnapshot]:
            match provider.label(call, handle):
                case Refused(code=code) if code == LABEL_NOT_FOUND:
                    return NeverArrived()
                case asked:
                    return asked

        wish = Wish(
            plugin=plugin,
            operation="book-label",
            idempotency_key=key,
            request=request,
            value=LabelSnapshot,
            handle=handle,
            send=lambda call: provider.book(call, request),
            settle=settle,
        )
        return self.host.fulfil(caller, wish)

    def cancel(
        self, caller: Caller, *, plugin: str, request: CancelLabel, key: str
    ) -> Result[LabelSnapshot]:
        """Give a label back.

        Raises:
            CallConflictError: the key was used for another request.
        """
        provider = self.registry.carrier(plugin)

        def settle(call: CallContext) -> Settled[LabelSnapshot]:
            asked = provider.label(call, request.handle)
            if isinstance(asked, Ok) and asked.value.stage is LabelStage.CANCELLED:
                return asked
            return NeverArrived()  # to cancel twice does no harm

        wish = Wish(
            plugin=plugin,
            operation="cancel-label",
            idempotency_key=key,
            request=request,
            value=LabelSnapshot,
            handle=request.handle,
            send=lambda call: provider.cancel(call, request),
            settle=settle,
        )
        return self.host.fulfil(caller, wish)

    def label(self, caller: Caller, *, plugin: str, handle: str) -> Result[LabelSnapshot]:
        """Ask how a label stands."""
        provider = self.registry.carrier(plugin)
        return self.host.ask(caller, plugin=plugin, work=lambda call: provider.label(call, handle))

    def document(
        self, caller: Caller, *, plugin: str, handle: str, form: LabelFormat
    ) -> Result[LabelDocument]:
        """Ask for a label as it is printed."""
        provider = self.registry.carrier(plugin)
        return self.host.ask(
            caller, plugin=plugin, work=lambda call: provider.document(call, handle, form)
        )

    def track(
        self, caller: Caller, *, plugin: str, number: str
    ) -> Result[tuple[TrackingScan, ...]]:
        """Ask for the scans of a parcel."""
        provider = self.registry.carrier(plugin)
        return self.host.ask(caller, plugin=plugin, work=lambda call: provider.track(call, number))

    def read_webhook(
        self, caller: Caller, *, plugin: str, message: WebhookMessage
    ) -> Result[tuple[TrackingNews, ...]]:
        """Check a message and say what it tells; anything but `Ok` is answered with 400."""
        provider = self.registry.carrier(plugin)
        return self.host.read(
            caller, plugin=plugin, work=lambda call: provider.read_webhook(call, message)
        )

"""Payments and card readers as the business calls them: through the host, once per wish."""

from dataclasses import dataclass
from typing import TypeVar

from commerce.plugins.calls import CallContext
from commerce.plugins.host import Caller, NeverArrived, PluginHost, Settled, Wish
from commerce.plugins.payments import (
    CancelPayment,
    CapturePayment,
    CardMoney,
    OpenPayment,
    PaymentSnapshot,
    ProviderEvent,
    RefundPayment,
    RefundSnapshot,
    Stage,
    WebhookMessage,
    reference_handle,
)
from commerce.plugins.registry import Registry
from commerce.plugins.results import Ok, Refused, Result
from commerce.plugins.terminals import Reader, StartReading

Value = TypeVar("Value")

NOT_FOUND = "payment-not-found"
_OVER = frozenset({Stage.CANCELLED, Stage.FAILED})


@dataclass(frozen=True, slots=True)
class CardMoneyCalls:
    """Every verb of the contract, kept by the host.

    Keys: a verb that changes something is carried out once per (merchant, plugin, verb, key). Use
    the id of the payment for `open`, `start`, `capture` and `cancel`, the id of the refund for
    `refund`. The request must be the same each time, so derive its times from stored facts.
    After `Unknown` or `Retryable` call the same verb with the same key and request again, later.
    """

    host: PluginHost
    registry: Registry

    def open(
        self, caller: Caller, *, plugin: str, request: OpenPayment, key: str
    ) -> Result[PaymentSnapshot]:
        """Begin a payment in the shop.

        Raises:
            PluginMissingError: there is no such plugin.
            CallConflictError: the key was used for another request.
        """
        provider = self.registry.payment(plugin)
        handle = reference_handle(request.reference)

        def settle(call: CallContext) -> Settled[PaymentSnapshot]:
            # A page that still waits is asked for again: the same key brings its address back.
            return _unless_waiting(provider.status(call, handle))

        wish = Wish(
            plugin=plugin,
            operation="open",
            idempotency_key=key,
            request=request,
            value=PaymentSnapshot,
            handle=handle,
            send=lambda call: provider.open(call, request),
            settle=settle,
        )
        return self.host.fulfil(caller, wish)

    def start(
        self, caller: Caller, *, plugin: str, request: StartReading, key: str
    ) -> Result[PaymentSnapshot]:
        """Let a reader at the till ask for a card.

        Raises:
            PluginMissingError: there is no such plugin.
            CallConflictError: the key was used for another request.
        """
        provider = self.registry.terminal(plugin)
        handle = reference_handle(request.reference)
        wish = Wish(
            plugin=plugin,
            operation="start",
            idempotency_key=key,
            request=request,
            value=PaymentSnapshot,
            handle=handle,
            send=lambda call: provider.start(call, request),
            settle=lambda call: _unless_missing(provider.status(call, handle)),
        )
        return self.host.fulfil(caller, wish)

    def capture(
        self, caller: Caller, *, plugin: str, request: CapturePayment, key: str
    ) -> Result[PaymentSnapshot]:
        """Take an authorised amount.

        Raises:
            PluginMissingError: there is no such plugin.
            CallConflictError: the key was used for another request.
        """
        provider = self.registry.card_money(plugin)

        def settle(call: CallContext) -> Settled[PaymentSnapshot]:
            asked = provider.status(call, request.handle)
            if isinstance(asked, Ok) and not asked.value.captured_minor:
                return NeverArrived()
            return asked

        wish = Wish(
            plugin=plugin,
            operation="capture",
            idempotency_key=key,
            request=request,
            value=PaymentSnapshot,
            handle=request.handle,
            send=lambda call: provider.capture(call, request),
            settle=settle,
        )
        return self.host.fulfil(caller, wish)

    def refund(
        self, caller: Caller, *, plugin: str, request: RefundPayment, key: str
    ) -> Result[RefundSnapshot]:
        """Give money back.

        Raises:
            PluginMissingError: there is no such plugin.
            CallConflictError: the key was used for another request.
        """
        provider = self.registry.card_money(plugin)
        wish = Wish(
            plugin=plugin,
            operation="refund",
            idempotency_key=key,
            request=request,
            value=RefundSnapshot,
            handle=request.handle,
            send=lambda call: provider.refund(call, request),
            settle=lambda call: _refund_made(provider, call, request),
        )
        return self.host.fulfil(caller, wish)

    def cancel(
        self, caller: Caller, *, plugin: str, request: CancelPayment, key: str
    ) -> Result[PaymentSnapshot]:
        """Let go what is not captured.

        Raises:
            PluginMissingError: there is no such plugin.
            CallConflictError: the key was used for another request.
        """
        provider = self.registry.card_money(plugin)

        def settle(call: CallContext) -> Settled[PaymentSnapshot]:
            asked = provider.status(call, request.handle)
            if isinstance(asked, Ok) and asked.value.stage in _OVER:
                return asked
            return NeverArrived()  # to cancel twice does no harm

        wish = Wish(
            plugin=plugin,
            operation="cancel",
            idempotency_key=key,
            request=request,
            value=PaymentSnapshot,
            handle=request.handle,
            send=lambda call: provider.cancel(call, request),
            settle=settle,
        )
        return self.host.fulfil(caller, wish)

    def status(self, caller: Caller, *, plugin: str, handle: str) -> Result[PaymentSnapshot]:
        """Ask how a payment stands.

        Raises:
            PluginMissingError: there is no such plugin.
        """
        provider = self.registry.card_money(plugin)
        return self.host.ask(caller, plugin=plugin, work=lambda call: provider.status(call, handle))

    def readers(self, caller: Caller, *, plugin: str) -> Result[tuple[Reader, ...]]:
        """Return the merchant's card readers.

        Raises:
            PluginMissingError: there is no such plugin.
        """
        provider = self.registry.terminal(plugin)
        return self.host.ask(caller, plugin=plugin, work=provider.readers)

    def read_webhook(
        self, caller: Caller, *, plugin: str, message: WebhookMessage
    ) -> Result[tuple[ProviderEvent, ...]]:
        """Check a message and say what it tells; anything but `Ok` is answered with 400.

        Raises:
            PluginMissingError: there is no such plugin.
        """
        provider = self.registry.card_money(plugin)
        return self.host.read(
            caller, plugin=plugin, work=lambda call: provider.read_webhook(call, message)
        )


def _unless_missing(asked: Result[PaymentSnapshot]) -> Settled[PaymentSnapshot]:
    match asked:
        case Refused(code=code) if code == NOT_FOUND:
            return NeverArrived()
        case _:
            return asked


def _unless_waiting(asked: Result[PaymentSnapshot]) -> Settled[PaymentSnapshot]:
    match asked:
        case Ok(value) if value.stage is Stage.ACTION_REQUIRED:
            return NeverArrived()
        case _:
            return _unless_missing(asked)


def _refund_made(
    provider: CardMoney, call: CallContext, request: RefundPayment
) -> Settled[RefundSnapshot]:
    asked = provider.status(call, request.handle)
    if not isinstance(asked, Ok):
        return asked
    made = [each for each in asked.value.refunds if each.reference == request.reference]
    return Ok(made[0]) if made else NeverArrived()

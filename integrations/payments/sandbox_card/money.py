"""What the sandbox can do with a payment that exists; the same for the shop and for the till."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from commerce.plugins.calls import CallContext
from commerce.plugins.payments import (
    CancelPayment,
    CapturePayment,
    PaymentSnapshot,
    ProviderEvent,
    RefundPayment,
    RefundSnapshot,
    WebhookMessage,
    reference_of,
)
from commerce.plugins.results import Ok, Result, Retryable, Unknown
from integrations.payments.sandbox_card.reading import (
    read_event,
    read_payment,
    read_refund,
)
from integrations.payments.sandbox_card.settings import ADDRESS_VARIABLE
from integrations.payments.sandbox_card.wording import refused
from integrations.simulated.proof import is_genuine
from integrations.simulated.wire import Heard, Wire, read_said

_NAME = re.compile(r"\w{1,80}", re.ASCII)


class SandboxMoney:
    """Status, capture, refund, cancel and webhooks over the wire."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._wire = Wire(environment, variable=ADDRESS_VARIABLE, refused=refused)

    def status(self, call: CallContext, handle: str) -> Result[PaymentSnapshot]:
        """Ask how a payment stands, by the simulator's name or by our reference."""
        reference = reference_of(handle)
        if reference is None and not _NAME.fullmatch(handle):
            return refused("not-found", call.locale)
        if reference is None:
            heard: Heard = self._wire.look(call, f"/payments/{quote(handle, safe='')}")
        else:
            heard = self._wire.look(call, "/payments", reference=str(reference))
        result = self._payment(call, heard, handle=handle)
        return Retryable("unusable-answer") if isinstance(result, Unknown) else result

    def capture(self, call: CallContext, request: CapturePayment) -> Result[PaymentSnapshot]:
        """Take an authorised amount."""
        heard = self._wire.send(
            call,
            f"/payments/{quote(request.handle, safe='')}/capture",
            {"amount": request.amount.amount_minor},
            key=f"capture:{call.idempotency_key}",
            handle=request.handle,
        )
        return self._payment(call, heard, handle=request.handle)

    def refund(self, call: CallContext, request: RefundPayment) -> Result[RefundSnapshot]:
        """Give money back."""
        heard = self._wire.send(
            call,
            f"/payments/{quote(request.handle, safe='')}/refunds",
            {"amount": request.amount.amount_minor, "reference": str(request.reference)},
            key=f"refund:{call.idempotency_key}",
            handle=request.handle,
        )
        currency = request.amount.currency
        return read_said(
            heard, lambda said: read_refund(said.body, currency=currency), handle=request.handle
        )

    def cancel(self, call: CallContext, request: CancelPayment) -> Result[PaymentSnapshot]:
        """Let go what is not captured."""
        heard = self._wire.send(
            call,
            f"/payments/{quote(request.handle, safe='')}/cancel",
            {},
            key=f"cancel:{call.idempotency_key}",
            handle=request.handle,
        )
        return self._payment(call, heard, handle=request.handle)

    def read_webhook(
        self, call: CallContext, message: WebhookMessage
    ) -> Result[tuple[ProviderEvent, ...]]:
        """Check the signature (HMAC-SHA256, 300 s) and read the one event of a message."""
        if not is_genuine(call, message):
            return refused("webhook-refused", call.locale)
        try:
            return Ok((read_event(json.loads(message.body), locale=call.locale),))
        except (ValueError, RecursionError):
            return refused("webhook-refused", call.locale)

    def _payment(self, call: CallContext, heard: Heard, *, handle: str) -> Result[PaymentSnapshot]:
        return read_said(
            heard, lambda said: read_payment(said.body, locale=call.locale), handle=handle
        )

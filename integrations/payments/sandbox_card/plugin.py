"""Pays by card in the shop through the simulator's payment page. No money moves.

For a demo and for tests. Cards that pay, decline, ask for confirmation, answer slowly or not at all
are listed on the payment page itself.
"""

from collections.abc import Mapping

from commerce.plugins.calls import CallContext
from commerce.plugins.hooks import hookimpl
from commerce.plugins.manifest import Manifest, PluginKind
from commerce.plugins.payments import (
    Confirmation,
    OpenPayment,
    PaymentProvider,
    PaymentSnapshot,
    reference_handle,
)
from commerce.plugins.results import ActionRequired, Redirect, Result, Unknown
from commerce.plugins.wording import Wording
from integrations.payments.sandbox_card.money import SandboxMoney
from integrations.payments.sandbox_card.reading import page_address, read_payment
from integrations.payments.sandbox_card.settings import SandboxSettings
from integrations.payments.sandbox_card.wording import REFUSALS, refused
from integrations.simulated.shapes import ShapeError
from integrations.simulated.wire import Said

MANIFEST = Manifest(
    id="sandbox-card",
    version="1.0.0",
    kinds=frozenset({PluginKind.PAYMENT}),
    name=Wording("Test card", "测试银行卡"),
    settings=SandboxSettings,
    cannot_do=(
        Wording("It moves no money.", "不会真实扣款。"),
        Wording("It has no card fields inside the shop's own page.", "不支持店内嵌入式卡号输入。"),
    ),
    sandbox=True,
    refusals=REFUSALS,
    webhooks=True,
)


class SandboxCard(SandboxMoney):
    """The sandbox's payment page."""

    manifest = MANIFEST

    def open(self, call: CallContext, request: OpenPayment) -> Result[PaymentSnapshot]:
        """Open a payment and send the payer to its page."""
        if request.confirmation is Confirmation.CLIENT:
            return refused("client-confirmation-unsupported", call.locale)
        handle = reference_handle(request.reference)
        heard = self._wire.send(
            call,
            "/payments",
            _wish(call, request),
            key=f"open:{call.idempotency_key}",
            handle=handle,
        )
        if not isinstance(heard, Said):
            return heard
        try:
            url, expires_at = page_address(heard.body)
            payment = read_payment(heard.body, locale=call.locale)
        except ShapeError:
            return Unknown(handle, "unusable-answer")
        return ActionRequired(payment.handle, Redirect(url), expires_at)


def _wish(call: CallContext, request: OpenPayment) -> dict[str, object]:
    return {
        "reference": str(request.reference),
        "amount": request.amount.amount_minor,
        "currency": request.amount.currency,
        "order_number": request.order_number,
        "description": request.description,
        "capture": request.capture.value,
        "return_url": request.return_url,
        "cancel_url": request.cancel_url,
        "webhook_url": request.webhook_url,
        "locale": call.locale,
        "expires_at": int(request.expires_at.timestamp()),
    }


@hookimpl
def payment_provider(environment: Mapping[str, str]) -> PaymentProvider:
    """Offer the sandbox's payment page."""
    return SandboxCard(environment)

"""Takes cards, wallets and local methods through Stripe, in the shop.

By default the payer is sent to Stripe's own Checkout page, so that no card number ever comes near
the shop (PCI DSS SAQ A). With a publishable key the shop can instead show Stripe's fields in its
page. Money is taken at once or, with manual capture, when the goods leave.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.hooks import hookimpl
from commerce.plugins.manifest import Manifest, PluginKind
from commerce.plugins.payments import (
    CancelPayment,
    CapturePayment,
    Confirmation,
    OpenPayment,
    PaymentProvider,
    PaymentSnapshot,
    ProviderEvent,
    RefundPayment,
    RefundSnapshot,
    WebhookMessage,
    reference_handle,
    reference_of,
)
from commerce.plugins.results import Ok, Refused, Result
from commerce.plugins.settlement import AskSettlement, SettlementReport
from commerce.plugins.wording import Wording
from integrations.payments.stripe.amounts import to_stripe
from integrations.payments.stripe.client import address_in, new_session, quieten
from integrations.payments.stripe.looking import intent_of, snapshot_of
from integrations.payments.stripe.opening import open_intent, open_session
from integrations.payments.stripe.reading import (
    PAYMENT_REFERENCE,
    REFUND_REFERENCE,
    read_intent,
    read_refund,
    read_session,
)
from integrations.payments.stripe.settings import StripeSettings
from integrations.payments.stripe.settling import settlement_of
from integrations.payments.stripe.trying import looking, moving
from integrations.payments.stripe.voices import OwnKeys, Voice
from integrations.payments.stripe.webhooks import read_webhook
from integrations.payments.stripe.wording import REFUSALS, refused

Value = TypeVar("Value")

MANIFEST = Manifest(
    id="stripe",
    version="1.0.0",
    kinds=frozenset({PluginKind.PAYMENT}),
    name=Wording("Card and wallets (Stripe)", "银行卡与电子钱包（Stripe）"),
    settings=StripeSettings,
    cannot_do=(
        Wording(
            "It cannot keep a payment page open for less than 40 minutes.",
            "支付页面的有效期不能少于 40 分钟。",
        ),
        Wording("It drives no card reader at the till yet.", "暂不支持门店刷卡器。"),
    ),
    webhooks=True,
    refusals=REFUSALS,
)


class StripePayments:
    """Stripe, by its official library."""

    manifest = MANIFEST

    def __init__(self, environment: Mapping[str, str], voice: Voice | None = None) -> None:
        quieten()
        self._voice = voice or OwnKeys(new_session(), address_in(environment))

    def open(self, call: CallContext, request: OpenPayment) -> Result[PaymentSnapshot]:
        """Create a Checkout session or a payment intent."""
        client, handle = self._client(call), reference_handle(request.reference)
        if request.confirmation is not Confirmation.CLIENT:
            return moving(call, handle, lambda: open_session(client, call, request, handle=handle))
        key = self._voice.publishable_key(call)
        return moving(
            call,
            handle,
            lambda: open_intent(client, call, request, handle=handle, publishable_key=key),
        )

    def status(self, call: CallContext, handle: str) -> Result[PaymentSnapshot]:
        """Ask how a payment stands, by Stripe's name or by our reference."""
        client = self._client(call)
        return looking(call, lambda: snapshot_of(client, call, handle))

    def capture(self, call: CallContext, request: CapturePayment) -> Result[PaymentSnapshot]:
        """Take an authorised amount."""
        client = self._client(call)

        def take(intent: str) -> Result[PaymentSnapshot]:
            taken = client.v1.payment_intents.capture(
                intent,
                {"amount_to_capture": to_stripe(request.amount), "expand": ["latest_charge"]},
                {"idempotency_key": f"capture:{call.idempotency_key}"},
            )
            return Ok(
                read_intent(taken.to_dict(), refunds=(), locale=call.locale, handle=request.handle)
            )

        return _renamed(
            self._with_intent(call, client, request.handle, take),
            {"amount-refused": "amount-exceeds-authorisation"},
            call.locale,
        )

    def refund(self, call: CallContext, request: RefundPayment) -> Result[RefundSnapshot]:
        """Give money back."""
        client = self._client(call)

        def give(intent: str) -> Result[RefundSnapshot]:
            refund = client.v1.refunds.create(
                {
                    "payment_intent": intent,
                    "amount": to_stripe(request.amount),
                    "metadata": {
                        PAYMENT_REFERENCE: str(request.payment_reference),
                        REFUND_REFERENCE: str(request.reference),
                    },
                },
                {"idempotency_key": f"refund:{call.idempotency_key}"},
            )
            return Ok(read_refund(refund.to_dict()))

        return _renamed(
            self._with_intent(call, client, request.handle, give),
            {
                "amount-refused": "refund-exceeds-payment",
                "not-capturable": "refund-exceeds-payment",
            },
            call.locale,
        )

    def cancel(self, call: CallContext, request: CancelPayment) -> Result[PaymentSnapshot]:
        """Close the page or let the authorisation go; what is over already is left as it is."""
        client = self._client(call)
        before = self.status(call, request.handle)
        match before:
            case Ok(value) if value.captured_minor:
                return refused("already-captured", call.locale)
            case Ok(value):
                handle = value.handle
            case _:
                return before
        return _renamed(
            moving(call, handle, lambda: _cancel(client, call, handle)),
            {"not-capturable": "already-captured"},
            call.locale,
        )

    def read_webhook(
        self, call: CallContext, message: WebhookMessage
    ) -> Result[tuple[ProviderEvent, ...]]:
        """Check the signature (300 s) and read the event."""
        return read_webhook(call, message, secret=self._voice.signing_secret(call))

    def settlement(self, call: CallContext, request: AskSettlement) -> Result[SettlementReport]:
        """Tell what Stripe settled, paid out and holds, and which payments are disputed."""
        client = self._client(call)
        return looking(call, lambda: settlement_of(client, call, request))

    def _client(self, call: CallContext) -> stripe.StripeClient:
        return self._voice.client(call)

    def _with_intent(
        self,
        call: CallContext,
        client: stripe.StripeClient,
        handle: str,
        work: Callable[[str], Result[Value]],
    ) -> Result[Value]:
        """Find the intent behind `handle`, which moves nothing, and then do the work on it."""
        if reference_of(handle) is not None:
            return refused("payment-not-found", call.locale)
        found = looking(call, lambda: Ok(intent_of(client, handle)))
        match found:
            case Ok(str(intent)):
                return moving(call, handle, lambda: work(intent))
            case Ok():
                return refused("not-capturable", call.locale)
            case _:
                return found


def _cancel(client: stripe.StripeClient, call: CallContext, handle: str) -> Result[PaymentSnapshot]:
    options: stripe.RequestOptions = {"idempotency_key": f"cancel:{call.idempotency_key}"}
    intent: object = handle
    if handle.startswith("cs_"):
        session = client.v1.checkout.sessions.retrieve(handle).to_dict()
        if session.get("status") == "open":
            session = client.v1.checkout.sessions.expire(handle, None, options).to_dict()
        intent = session.get("payment_intent")
        if not isinstance(intent, str):
            return Ok(read_session(session, refunds=(), locale=call.locale))
    found = client.v1.payment_intents.retrieve(str(intent)).to_dict()
    if found.get("status") != "canceled":
        found = client.v1.payment_intents.cancel(str(intent), None, options).to_dict()
    return Ok(read_intent(found, refunds=(), locale=call.locale, handle=handle))


def _renamed(result: Result[Value], names: Mapping[str, str], locale: str) -> Result[Value]:
    """Say a refusal by the name that fits the verb; Stripe has one code for several."""
    match result:
        case Refused(code=code) if code in names:
            return refused(names[code], locale)
        case _:
            return result


@hookimpl
def payment_provider(environment: Mapping[str, str]) -> PaymentProvider:
    """Offer Stripe."""
    return StripePayments(environment)

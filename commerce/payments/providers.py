"""The payment gateway over the installed plugins: from their answers to what the business records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from commerce.kernel.bearer import Opens, token_of
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.vault import Vault
from commerce.payments.callers import Callers
from commerce.payments.errors import (
    ForgedWebhookError,
    PaymentMethodUnavailableError,
    ReaderBusyError,
    ReaderOfflineError,
)
from commerce.payments.gateway import Journey, Notice, Opened, RefundAnswer
from commerce.payments.journeys import first_journey
from commerce.payments.rows import Finding, PaymentRow, PaymentState, RefundRow
from commerce.plugins.card_money import NOT_FOUND, CardMoneyCalls
from commerce.plugins.errors import PluginMissingError
from commerce.plugins.host import Caller
from commerce.plugins.payments import (
    AccountEvent,
    CancelPayment,
    OpenPayment,
    PaymentSnapshot,
    ProviderEvent,
    RefundPayment,
    RefundSnapshot,
    RefundStage,
    Stage,
    WebhookMessage,
    reference_handle,
    reference_of,
)
from commerce.plugins.results import (
    ActionRequired,
    Ok,
    Pending,
    Redirect,
    Refused,
    Result,
    Retryable,
    Unknown,
)
from commerce.plugins.settlement import SettlementEvent
from commerce.plugins.terminals import Reader, StartReading

PAY_WITHIN = timedelta(minutes=30)
"""How long a payment page stays open; as long as the goods are held."""

_FORGOTTEN_AFTER = timedelta(hours=1)

_STATES = {
    Stage.PENDING: PaymentState.PENDING,
    Stage.ACTION_REQUIRED: PaymentState.ACTION_REQUIRED,
    Stage.FAILED: PaymentState.FAILED,
    Stage.AUTHORISED: PaymentState.AUTHORISED,
    Stage.CANCELLED: PaymentState.CANCELLED,
    Stage.CAPTURED: PaymentState.CAPTURED,
}


@dataclass(frozen=True, slots=True)
class ProviderGateway:
    """Reaches the plugin that carries a payment, with its merchant's settings."""

    calls: CardMoneyCalls
    database: Database
    vault: Vault

    def open(self, *, merchant_id: UUID, payment: PaymentRow, journey: Journey) -> Opened:
        """Begin a payment; the payment's id is the idempotency key, so twice charges once.

        A payment that was opened before keeps the language and the addresses of that time.

        Raises:
            PaymentMethodUnavailableError: the merchant does not take this way to pay.
        """
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            journey = first_journey(
                session,
                merchant_id=merchant_id,
                payment_id=payment.id,
                journey=journey,
                token=token_of(self.vault, Opens.ORDER, payment.order_id),
            )
        request = OpenPayment(
            reference=payment.id,
            amount=payment.amount,
            order_number=journey.order_number,
            description=journey.order_number,
            return_url=journey.return_url,
            cancel_url=journey.cancel_url,
            webhook_url=journey.webhook_url,
            expires_at=payment.created_at + PAY_WITHIN,
            email=journey.email or None,
        )
        caller = self._caller(merchant_id, payment.plugin, locale=journey.locale)
        result = self.calls.open(
            caller, plugin=payment.plugin, request=request, key=str(payment.id)
        )
        match result:
            case ActionRequired(action=Redirect(url=url)):
                return Opened(finding_of(result, payment), url, journey)
            case Retryable() | Unknown():
                return Opened(finding_of(result, payment), None, answered=False)
            case _:
                return Opened(finding_of(result, payment), None)

    def start_reader(
        self, *, merchant_id: UUID, payment: PaymentRow, reader: str, order_number: str
    ) -> Finding:
        """Let a card reader at the till ask for a card; payment and reader together are the key.

        Raises:
            PaymentMethodUnavailableError: the merchant does not take this way to pay.
            ReaderBusyError, ReaderOfflineError: this reader asks for nothing now; another one may.
        """
        result = self.calls.start(
            self._caller(merchant_id, payment.plugin, channel=Channel.TILL),
            plugin=payment.plugin,
            request=StartReading(
                reference=payment.id,
                reader=reader,
                amount=payment.amount,
                order_number=order_number,
            ),
            key=f"{payment.id}:{reader}",
        )
        match result:
            case Retryable(code="reader-busy"):
                raise ReaderBusyError
            case Retryable(code="reader-offline"):
                raise ReaderOfflineError
            case _:
                return finding_of(result, payment)

    def readers(self, *, merchant_id: UUID, plugin: str) -> tuple[Reader, ...]:
        """Return the merchant's card readers; none when the provider cannot say.

        Raises:
            PaymentMethodUnavailableError: the merchant does not take this way to pay.
        """
        caller = self._caller(merchant_id, plugin, channel=Channel.TILL)
        match self.calls.readers(caller, plugin=plugin):
            case Ok(readers):
                return readers
            case _:
                return ()

    def ask(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        """Return what the provider says of a payment now.

        A payment that the provider has not heard of an hour after it was begun is cancelled: the
        request never arrived, and nobody will send it again. So is one that was never sent to a
        provider which the merchant no longer has.

        Raises:
            PaymentMethodUnavailableError, PluginMissingError: there is nobody to ask.
        """
        forgotten = utc_now() - payment.created_at > _FORGOTTEN_AFTER
        try:
            caller = self._caller(merchant_id, payment.plugin)
        except (PaymentMethodUnavailableError, PluginMissingError):
            if forgotten and payment.handle is None:
                return Finding(state=PaymentState.CANCELLED)
            raise
        asked = self.calls.status(caller, plugin=payment.plugin, handle=_handle(payment))
        match asked:
            case Refused(code=code) if code == NOT_FOUND:
                return Finding(state=PaymentState.CANCELLED if forgotten else payment.state)
            case Ok():
                return finding_of(asked, payment)
            case _:
                return Finding(state=payment.state)

    def cancel(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        """Give up a payment that nobody has paid; what was paid meanwhile comes back as found."""
        result = self.calls.cancel(
            self._caller(merchant_id, payment.plugin),
            plugin=payment.plugin,
            request=CancelPayment(handle=_handle(payment)),
            # What nobody knew of yet may arrive all the same: by its name it is given up once more.
            key=f"{payment.id}:{payment.handle or ''}",
        )
        match result:
            case Ok():
                return finding_of(result, payment)
            case Refused(code=code) if code == NOT_FOUND:
                return Finding(state=PaymentState.CANCELLED)
            case _:
                return self.ask(merchant_id=merchant_id, payment=payment)

    def refund(self, *, merchant_id: UUID, payment: PaymentRow, refund: RefundRow) -> RefundAnswer:
        """Give money back; the refund's id is the idempotency key."""
        caller = self._caller(merchant_id, payment.plugin)
        request = RefundPayment(
            handle=_handle(payment),
            payment_reference=payment.id,
            reference=refund.id,
            amount=refund.amount,
            reason=refund.reason,
        )
        result = self.calls.refund(
            caller, plugin=payment.plugin, request=request, key=str(refund.id)
        )
        match result:
            case Ok(made) if made.stage is RefundStage.PENDING:
                return self._refund_now(caller, payment, made)
            case Ok(made):
                return _answer(made)
            case Refused(code=code, message=message):
                return RefundAnswer(done=False, handle=None, detail=message, refusal=code)
            case _:
                return RefundAnswer(done=None, handle=None)

    def read_webhook(
        self, *, merchant_id: UUID, plugin: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Notice, ...]:
        """Return what a provider's message speaks of.

        Raises:
            ForgedWebhookError: it does not prove where it comes from, or cannot be read.
            PaymentMethodUnavailableError: the merchant does not use this provider.
        """
        result = self.calls.read_webhook(
            self._caller(merchant_id, plugin),
            plugin=plugin,
            message=WebhookMessage(headers=headers, body=body),
        )
        if not isinstance(result, Ok):
            raise ForgedWebhookError
        return tuple(_notice(event) for event in result.value)

    def _refund_now(
        self, caller: Caller, payment: PaymentRow, made: RefundSnapshot
    ) -> RefundAnswer:
        """Look a pending refund up again: the answer to the request itself never changes."""
        asked = self.calls.status(caller, plugin=payment.plugin, handle=_handle(payment))
        if isinstance(asked, Ok):
            for refund in asked.value.refunds:
                if refund.handle == made.handle:
                    return _answer(refund)
        return _answer(made)

    def _caller(
        self,
        merchant_id: UUID,
        plugin: str,
        *,
        channel: Channel = Channel.WEB,
        locale: str = "en",
    ) -> Caller:
        callers = Callers(self.calls.registry, self.database, self.vault)
        return callers.caller(merchant_id, plugin, channel=channel, locale=locale)


def finding_of(result: Result[PaymentSnapshot], payment: PaymentRow) -> Finding:
    """Return what an answer means for a payment's record."""
    match result:
        case Ok(snapshot):
            return _seen(snapshot)
        case Pending(handle=handle):
            return Finding(state=PaymentState.PENDING, handle=_named(handle))
        case ActionRequired(handle=handle):
            return Finding(state=PaymentState.ACTION_REQUIRED, handle=_named(handle))
        case Refused(code=code, message=message):
            return Finding(state=PaymentState.FAILED, detail=message, refusal=code)
        case Retryable():
            return Finding(state=payment.state)
        case Unknown(handle=handle):
            return Finding(state=PaymentState.UNKNOWN, handle=_named(handle))
        case _:
            assert_never(result)


def _seen(snapshot: PaymentSnapshot) -> Finding:
    return Finding(
        state=_STATES[snapshot.stage],
        handle=_named(snapshot.handle),
        authorised_minor=snapshot.authorised_minor,
        captured_minor=snapshot.captured_minor,
        refunded_minor=snapshot.refunded_minor,
        detail=snapshot.detail,
        refusal=snapshot.refusal,
    )


def _notice(event: ProviderEvent) -> Notice:
    if isinstance(event, AccountEvent):
        return Notice(event.event_id, event.kind, event.handle, about_account=True)
    if isinstance(event, SettlementEvent):
        return Notice(event.event_id, event.kind, event.handle, settles=True)
    return Notice(event.event_id, event.kind, event.payment.handle, event.payment.reference)


def _answer(refund: RefundSnapshot) -> RefundAnswer:
    done = {RefundStage.DONE: True, RefundStage.FAILED: False}.get(refund.stage)
    return RefundAnswer(done=done, handle=refund.handle, detail=refund.detail)


def _handle(payment: PaymentRow) -> str:
    return payment.handle or reference_handle(payment.id)


def _named(handle: str) -> str | None:
    """Return a provider's own handle; one made of our reference says nothing new."""
    return None if reference_of(handle) is not None else handle

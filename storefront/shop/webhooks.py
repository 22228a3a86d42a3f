"""Messages of providers: checked, looked up, and acknowledged only once they are kept.

A message about money is a hint: what counts is what the provider answers when it is asked. One of a
carrier tells of scans, each of which is kept once (`news`). So a forged, late, doubled or reordered
message can change nothing that is not so.
"""

from http import HTTPStatus
from uuid import UUID

from flask import Response, make_response, request

from commerce.checkout.service import settle_payment
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.ledger.process import collect_settlement
from commerce.park.queries.merchants import MerchantDirectory
from commerce.payments.accounts import AccountGateway
from commerce.payments.errors import ForgedWebhookError
from commerce.payments.gateway import Gateways, Notice
from commerce.payments.queries import payment_by_handle, payment_by_id
from commerce.payments.service import keep_webhook
from commerce.plugins.payments import WebhookMessage
from commerce.plugins.registry import Registry
from commerce.web.access import public
from commerce.web.border import UnkeepableTextError, keepable
from commerce.web.services import services
from commerce.web.sizes import MOST_OF_COLLEAGUES, takes
from storefront.shop.news import take_in_news

_MOST_BYTES = 256 * 1024


class UnknownPaymentError(CommerceError):
    """A message about a payment that is not written down yet: it overtook the answer to our call."""

    code = "unknown-payment"
    status = 503
    template = "This payment is not known yet. Send the message again."


class OversizedMessageError(CommerceError):
    """No provider's message is this long."""

    code = "oversized-message"
    status = 413
    template = "This message is too long."


@takes(MOST_OF_COLLEAGUES)
@public
def webhook(merchant: str, plugin: str) -> Response:
    """Take in what a provider reports.

    Raises:
        ForgedWebhookError, ForgedNewsError: the message does not prove where it comes from.
        UnkeepableTextError: it is genuine, and names things by what cannot be kept.
        UnknownPaymentError: it speaks of a payment that we do not know yet.
    """
    body, merchant_id = _body(), services().part(MerchantDirectory).locate(merchant).id
    if plugin in services().part(Registry).carriers:
        take_in_news(merchant_id, plugin, headers=dict(request.headers), body=body)
        return make_response("", HTTPStatus.NO_CONTENT)
    return _take_in_all(merchant_id, plugin, body)


@takes(MOST_OF_COLLEAGUES)
@public
def park_webhook(plugin: str) -> Response:
    """Take in what a provider at which the park has an account reports of any merchant's account.

    Raises:
        ForgedWebhookError: it does not prove where it comes from, or is about nobody's account.
        UnkeepableTextError, UnknownPaymentError: as for a message to one merchant.
    """
    body = _body()
    message = WebhookMessage(headers=dict(request.headers), body=body)
    merchant_id = services().part(AccountGateway).holder(plugin=plugin, message=message)
    if merchant_id is None:
        raise ForgedWebhookError
    return _take_in_all(merchant_id, plugin, body)


def _body() -> bytes:
    if (request.content_length or 0) > _MOST_BYTES:
        raise OversizedMessageError
    return request.get_data(cache=False)


def _take_in_all(merchant_id: UUID, plugin: str, body: bytes) -> Response:
    notices = (
        services()
        .part(Gateways)
        .payments.read_webhook(
            merchant_id=merchant_id, plugin=plugin, headers=dict(request.headers), body=body
        )
    )
    if not all(keepable(f"{each.event_id}{each.kind}{each.handle}") for each in notices):
        raise UnkeepableTextError
    for notice in notices:
        if notice.about_account:
            _ask_for_account(merchant_id, plugin, notice)
        elif notice.settles:
            _ask_for_settlement(merchant_id, plugin, notice)
        else:
            _take_in(merchant_id, plugin, notice)
    return make_response("", HTTPStatus.NO_CONTENT)


def _ask_for_account(merchant_id: UUID, plugin: str, notice: Notice) -> None:
    """Ask how the account stands; doubles are asked about as well, for a double may know more."""
    services().part(AccountGateway).look(merchant_id, plugin=plugin, account=notice.handle)
    with services().database.transaction(Scope.merchant(merchant_id)) as session:
        keep_webhook(
            session,
            merchant_id=merchant_id,
            plugin=plugin,
            event_id=notice.event_id,
            kind=notice.kind,
            handle=notice.handle,
        )


def _ask_for_settlement(merchant_id: UUID, plugin: str, notice: Notice) -> None:
    """Keep a message about payouts or disputes, and let the worker ask once for what it hints at."""
    with services().database.transaction(Scope.merchant(merchant_id)) as session:
        kept = keep_webhook(
            session,
            merchant_id=merchant_id,
            plugin=plugin,
            event_id=notice.event_id,
            kind=notice.kind,
            handle=notice.handle,
        )
        if kept:
            services().durable.enqueue(
                session,
                collect_settlement,
                key=f"{merchant_id}:{plugin}:{notice.event_id}",
                merchant_id=str(merchant_id),
                plugin=plugin,
            )


def _take_in(merchant_id: UUID, plugin: str, notice: Notice) -> None:
    scope = Scope.merchant(merchant_id)
    with services().database.reading(scope) as connection:
        # A provider may have several names for one payment; our own, where it keeps it, is sure.
        payment = (
            payment_by_id(connection, payment_id=notice.payment_id)
            if notice.payment_id is not None
            else payment_by_handle(connection, plugin=plugin, handle=notice.handle)
        )
    if payment is None or payment.plugin != plugin:
        raise UnknownPaymentError
    finding = services().part(Gateways).payments.ask(merchant_id=merchant_id, payment=payment)
    with services().database.transaction(scope) as session:
        keep_webhook(
            session,
            merchant_id=merchant_id,
            plugin=plugin,
            event_id=notice.event_id,
            kind=notice.kind,
            handle=notice.handle,
        )
        # Doubles are settled as well: merging the same finding twice changes nothing, and a double
        # may know more than the first one did.
        settle_payment(
            session,
            durable=services().durable,
            merchant_id=merchant_id,
            payment_id=payment.id,
            finding=finding,
        )

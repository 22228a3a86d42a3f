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
from commerce.payments.gateway import Gateways, Notice
from commerce.payments.queries import payment_by_handle, payment_by_id
from commerce.payments.service import keep_webhook
from commerce.plugins.registry import Registry
from commerce.web.access import public
from commerce.web.border import UnkeepableTextError, keepable
from commerce.web.services import services
from commerce.web.sizes import MOST_OF_COLLEAGUES, takes
from storefront.shop.news import take_in_news
from storefront.shop.visit import scope_of

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
    if (request.content_length or 0) > _MOST_BYTES:
        raise OversizedMessageError
    body = request.get_data(cache=False)
    scope = scope_of(merchant)
    merchant_id = scope.merchant_id
    assert merchant_id is not None  # noqa: S101 - the scope is a merchant's
    if plugin in services().part(Registry).carriers:
        take_in_news(merchant_id, plugin, headers=dict(request.headers), body=body)
        return make_response("", HTTPStatus.NO_CONTENT)
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
        if notice.settles:
            _ask_for_settlement(merchant_id, plugin, notice)
        else:
            _take_in(merchant, plugin, notice)
    return make_response("", HTTPStatus.NO_CONTENT)


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


def _take_in(merchant: str, plugin: str, notice: Notice) -> None:
    scope = scope_of(merchant)
    merchant_id = scope.merchant_id
    assert merchant_id is not None  # noqa: S101 - the scope is a merchant's
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

"""News of carriers: checked, kept once, and told on the timeline of the order."""

from collections.abc import Mapping
from uuid import UUID

from commerce.fulfilment.errors import CarrierUnavailableError, ForgedNewsError
from commerce.fulfilment.labels.following import take_in_scans
from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.fulfilment.labels.queries import label_named
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.payments.service import keep_webhook
from commerce.plugins.results import Ok
from commerce.plugins.tracking import TrackingNews
from commerce.web.border import UnkeepableTextError, keepable
from commerce.web.services import services


class UnknownParcelError(CommerceError):
    """News of a label that is not written down yet: it overtook the answer to our call."""

    code = "unknown-parcel"
    status = 503
    template = "This parcel is not known yet. Send the message again."


def take_in_news(
    merchant_id: UUID, plugin: str, *, headers: Mapping[str, str], body: bytes
) -> None:
    """Take in what a carrier tells; doubles change nothing, whatever their order.

    Raises:
        ForgedNewsError: the message does not prove where it comes from, is stale or unreadable.
        UnkeepableTextError: it is genuine, and names things by what cannot be kept.
        UnknownParcelError: it speaks of a label that we do not know yet.
    """
    try:
        answer = (
            services()
            .part(CarrierGateway)
            .read_webhook(merchant_id=merchant_id, plugin=plugin, headers=headers, body=body)
        )
    except CarrierUnavailableError:
        raise ForgedNewsError from None
    if not isinstance(answer, Ok):
        raise ForgedNewsError
    for news in answer.value:
        _take_in(merchant_id, plugin, news)


def _take_in(merchant_id: UUID, plugin: str, news: TrackingNews) -> None:
    if not keepable(f"{news.message_id}{news.kind}{news.handle}"):
        raise UnkeepableTextError
    with services().database.transaction(Scope.merchant(merchant_id)) as session:
        label = label_named(session, plugin=plugin, handle=news.handle, reference=news.reference)
        if label is None:
            raise UnknownParcelError
        keep_webhook(
            session,
            merchant_id=merchant_id,
            plugin=plugin,
            event_id=news.message_id,
            kind=news.kind,
            handle=news.handle,
        )
        take_in_scans(session, merchant_id=merchant_id, label_id=label.id, scans=news.scans)

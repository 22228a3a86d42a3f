"""Put the goods of a transfer on the truck: they leave the origin and are in transit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.rows import Portion, Units
from commerce.inventory.service.chosen_lots import chosen_lots
from commerce.inventory.service.hold import release_holds
from commerce.inventory.service.inbound_notice import tell_inbound
from commerce.inventory.service.shift import shift
from commerce.inventory.service.statements import lock_levels
from commerce.inventory.service.stock_places import transit_place
from commerce.inventory.service.terms import checked_terms, refuse
from commerce.inventory.service.transfers.paper import (
    PaperLine,
    lines_of,
    locked_draft,
    locked_under_way,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement

_SENT = Statement("""
UPDATE transfer_line l SET sent = w.quantity
FROM unnest(CAST(:variants AS uuid[]), CAST(:quantities AS bigint[])) AS w(variant_id, quantity)
WHERE l.merchant_id = :merchant AND l.transfer_id = :transfer AND l.variant_id = w.variant_id
""")

_SEND = Statement("""
UPDATE transfer SET state = 'sent', transit_id = :transit, expected_on = :expected_on,
  sent_at = :now, sent_by = :actor
WHERE merchant_id = :merchant AND id = :transfer
""")

_EXPECT = Statement("""
UPDATE transfer SET expected_on = :expected_on
WHERE merchant_id = :merchant AND id = :transfer
""")


def send_transfer(
    session: Session,
    *,
    merchant_id: UUID,
    transfer_id: UUID,
    sent: Sequence[Portion] | None = None,
    expected_on: date | None = None,
    actor_id: UUID | None = None,
) -> None:
    """Send what a draft asks for, or of it only what `sent` says; what is not sent is free again.

    The units leave the origin and are in transit until they are received. A lot is taken as `sent`
    names it, else the first to expire. `expected_on` replaces what the draft says, if it is given.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotDraftError: it has left or was cancelled.
        LinesRefusedError: more is sent than was asked for, nothing at all, or what is not on it.
        TermsRefusedError: the date cannot be meant.
        UnitsPromisedError: a till has sold units that were held, and no others are free.
    """
    checked_terms(on=expected_on)
    paper = locked_draft(session, merchant_id=merchant_id, transfer_id=transfer_id)
    asked = lines_of(session, merchant_id=merchant_id, transfer_id=transfer_id)
    if sent is None:
        sent = [Portion(line.variant_id, line.asked) for line in asked.values()]
    leaving = _leaving(asked, sent)
    transit_id = transit_place(session, merchant_id=merchant_id, origin_id=paper.origin_id)
    # All levels in one order, and before the holds.
    lock_levels(
        session,
        merchant_id=merchant_id,
        lines=[Units(each, place, 0) for each in asked for place in (paper.origin_id, transit_id)],
    )
    lots = chosen_lots(session, merchant_id=merchant_id, location_id=paper.origin_id, portions=sent)
    release_holds(session, merchant_id=merchant_id, owner_id=transfer_id)
    shift(
        session,
        merchant_id=merchant_id,
        origin_id=paper.origin_id,
        arriving={transit_id: leaving},
        subject_id=transfer_id,
        actor_id=actor_id,
        lots=lots,
    )
    expected_on = expected_on or paper.expected_on
    where = {"merchant": merchant_id, "transfer": transfer_id}
    _SENT.run(session, {**where, "variants": list(leaving), "quantities": list(leaving.values())})
    on_the_way = {"transit": transit_id, "expected_on": expected_on}
    _SEND.run(session, {**where, **on_the_way, "now": utc_now(), "actor": actor_id})
    tell_inbound(
        session,
        merchant_id=merchant_id,
        subject_id=transfer_id,
        location_id=paper.destination_id,
        coming=leaving,
        expected_on=expected_on,
    )


def expect_transfer_on(
    session: Session, *, merchant_id: UUID, transfer_id: UUID, expected_on: date | None
) -> None:
    """Say anew when a transfer that is under way will arrive.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotSentError: it was not sent, or all of it has been settled.
        TermsRefusedError: the date cannot be meant.
    """
    checked_terms(on=expected_on)
    paper, _ = locked_under_way(session, merchant_id=merchant_id, transfer_id=transfer_id)
    where = {"merchant": merchant_id, "transfer": transfer_id}
    _EXPECT.run(session, {**where, "expected_on": expected_on})
    asked = lines_of(session, merchant_id=merchant_id, transfer_id=transfer_id)
    tell_inbound(
        session,
        merchant_id=merchant_id,
        subject_id=transfer_id,
        location_id=paper.destination_id,
        coming={line.variant_id: line.under_way for line in asked.values()},
        expected_on=expected_on,
    )


def _leaving(asked: Mapping[UUID, PaperLine], sent: Sequence[Portion]) -> Mapping[UUID, int]:
    """Return how many units of each variant leave, lots together."""
    refuse(LineFault(each.variant_id, "not-on-it") for each in sent if each.variant_id not in asked)
    named = Counter((each.variant_id, each.lot_id) for each in sent)
    refuse(LineFault(variant_id, "twice") for (variant_id, _), times in named.items() if times > 1)
    leaving: Counter[UUID] = Counter()
    for each in sent:
        leaving[each.variant_id] += each.quantity
    refuse(
        LineFault(each.variant_id, "beyond-asked", {"most": asked[each.variant_id].asked})
        for each in sent
        if each.quantity < 0 or leaving[each.variant_id] > asked[each.variant_id].asked
    )
    refuse([LineFault(None, "nothing-leaves")] if not any(leaving.values()) else [])
    return leaving

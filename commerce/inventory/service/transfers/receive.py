"""Take in what arrived of a transfer, in one part or in several."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.rows import Arrived, LotUnits, MovementKind, Units
from commerce.inventory.service.chosen_lots import lots_brought_by
from commerce.inventory.service.differences import Difference, note_differences
from commerce.inventory.service.inbound_notice import tell_inbound
from commerce.inventory.service.ledger import book
from commerce.inventory.service.lots import lots_labelled
from commerce.inventory.service.receipts import check_arrived, is_booked, keep_receipt
from commerce.inventory.service.shift import lines_at, shift
from commerce.inventory.service.statements import add_units, lock_levels
from commerce.inventory.service.stock_places import quarantine_of
from commerce.inventory.service.terms import (
    checked_reason,
    checked_terms,
    counted_goods,
    refuse,
)
from commerce.inventory.service.transfers.paper import (
    Paper,
    end_if_settled,
    lines_of,
    locked,
    locked_under_way,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement

# Goods that nobody had sent get a line, so that the paper tells what came.
_RECEIVED = Statement("""
WITH came AS (
  SELECT * FROM unnest(
    CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]), CAST(:surpluses AS bigint[])
  ) AS w(variant_id, quantity, surplus)
), known AS (
  UPDATE transfer_line l
  SET received = l.received + c.quantity, surplus = l.surplus + c.surplus
  FROM came c
  WHERE l.merchant_id = :merchant AND l.transfer_id = :transfer AND l.variant_id = c.variant_id
  RETURNING l.variant_id
)
INSERT INTO transfer_line (merchant_id, transfer_id, variant_id, asked, sent, received, lost,
                           returned, surplus)
SELECT :merchant, :transfer, variant_id, 0, 0, 0, 0, 0, surplus FROM came
WHERE variant_id NOT IN (SELECT variant_id FROM known)
""")


def receive_transfer(
    session: Session,
    *,
    merchant_id: UUID,
    transfer_id: UUID,
    receipt_id: UUID,
    arrived: Sequence[Arrived],
    reason: str = "",
    note: str = "",
    owner_id: UUID | None = None,
    actor_id: UUID | None = None,
) -> None:
    """Take in what arrived; the rest stays in transit until it arrives or is settled.

    `receipt_id` was made where the figures were typed: the same receipt is booked once, however
    often it is sent. Damaged units go to the destination's quarantine. What came beyond what was
    sent is a discrepancy with `reason`, which `owner_id` (else the actor) looks into.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotSentError: it was not sent, or all of it has been settled.
        LinesRefusedError: names every line that cannot be meant, such as more than was sent.
        ReasonMissingError: more came than was sent, and nobody says why.
        ReceiptTakenError: the id is of a receipt of something else.
        TermsRefusedError: the note is too long.
    """
    note = checked_terms(note=note)
    check_arrived(arrived)
    locked(session, merchant_id=merchant_id, transfer_id=transfer_id)
    if is_booked(session, merchant_id=merchant_id, receipt_id=receipt_id, subject_id=transfer_id):
        return
    paper, transit_id = locked_under_way(session, merchant_id=merchant_id, transfer_id=transfer_id)
    has_surplus = any(each.surplus for each in arrived)
    reason = checked_reason(reason) if has_surplus else reason.strip()
    _refuse_impossible(session, merchant_id, paper, arrived)
    aside = _set_aside(session, merchant_id, paper, arrived)
    delivery = _Delivery(session, merchant_id, paper, transit_id, aside, tuple(arrived), actor_id)
    delivery.lock_levels()
    delivery.move_what_was_sent()
    delivery.book_surplus(reason)
    delivery.note_surplus(reason, owner_id=owner_id or actor_id)
    delivery.write_lines()
    keep_receipt(
        session,
        merchant_id=merchant_id,
        receipt_id=receipt_id,
        arrived=[(each, None) for each in arrived],
        note=note,
        actor_id=actor_id,
        transfer_id=transfer_id,
    )
    delivery.tell_what_is_still_coming()
    end_if_settled(session, merchant_id=merchant_id, transfer_id=transfer_id, now=utc_now())


def _refuse_impossible(
    session: Session, merchant_id: UUID, paper: Paper, arrived: Sequence[Arrived]
) -> None:
    """Refuse more than was sent without its being said, and lots of what was sent by lot."""
    lines = lines_of(session, merchant_id=merchant_id, transfer_id=paper.id)
    under_way = {line.variant_id: line.under_way for line in lines.values()}
    refuse(
        LineFault(each.variant_id, "beyond-sent", {"most": under_way.get(each.variant_id, 0)})
        for each in arrived
        if each.quantity > under_way.get(each.variant_id, 0)
    )
    keeps_lots = counted_goods(
        session, merchant_id=merchant_id, variant_ids=[each.variant_id for each in arrived]
    )
    refuse(
        LineFault(each.variant_id, "lot-unwanted")
        for each in arrived
        if each.lot and not (each.surplus and keeps_lots[each.variant_id])
    )


def _set_aside(
    session: Session, merchant_id: UUID, paper: Paper, arrived: Sequence[Arrived]
) -> UUID | None:
    """Return the quarantine of the destination, if anything is damaged."""
    if not any(each.damaged for each in arrived):
        return None
    return quarantine_of(session, merchant_id=merchant_id, location_id=paper.destination_id)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What one receipt brings of a transfer, and how it is booked."""

    session: Session
    merchant_id: UUID
    paper: Paper
    transit_id: UUID
    aside: UUID | None
    """Where damaged units go; None when nothing is damaged."""
    arrived: tuple[Arrived, ...]
    actor_id: UUID | None

    def lock_levels(self) -> None:
        """Lock every level that will change, in one order."""
        places = [self.transit_id, self.paper.destination_id, *([self.aside] if self.aside else [])]
        units = {each.variant_id: each.units for each in self.arrived}
        lines = [line for place in places for line in lines_at(place, units)]
        lock_levels(self.session, merchant_id=self.merchant_id, lines=lines)

    def move_what_was_sent(self) -> None:
        """Move the units out of transit: the good ones to the destination, the damaged aside."""
        damaged = {each.variant_id: min(each.damaged, each.quantity) for each in self.arrived}
        good = {each.variant_id: each.quantity - damaged[each.variant_id] for each in self.arrived}
        shift(
            self.session,
            merchant_id=self.merchant_id,
            origin_id=self.transit_id,
            arriving={self.paper.destination_id: good}
            | ({self.aside: damaged} if self.aside else {}),
            subject_id=self.paper.id,
            actor_id=self.actor_id,
            lots=lots_brought_by(
                self.session,
                merchant_id=self.merchant_id,
                subject_id=self.paper.id,
                location_id=self.transit_id,
                variant_ids=good,
            ),
        )

    def book_surplus(self, reason: str) -> None:
        """Bring on the books what nobody had sent."""
        labels = [(each.variant_id, each.lot) for each in self.arrived if each.lot]
        labelled = lots_labelled(self.session, merchant_id=self.merchant_id, labels=labels)
        lots = {variant_id: lot_id for (variant_id, _), lot_id in labelled.items()}
        surplus, bad = Counter[UUID](), Counter[UUID]()
        for each in self.arrived:
            bad[each.variant_id] = max(0, each.damaged - each.quantity)
            surplus[each.variant_id] = each.surplus - bad[each.variant_id]
        for place, units in ((self.paper.destination_id, surplus), (self.aside, bad)):
            lines = lines_at(place, units) if place else []
            if lines:
                self._find(lines, lots, reason)

    def _find(self, lines: Sequence[Units], lots: Mapping[UUID, UUID], reason: str) -> None:
        add_units(self.session, merchant_id=self.merchant_id, lines=lines)
        book(
            self.session,
            merchant_id=self.merchant_id,
            kind=MovementKind.DISCREPANCY,
            lines=lines,
            sign=1,
            reason=reason,
            subject_id=self.paper.id,
            actor_id=self.actor_id,
            lots=[
                LotUnits(lots[line.variant_id], line.variant_id, line.location_id, line.quantity)
                for line in lines
                if line.variant_id in lots
            ],
        )

    def note_surplus(self, reason: str, *, owner_id: UUID | None) -> None:
        """Keep what came beyond what was sent, for somebody to look into."""
        note_differences(
            self.session,
            merchant_id=self.merchant_id,
            transfer_id=self.paper.id,
            location_id=self.paper.destination_id,
            differences=[
                Difference(each.variant_id, surplus=each.surplus)
                for each in self.arrived
                if each.surplus
            ],
            reason=reason,
            owner_id=owner_id,
        )

    def write_lines(self) -> None:
        """Let the transfer's lines tell what came."""
        _RECEIVED.run(
            self.session,
            {
                "merchant": self.merchant_id,
                "transfer": self.paper.id,
                "variants": [each.variant_id for each in self.arrived],
                "quantities": [each.quantity for each in self.arrived],
                "surpluses": [each.surplus for each in self.arrived],
            },
        )

    def tell_what_is_still_coming(self) -> None:
        """Let whoever promises goods know what is still under way."""
        lines = lines_of(self.session, merchant_id=self.merchant_id, transfer_id=self.paper.id)
        tell_inbound(
            self.session,
            merchant_id=self.merchant_id,
            subject_id=self.paper.id,
            location_id=self.paper.destination_id,
            coming={line.variant_id: line.under_way for line in lines.values()},
            expected_on=self.paper.expected_on,
        )

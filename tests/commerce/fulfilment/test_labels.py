"""Labels for parcels: booked once whatever goes wrong, given back in time, followed to the door."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from commerce.checkout.service import cancel_order, decline_fulfilment, ship_order
from commerce.fulfilment.errors import (
    LabelMovedOnError,
    LabelStandsError,
    NotPackedError,
    UnknownLabelError,
)
from commerce.fulfilment.labels.following import take_in_scans
from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.fulfilment.labels.giving_back import forget_papers, give_label_back
from commerce.fulfilment.labels.papers import fetch_paper
from commerce.fulfilment.labels.process import (
    ask_after_parcel,
    forget_old_papers,
    reconcile_labels,
    settle_label,
)
from commerce.fulfilment.labels.queries import paper_of, scans_of
from commerce.fulfilment.labels.rows import LabelRow, LabelState
from commerce.fulfilment.queries import fulfilment_by_id
from commerce.fulfilment.rows import DeclineReason, FulfilmentState
from commerce.fulfilment.service import put_back
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.kernel.parts import Parts
from commerce.orders.rows import EventKind, OrderRow
from commerce.plugins.calls import CallContext
from commerce.plugins.carriers import BookLabel, CarrierProvider, LabelFormat, LabelSnapshot
from commerce.plugins.manifest import Manifest
from commerce.plugins.payments import reference_handle
from commerce.plugins.registry import Registry
from commerce.plugins.results import Pending, Result
from commerce.plugins.tracking import TrackingScan, TrackingStage
from tests.support.carriers import LI, PLUGIN, Dock, dock
from tests.support.postgres import TestServer
from tests.support.stockroom import assert_the_doctor_is_silent, do, read

LATER = timedelta(minutes=5)
S = TrackingStage


@pytest.fixture(scope="module")
def quay(postgres_server: TestServer) -> Iterator[Dock]:
    with dock(postgres_server) as made:
        yield made
        assert_the_doctor_is_silent(made.shop.database)


def part_state(quay: Dock, part: UUID) -> FulfilmentState:
    found: FulfilmentState = read(quay.shop, fulfilment_by_id, fulfilment_id=part).state
    return found


def send(quay: Dock, order: OrderRow) -> None:
    do(
        quay.shop,
        ship_order,
        order_id=order.id,
        durable=quay.durable,
        location_id=quay.shop.warehouse,
        actor_id=LI,
    )


def scan(
    stage: TrackingStage, hours: int, *, scan_id: str = "", place: str = "Hub"
) -> TrackingScan:
    at = utc_now() - timedelta(days=2) + timedelta(hours=hours)
    return TrackingScan(
        scan_id=scan_id or f"{stage}-{hours}", stage=stage, at=at, place=place, country="CN"
    )


def take_in(quay: Dock, label: LabelRow, *scans: TrackingScan) -> int:
    found: int = do(quay.shop, take_in_scans, label_id=label.id, scans=scans)
    return found


def test_a_label_is_booked_with_what_the_parcel_holds_and_keeps_no_address(quay: Dock) -> None:
    order, part = quay.packed(units=2)
    label = quay.booked(part, weight_grams=1_900)

    assert (label.state, label.weight_grams) == (LabelState.BOOKED, 1_900)
    assert label.tracking_number
    assert label.cost is not None
    assert label.wish is None, "both addresses are forgotten once it is booked"
    (facts,) = quay.told(order, EventKind.LABEL_BOOKED)
    assert facts["tracking"] == label.tracking_number
    assert facts["amount_minor"] == label.cost_minor
    (known,) = (each for each in quay.bench.labels() if each.id == label.handle)
    (piece,) = known.parcel["contents"]
    assert (piece["quantity"], known.parcel["recipient"]["city"]) == (2, "Shanghai")
    assert piece["value_minor"] * 2 <= order.goods_minor


@pytest.mark.parametrize("fault", ["cut", "malformed", "foreign"])
def test_silence_after_a_booking_is_asked_about_and_never_booked_again(
    quay: Dock, fault: str
) -> None:
    _, part = quay.packed()
    wanted = quay.wanted(part)
    quay.arrange(fault)

    assert not quay.settle(wanted)
    assert quay.label(wanted).state is LabelState.ASKED
    assert quay.settle(wanted)
    assert quay.label(wanted).state is LabelState.BOOKED
    assert [each.reference for each in quay.bench.labels()].count(str(wanted)) == 1


def test_what_never_reached_the_carrier_is_sent_again_by_the_clock(quay: Dock) -> None:
    _, part = quay.packed()
    wanted = quay.wanted(part)
    quay.arrange("lost")
    quay.settle(wanted)
    assert quay.label(wanted).attempts == 1

    reconcile_labels.run(quay.work)
    assert quay.label(wanted).attempts == 1, "its own process is still at it"
    with travelling(utc_now() + LATER):
        reconcile_labels.run(quay.work)
    assert quay.label(wanted).state is LabelState.BOOKED


@dataclass
class Ponders:
    """A carrier that takes its time: it books, and says that it works on it."""

    carrier: CarrierProvider

    @property
    def manifest(self) -> Manifest:
        return self.carrier.manifest

    def book(self, call: CallContext, request: BookLabel) -> Pending:
        self.carrier.book(call, request)
        return Pending(reference_handle(request.reference))

    def label(self, call: CallContext, handle: str) -> Result[LabelSnapshot]:
        return self.carrier.label(call, handle)


def test_a_carrier_that_works_on_it_is_asked_how_it_ended(quay: Dock) -> None:
    _, part = quay.packed()
    wanted = quay.wanted(part)
    gateway = quay.work.part(CarrierGateway)
    carrier = cast("CarrierProvider", Ponders(quay.bench.provider))  # nothing else of it is asked
    slow = replace(gateway.calls, registry=Registry({}, {}, carriers={PLUGIN: carrier}))
    work = replace(quay.work, parts=Parts([replace(gateway, calls=slow)]))

    assert settle_label(work, quay.merchant, wanted)
    assert quay.label(wanted).state is LabelState.BOOKED


def test_a_refused_parcel_may_be_booked_otherwise(quay: Dock) -> None:
    order, part = quay.packed()
    wanted = quay.wanted(part)
    with quay.shop.database.transaction(quay.shop.scope) as session:
        session.execute(
            text(
                "UPDATE parcel_label SET wish = jsonb_set(wish, '{service}', '\"balloon\"')"
                " WHERE id = :id"
            ),
            {"id": wanted},
        )
    assert quay.settle(wanted)
    refused = quay.label(wanted)

    assert (refused.state, refused.refusal) == (LabelState.REFUSED, "service-unavailable")
    assert refused.wish is None
    assert quay.told(order, EventKind.LABEL_REFUSED)[0]["plugin"] == PLUGIN
    assert quay.booked(part).state is LabelState.BOOKED


def test_a_parcel_has_one_label_at_a_time_and_only_once_it_is_packed(quay: Dock) -> None:
    _, part = quay.packed()
    label = quay.booked(part)
    with pytest.raises(LabelStandsError):
        quay.wanted(part)
    with pytest.raises(IntegrityError), quay.shop.database.transaction(quay.shop.scope) as session:
        session.execute(
            text(
                "INSERT INTO parcel_label SELECT (jsonb_populate_record(l, jsonb_build_object("
                "'id', CAST(:new AS text), 'handle', 'another'))).* FROM parcel_label l"
                " WHERE id = :id"
            ),
            {"new": str(new_id()), "id": label.id},
        )
    do(quay.shop, put_back, fulfilment_id=part, clerk_id=LI)
    with pytest.raises(NotPackedError):
        quay.wanted(part)


def test_a_label_is_given_back_when_its_part_is_opened_again_or_declined(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    do(quay.shop, put_back, fulfilment_id=part, clerk_id=LI)
    assert quay.label(label.id).state is LabelState.CANCELLING
    reconcile_labels.run(quay.work)
    assert quay.label(label.id).state is LabelState.CANCELLED
    assert quay.told(order, EventKind.LABEL_CANCELLED)[0]["tracking"] == label.tracking_number

    _, part = quay.packed()
    label = quay.booked(part)
    do(
        quay.shop,
        decline_fulfilment,
        fulfilment_id=part,
        reason=DeclineReason.TOO_BUSY,
        clerk_id=LI,
    )
    assert quay.settle(label.id)
    assert quay.label(label.id).state is LabelState.CANCELLED


def test_a_cancelled_order_gives_its_label_back_though_answers_get_lost(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    do(
        quay.shop,
        cancel_order,
        order_id=order.id,
        durable=quay.durable,
        reason="changed mind",
        actor_id=LI,
    )
    quay.arrange("cut")
    assert not quay.settle(label.id)
    assert quay.settle(label.id)
    assert quay.label(label.id).state is LabelState.CANCELLED
    (known,) = (each for each in quay.bench.labels() if each.id == label.handle)
    assert known.status == "cancelled"


def test_a_booking_nobody_wants_any_more_is_found_and_given_back(quay: Dock) -> None:
    _, part = quay.packed()
    wanted = quay.wanted(part)
    quay.arrange("cut")
    quay.settle(wanted)
    do(quay.shop, give_label_back, label_id=wanted)

    assert not quay.settle(wanted), "the booking may still be on its way"
    assert quay.settle(wanted, later=LATER)
    assert quay.label(wanted).state is LabelState.CANCELLED
    (known,) = (each for each in quay.bench.labels() if each.reference == str(wanted))
    assert known.status == "cancelled"


def test_a_booking_that_never_left_is_void_at_once(quay: Dock) -> None:
    _, part = quay.packed()
    wanted = quay.wanted(part)
    do(quay.shop, give_label_back, label_id=wanted)
    assert quay.settle(wanted)
    assert quay.label(wanted).state is LabelState.CANCELLED
    assert not quay.bench.labels_made(wanted)


def test_a_carrier_that_has_the_parcel_keeps_its_label(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    quay.bench.move(label.handle or "")
    take_in(quay, label, scan(S.ACCEPTED, 1))
    do(quay.shop, give_label_back, label_id=label.id)
    take_in(quay, label, scan(S.ACCEPTED, 1), scan(S.DELIVERED, 9))
    assert quay.settle(label.id)
    assert quay.told(order, EventKind.LABEL_KEPT)[0]["refusal"] == "parcel-in-transit"
    way = [each["stage"] for each in quay.told(order, EventKind.TRACKED)]
    assert way == ["accepted", "delivered"], "what was scanned meanwhile is told once"
    kept = quay.label(label.id)
    assert (kept.state, kept.refusal) == (LabelState.BOOKED, "parcel-in-transit")
    send(quay, order)
    (sent,) = quay.told(order, EventKind.SHIPPED)
    assert sent["tracking"] == label.tracking_number, "what the carrier has counts again"


def test_a_label_that_comes_back_too_late_leaves_the_newer_one_alone(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    quay.bench.move(label.handle or "")
    do(quay.shop, give_label_back, label_id=label.id)
    newer = quay.booked(part)
    assert quay.settle(label.id)
    assert quay.label(label.id).state is LabelState.KEPT
    send(quay, order)
    assert quay.told(order, EventKind.SHIPPED)[0]["tracking"] == newer.tracking_number


def test_a_parcel_leaves_or_its_label_is_given_back_never_both(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    database, where = quay.shop.database, quay.shop.scope
    with ThreadPoolExecutor(1) as colleague:
        with database.transaction(where) as session:
            ship_order(
                session,
                merchant_id=quay.merchant,
                order_id=order.id,
                durable=quay.durable,
                location_id=quay.shop.warehouse,
                actor_id=LI,
            )
            given_back = colleague.submit(do, quay.shop, give_label_back, label_id=label.id)
            with pytest.raises(TimeoutError):
                given_back.result(timeout=0.3)
        with pytest.raises(LabelMovedOnError):
            given_back.result(timeout=30)
    assert quay.label(label.id).state is LabelState.BOOKED


def test_the_label_of_what_has_left_is_not_given_back(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    send(quay, order)
    with pytest.raises(LabelMovedOnError):
        do(quay.shop, give_label_back, label_id=label.id)
    with pytest.raises(UnknownLabelError):
        do(quay.shop, give_label_back, label_id=new_id())
    (sent,) = quay.told(order, EventKind.SHIPPED)
    assert (sent["carrier"], sent["tracking"]) == (label.carrier, label.tracking_number)
    assert sent["tracking_page"].startswith("http")


def test_scans_are_told_once_with_place_and_time_in_whatever_order_they_come(quay: Dock) -> None:
    way = [scan(S.ANNOUNCED, 0), scan(S.ACCEPTED, 1), scan(S.IN_TRANSIT, 9), scan(S.DELIVERED, 30)]
    for order_of_news in itertools.islice(itertools.permutations(way), 0, None, 7):
        order, part = quay.packed()
        label = quay.booked(part)
        send(quay, order)
        for each in (*order_of_news, *order_of_news[:2]):
            take_in(quay, label, each)

        told = quay.told(order, EventKind.TRACKED)
        assert sorted(facts["stage"] for facts in told) == ["accepted", "delivered", "in_transit"]
        assert all(facts["place"] == "Hub" and facts["scanned_at"] for facts in told)
        assert quay.label(label.id).stage is S.DELIVERED
        assert part_state(quay, part) is FulfilmentState.DELIVERED


def test_a_late_scan_never_undoes_that_a_parcel_has_arrived(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    send(quay, order)
    take_in(quay, label, scan(S.DELIVERED, 10))
    take_in(quay, label, scan(S.DELAYED, 20), scan(S.OUT_FOR_DELIVERY, 9))
    assert quay.label(label.id).stage is S.DELIVERED
    assert part_state(quay, part) is FulfilmentState.DELIVERED


def test_a_parcel_that_arrived_before_anybody_said_it_left_is_closed_then(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    take_in(quay, label, scan(S.DELIVERED, 10))
    assert part_state(quay, part) is FulfilmentState.PACKED
    send(quay, order)
    assert part_state(quay, part) is FulfilmentState.DELIVERED


def test_a_carriers_words_are_kept_as_far_as_anybody_can_read_them(quay: Dock) -> None:
    _, part = quay.packed()
    label = quay.booked(part)
    take_in(quay, label, scan(S.IN_TRANSIT, 1, place="a\x00b\ud800" + "x" * 500))
    (kept,) = read(quay.shop, scans_of, label_ids=[label.id])
    assert kept.place.startswith("a b")
    assert len(kept.place) <= 120
    wrong = {"scan_id": "x", "stage": S.DELIVERED, "place": "", "country": "", "detail": ""}
    days = [utc_now() + timedelta(days=400), utc_now() - timedelta(days=400)]
    assert not take_in(quay, label, *(TrackingScan(**wrong | {"at": at}) for at in days))


def test_scans_that_never_came_are_asked_for(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    send(quay, order)
    for _ in range(9):
        quay.bench.move(label.handle or "")
    reconcile_labels.run(quay.work)
    assert not quay.told(order, EventKind.TRACKED), "it was heard of lately"

    with travelling(utc_now() + timedelta(hours=5)):
        reconcile_labels.run(quay.work)
    assert quay.told(order, EventKind.TRACKED)[-1]["stage"] == "delivered"
    assert part_state(quay, part) is FulfilmentState.DELIVERED
    assert ask_after_parcel(quay.work, quay.merchant, label.id) == 0


def test_papers_are_fetched_once_and_go_with_the_label_or_the_buyer(quay: Dock) -> None:
    order, part = quay.packed()
    label = quay.booked(part)
    fetch = partial(
        fetch_paper,
        quay.work.part(CarrierGateway),
        quay.shop.database,
        merchant_id=quay.merchant,
        label=label,
    )
    quay.arrange("error")
    assert fetch(form=LabelFormat.PDF) is None
    pdf = fetch(form=LabelFormat.PDF)
    quay.arrange("error")
    assert pdf == fetch(form=LabelFormat.PDF), "it is kept, nobody is asked"
    quay.bench.clear()
    zpl = fetch(form=LabelFormat.ZPL)
    assert zpl is not None
    assert label.tracking_number in zpl.decode()

    with travelling(utc_now() + timedelta(days=91)):
        forget_old_papers.run(quay.work)
    assert read(quay.shop, paper_of, label_id=label.id, form=LabelFormat.ZPL) is None
    fetch(form=LabelFormat.PDF)
    do(quay.shop, forget_papers, order_ids=[order.id])
    assert read(quay.shop, paper_of, label_id=label.id, form=LabelFormat.PDF) is None
    fetch(form=LabelFormat.PDF)
    do(quay.shop, give_label_back, label_id=label.id)
    quay.settle(label.id)
    assert read(quay.shop, paper_of, label_id=label.id, form=LabelFormat.PDF) is None


def test_another_merchant_cannot_touch_a_label(quay: Dock) -> None:
    _, part = quay.packed()
    label = quay.booked(part)
    stranger = Scope.merchant(new_id())
    with quay.shop.database.transaction(stranger) as session:
        assert (
            take_in_scans(
                session,
                merchant_id=quay.merchant,
                label_id=label.id,
                scans=[scan(S.DELIVERED, 1)],
            )
            == 0
        )
    assert quay.label(label.id).stage is not S.DELIVERED

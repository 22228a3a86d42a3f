"""The conformance kit: what every carrier plugin must do, over real HTTP."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from commerce.kernel.channel import Channel
from commerce.kernel.database import Database
from commerce.kernel.ids import new_id
from commerce.plugins.breaker import Breaker
from commerce.plugins.carriage import CarrierCalls
from commerce.plugins.carriers import (
    IN_TRANSIT,
    LABEL_NOT_FOUND,
    CancelLabel,
    LabelFormat,
    LabelSnapshot,
    LabelStage,
)
from commerce.plugins.host import Caller, PluginHost
from commerce.plugins.parcels import ParcelAddress, ParcelSize
from commerce.plugins.payments import WebhookMessage, reference_handle
from commerce.plugins.registry import Registry
from commerce.plugins.results import Ok, Refused, Result, Retryable, Unknown
from commerce.plugins.tracking import TrackingNews, TrackingScan, TrackingStage, standing_of
from tests.integrations.conformance.bench import arrange, arrange_post, call, hostile
from tests.integrations.conformance.carrier_bench import (
    ABROAD,
    CARRIERS,
    CarrierBench,
    booked,
    parcel,
    wish,
)
from tests.support.park import create_merchant

_LOST_ANSWERS = ("cut", "malformed", "foreign", "lost", "rate-limit")


@pytest.fixture(params=sorted(CARRIERS))
def bench(request: pytest.FixtureRequest) -> Iterator[CarrierBench]:
    with CARRIERS[request.param]() as made:
        yield made


def looked_up(bench: CarrierBench, handle: str) -> LabelSnapshot:
    result = bench.provider.label(call(bench), handle)
    assert isinstance(result, Ok), result
    return result.value


def scans_of(bench: CarrierBench, label: LabelSnapshot) -> tuple[TrackingScan, ...]:
    result = bench.provider.track(call(bench), label.tracking_number)
    assert isinstance(result, Ok), result
    return result.value


def news_of(bench: CarrierBench, messages: list[WebhookMessage]) -> list[TrackingNews]:
    found: list[TrackingNews] = []
    for message in messages:
        result = bench.provider.read_webhook(call(bench), message)
        assert isinstance(result, Ok), result
        found.extend(result.value)
    return found


def refusal(result: Result[Any]) -> str:
    assert isinstance(result, Refused), result
    return result.code


def test_offers_cost_more_the_heavier_and_the_farther_a_parcel_goes(bench: CarrierBench) -> None:
    def cost(**changes: Any) -> int:
        result = bench.provider.offers(call(bench), replace(parcel(), **changes))
        assert isinstance(result, Ok), result
        assert list(result.value) == sorted(result.value, key=lambda each: each.cost.amount_minor)
        assert all(each.name.zh and each.min_days <= each.max_days for each in result.value)
        by_code = {each.code: each.cost.amount_minor for each in result.value}
        return by_code["standard"]

    near = replace(ABROAD, country="CN", city="杭州市")
    assert cost() > cost(recipient=near) > cost(recipient=near, weight_grams=300)
    bulky = ParcelSize(length_mm=600, width_mm=400, height_mm=400)
    assert cost(size=bulky) > cost()


def test_a_booked_label_costs_what_was_offered_and_can_be_printed(bench: CarrierBench) -> None:
    offers = bench.provider.offers(call(bench), parcel())
    assert isinstance(offers, Ok)
    label = booked(bench)

    assert label.stage is LabelStage.BOOKED
    assert label.cost in {each.cost for each in offers.value if each.code == "standard"}
    assert label == looked_up(bench, label.handle)
    for form, beginning in ((LabelFormat.PDF, b"%PDF-1."), (LabelFormat.ZPL, b"^XA")):
        printed = bench.provider.document(call(bench), label.handle, form)
        assert isinstance(printed, Ok), printed
        assert printed.value.content.startswith(beginning)
        assert label.tracking_number.encode() in printed.value.content or form is LabelFormat.PDF


@pytest.mark.parametrize("fault", ["cut", "slow", "malformed", "foreign"])
def test_a_silent_booking_is_unknown_and_found_by_our_reference(
    bench: CarrierBench, fault: str
) -> None:
    request, key = wish(bench), str(new_id())
    arrange(bench, fault)

    result = bench.provider.book(call(bench, key=key, seconds=0.6), request)

    assert isinstance(result, Unknown)
    assert result.handle == reference_handle(request.reference)
    found = looked_up(bench, result.handle)
    assert found.reference == request.reference
    again = bench.provider.book(call(bench, key=key), request)
    assert again == Ok(found)


def test_a_booking_that_got_lost_is_unknown_and_not_found(bench: CarrierBench) -> None:
    request = wish(bench)
    arrange(bench, "lost")

    result = bench.provider.book(call(bench), request)

    assert isinstance(result, Unknown)
    asked = bench.provider.label(call(bench), result.handle)
    assert isinstance(asked, Refused)
    assert asked.code == LABEL_NOT_FOUND


def test_the_same_key_books_one_label_and_another_parcel_under_it_is_refused(
    bench: CarrierBench,
) -> None:
    request, key = wish(bench), str(new_id())

    first = bench.provider.book(call(bench, key=key), request)
    second = bench.provider.book(call(bench, key=key), request)
    other = bench.provider.book(call(bench, key=key), replace(request, service="express"))

    assert isinstance(first, Ok)
    assert first == second
    assert isinstance(other, Refused)
    assert other.code == "idempotency-key-reused"


def test_an_address_that_cannot_be_served_is_refused_in_the_readers_language(
    bench: CarrierBench,
) -> None:
    nowhere = ParcelAddress(name="Nobody", lines=("1 Nowhere Lane",), city="Nome", country="US")
    request = replace(wish(bench), parcel=parcel(recipient=nowhere))

    english = bench.provider.book(call(bench), request)
    chinese = bench.provider.book(call(bench, locale="zh"), request)

    assert isinstance(english, Refused)
    assert isinstance(chinese, Refused)
    assert (english.code, english.field) == ("address-refused", "recipient")
    told = bench.provider.manifest.refusals[english.code]
    assert (english.message, chinese.message) == (told.en, told.zh)
    assert bench.labels_made(request.reference) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": "by-balloon"}, "service"),
        ({"parcel": parcel(grams=90_000)}, "weight_grams"),
        ({"service": "economy", "parcel": parcel(grams=2_500)}, "service"),
    ],
)
def test_what_the_carrier_does_not_take_is_refused_with_its_field(
    bench: CarrierBench, change: dict[str, Any], field: str
) -> None:
    result = bench.provider.book(call(bench), wish(bench, **change))

    assert isinstance(result, Refused)
    assert result.field == field


@pytest.mark.parametrize("fault", ["cut", "malformed", "foreign"])
def test_a_silent_cancellation_is_unknown_and_cancels_once(bench: CarrierBench, fault: str) -> None:
    label, key = booked(bench), str(new_id())
    arrange(bench, fault)

    result = bench.provider.cancel(call(bench, key=key), CancelLabel(handle=label.handle))

    assert isinstance(result, Unknown)
    assert looked_up(bench, label.handle).stage is LabelStage.CANCELLED
    again = bench.provider.cancel(call(bench, key=key), CancelLabel(handle=label.handle))
    assert isinstance(again, Ok)
    gone = bench.provider.document(call(bench), label.handle, LabelFormat.PDF)
    assert isinstance(gone, Refused)


def test_the_label_of_a_parcel_on_its_way_is_not_taken_back(bench: CarrierBench) -> None:
    label = booked(bench)
    bench.move_on(label)

    result = bench.provider.cancel(call(bench), CancelLabel(handle=label.handle))

    assert isinstance(result, Refused)
    assert result.code == IN_TRANSIT
    assert looked_up(bench, label.handle).stage is LabelStage.BOOKED


@pytest.mark.parametrize("fault", ["cut", "malformed", "foreign", "error", "rate-limit", "lost"])
def test_asking_is_retryable_whatever_goes_wrong(bench: CarrierBench, fault: str) -> None:
    label = booked(bench)
    asking: list[Callable[[], Result[Any]]] = [
        lambda: bench.provider.label(call(bench), label.handle),
        lambda: bench.provider.offers(call(bench), parcel()),
        lambda: bench.provider.track(call(bench), label.tracking_number),
        lambda: bench.provider.document(call(bench), label.handle, LabelFormat.ZPL),
    ]
    for asked in asking:
        arrange(bench, fault)
        assert isinstance(asked(), Retryable)
        assert isinstance(asked(), Ok)


def test_a_carrier_that_is_down_is_retryable(bench: CarrierBench) -> None:
    assert bench.at("http://127.0.0.1:9").book(call(bench), wish(bench)) == Retryable("unreachable")


@pytest.mark.parametrize("odd", ["nobody", "../../v1/labels", "lab_nobody", "订单"])
def test_an_unknown_handle_is_not_found(bench: CarrierBench, odd: str) -> None:
    for asked in (
        bench.provider.label(call(bench), odd),
        bench.provider.track(call(bench), odd),
        bench.provider.document(call(bench), odd, LabelFormat.PDF),
    ):
        assert isinstance(asked, Refused)
        assert asked.code == LABEL_NOT_FOUND


def test_scans_tell_the_way_and_end_at_the_door(bench: CarrierBench) -> None:
    label = booked(bench)
    bench.move_on(label, scans=9)

    scans = scans_of(bench, label)

    assert [scan.stage for scan in sorted(scans, key=lambda each: each.at)] == [
        TrackingStage.ANNOUNCED,
        TrackingStage.ACCEPTED,
        TrackingStage.IN_TRANSIT,
        TrackingStage.IN_CUSTOMS,
        TrackingStage.IN_CUSTOMS,
        TrackingStage.OUT_FOR_DELIVERY,
        TrackingStage.DELIVERED,
    ]
    assert all(scan.country and scan.at.tzinfo for scan in scans)
    assert {scan.country for scan in scans} == {"CN", "DE"}


def test_messages_in_any_order_and_number_tell_the_same(bench: CarrierBench) -> None:
    arrange_post(bench, copies=2, reordered=True)
    label = booked(bench)
    bench.move_on(label, scans=3)
    told = news_of(bench, bench.mailbox.wait_for(8))

    assert {news.reference for news in told} == {label.reference}
    by_message = {news.message_id: news for news in told}
    assert len(by_message) == 4
    assert all(by_message[news.message_id] == news for news in told)
    scans = [scan for news in by_message.values() for scan in news.scans]
    assert set(scans) == set(scans_of(bench, label))
    ends = {standing_of(order) for order in itertools.permutations(scans)}
    assert len(ends) == 1
    assert ends.pop() == max(scans, key=lambda each: each.at)


def test_forged_stale_and_foreign_messages_are_refused(bench: CarrierBench) -> None:
    booked(bench)
    message = bench.mailbox.wait_for(1)[0]
    for why, forged in hostile(bench, message).items():
        assert refusal(bench.provider.read_webhook(call(bench), forged)) == "webhook-refused", why


def test_one_account_never_sees_anothers_labels(bench: CarrierBench) -> None:
    label = booked(bench)
    stranger = replace(
        call(bench), settings=type(bench.settings).model_validate({"api_key": "a" * 32})
    )
    for asked in (
        bench.provider.label(stranger, label.handle),
        bench.provider.track(stranger, label.tracking_number),
        bench.provider.document(stranger, label.handle, LabelFormat.PDF),
        bench.provider.cancel(stranger, CancelLabel(handle=label.handle)),
    ):
        assert isinstance(asked, Refused)


def test_lost_answers_never_book_a_parcel_twice(bench: CarrierBench, database_url: str) -> None:
    database, plugin = Database(database_url), bench.provider.manifest.id
    chance = random.Random(5)  # noqa: S311 - which answers get lost
    calls = CarrierCalls(
        PluginHost(database, breaker=Breaker(threshold=1000)),
        Registry({}, {}, carriers={plugin: bench.provider}),
    )
    caller = Caller(
        merchant_id=create_merchant(database),
        channel=Channel.WEB,
        locale="en",
        settings=bench.settings,
        patience=2.0,
    )

    def insist(wanted: Callable[[], Result[LabelSnapshot]]) -> LabelSnapshot:
        for _ in range(60):
            if chance.random() < 0.5:
                arrange(bench, chance.choice(_LOST_ANSWERS))
            result = wanted()
            if isinstance(result, Ok):
                return result.value
            assert isinstance(result, Retryable | Unknown), result
        raise AssertionError("no answer after sixty tries")

    numbers = set()
    for _ in range(8):
        request = wish(bench)
        key = str(request.reference)
        label = insist(lambda: calls.book(caller, plugin=plugin, request=request, key=key))  # noqa: B023 - called at once
        numbers.add(label.tracking_number)
        back = CancelLabel(handle=label.handle)
        gone = insist(lambda: calls.cancel(caller, plugin=plugin, request=back, key=key))  # noqa: B023 - called at once
        assert gone.stage is LabelStage.CANCELLED
        assert bench.labels_made(request.reference) == 1
    assert len(numbers) == 8
    database.close()

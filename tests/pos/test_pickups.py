"""Whoever comes for a pickup gets it once, at whichever till; what is not taken waits or is repaid."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.fulfilment.pickup_codes import digits_proof, key_id, read_claim
from commerce.fulfilment.rows import FulfilmentState
from commerce.inventory.queries import levels_of
from commerce.kernel.ids import new_id
from commerce.orders.queries import order_by_id, timeline_of
from commerce.orders.rows import EventKind, OrderState
from commerce.payments.queries import refunds_of
from commerce.registers.queries import journal_of
from commerce.registers.service import add_register, enrol_device
from pos.people import short_name
from tests.pos.counter import MANAGER_PIN, Clerk, Counter, clerk_at
from tests.pos.pickups import POT, code_of, handing, ordered, part_of, waiting
from tests.support.letters import letters_as_read
from tests.support.stockroom import ACROSS_ROOMS, assert_the_doctor_is_silent, read


@pytest.fixture
def clerk(counter: Counter) -> Iterator[Clerk]:
    """Stand at a till; whatever was done there is put to the doctor."""
    yield clerk_at(counter.till())
    assert_the_doctor_is_silent(counter.database, proofs=ACROSS_ROOMS)


def another_till(counter: Counter) -> Clerk:
    """Return a clerk at a second register of the store."""
    merchant = counter.shop.merchant.id
    with counter.database.transaction(counter.shop.scope) as session:
        register = add_register(
            session, merchant_id=merchant, location_id=counter.shop.store, name="3", series="NR3"
        )
        key = enrol_device(session, merchant_id=merchant, register_id=register)
    client = counter.browser()
    client.set_cookie("quayside-till", f"{merchant.hex}.{register.hex}.{key}", path="/till")
    return clerk_at(client)


def offline(clerk: Clerk, body: dict[str, Any], name: UUID | None = None) -> Any:
    """Send a hand-over that the till made while it had no network."""
    sent = {"id": str(name or new_id()), "kind": "hand-over", "body": body, "badge": clerk.badge}
    return clerk.client.post("/till/api/commands", json={**sent, "happened": True, "waited": 900})


def told(counter: Counter, order_id: UUID) -> list[EventKind]:
    events = read(counter.shop, timeline_of, order_id=order_id, everything=True)
    return [event.kind for event in events]


def state_of(counter: Counter, order_id: UUID) -> OrderState:
    found: OrderState = read(counter.shop, order_by_id, order_id=order_id).state
    return found


def on_hand(counter: Counter) -> tuple[int, int]:
    levels = read(counter.shop, levels_of, variant_ids=[counter.goods[POT]])
    here = next(level for level in levels if level.location_id == counter.shop.store)
    return here.on_hand, here.held


def test_a_till_keeps_what_it_needs_to_know_a_true_code_without_the_network(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter, 2, shelf="B 3")
    standing = clerk.client.get("/till/api/state").json
    told = clerk.client.get("/till/api/work").json
    assert standing is not None
    assert told is not None
    assert (standing["work"]["ready"], standing["work"]["to_do"]) == (1, 0)
    assert standing["work"]["mark"] == told["mark"]
    (key,) = standing["work"]["keys"]
    code = code_of(counter, part)
    assert key["id"] == key_id(key["key"])
    assert read_claim(code.code, public_key=key["key"]) is not None
    (shown,) = told["ready"]
    assert shown["proof"] == digits_proof(part.id, code.digits)
    assert (shown["number"], shown["shelf"], shown["due"]) == (order.number, "B 3", "")
    assert (shown["name"], shown["contact"]) == ("Lin W.", "l•••@example.com")
    (line,) = shown["lines"]
    assert (line["quantity"], line["name"]["zh"]) == (2, "青瓷茶壶 320 毫升")
    for secret in (code.digits, "Lin Wei", "lin@example.com", "Nanjing Road 1"):
        assert secret not in json.dumps(told, ensure_ascii=False)


def test_a_pickup_is_handed_over_once_booked_told_and_written_to_its_buyer(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter)
    name = new_id()
    first = clerk.done("hand-over", handing(part), name=name)
    assert clerk.done("hand-over", handing(part), name=name) == first
    assert (first["units"], first["warning"]) == (1, "")
    assert state_of(counter, order.id) is OrderState.COMPLETED
    assert told(counter, order.id).count(EventKind.HANDED_OVER) == 1
    assert on_hand(counter) == (2, 0)
    (letter,) = [
        each
        for each in letters_as_read(counter.database, counter.vault)
        if each.template == "pickup-collected"
    ]
    assert letter.recipient == "lin@example.com"
    assert letter.text.split("\n\n")[:2] == [
        f"Your order {order.number} was handed over at Nanjing Road.",
        "1 × Celadon teapot, 320 ml",
    ]
    slip = clerk.client.get(f"/till/collected/{part.id}").text
    assert order.number in slip
    assert "× 1" in slip
    slip_wish = {"fulfilment": str(part.id)}
    assert clerk.send("slip", slip_wish).json["answer"]["printing"] == "no-printer"
    counter.print_to_files()
    assert clerk.send("slip", slip_wish).json["answer"]["printing"] == "printed"
    again = clerk.send("hand-over", handing(part))
    assert (again.status_code, again.json["type"]) == (409, "/api/problems/collected-already")
    assert clerk.client.get("/till/api/state").json["work"]["ready"] == 0  # type: ignore[index]  # it answers


def test_two_tills_without_the_network_hand_over_once_and_one_of_them_is_warned(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter)
    second, name = another_till(counter), new_id()
    assert offline(clerk, handing(part)).json["answer"]["warning"] == ""
    answer = offline(second, handing(part), name)
    warning = answer.json["answer"]["warning"]
    assert order.number in warning
    assert "by Wei" in warning
    assert offline(second, handing(part), name).json == answer.json
    assert told(counter, order.id).count(EventKind.HANDED_OVER) == 1
    assert told(counter, order.id)[-1] is EventKind.NOTE
    assert on_hand(counter) == (2, 0)
    entries = [
        json.loads(link.body)
        for link in read(counter.shop, journal_of, register_id=counter.register)
        if link.kind == "hand_over"
    ]
    assert [(entry["booked"], entry["by"]) for entry in entries] == [(True, "code")]


def test_what_was_called_off_while_the_till_had_no_network_is_told_and_not_booked(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter)
    back = clerk.done("refuse-pickup", _refused(counter, 1, part), approver=MANAGER_PIN)
    assert back["back"] == "¥688.00"
    assert state_of(counter, order.id) is OrderState.CANCELLED
    answer = offline(clerk, handing(part)).json["answer"]
    assert "the books say otherwise" in answer["warning"]
    assert on_hand(counter) == (3, 0)
    assert clerk.send("hand-over", handing(part)).status_code == 409


def test_a_till_that_gave_out_more_than_lay_ready_any_more_is_warned(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter, 2)
    clerk.done("refuse-pickup", _refused(counter, 1, part), approver=MANAGER_PIN)
    assert clerk.send("hand-over", handing(part)).status_code == 409
    assert on_hand(counter) == (3, 1), "what was seen otherwise has not left"
    assert "the books say otherwise" in offline(clerk, handing(part)).json["answer"]["warning"]
    assert on_hand(counter) == (2, 0)
    assert state_of(counter, order.id) is OrderState.COMPLETED


def test_a_part_goes_along_and_the_rest_lies_ready_under_a_code_of_its_own(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter, 3)
    pot = counter.goods[POT]
    stays = [{"variant": str(pot), "quantity": 1}]
    clerk.done("hand-over", handing(part, {pot: 2}, stays=stays, shelf="C"))
    rest = part_of(counter, order)
    assert (rest.state, rest.units, rest.id != part.id) == (FulfilmentState.READY, 1, True)
    assert on_hand(counter) == (1, 1)
    assert state_of(counter, order.id) is OrderState.PLACED
    assert told(counter, order.id).count(EventKind.READY) == 2
    assert clerk.send("hand-over", handing(part)).json["type"].endswith("collected-already")
    for wrong in ({pot: 1}, {pot: 2}):
        seen_otherwise = clerk.send("hand-over", handing(rest, wrong, stays=stays))
        assert seen_otherwise.status_code == 409
    clerk.done("hand-over", handing(rest))
    assert state_of(counter, order.id) is OrderState.COMPLETED
    assert on_hand(counter) == (0, 0)


def test_goods_without_limit_stay_like_all_others(counter: Counter, clerk: Clerk) -> None:
    order, part = waiting(counter, 1, GIFT_WRAP=3)
    pot, wrap = counter.goods[POT], counter.goods["GIFT-WRAP"]
    stays = [{"variant": str(wrap), "quantity": 2}]
    clerk.done("hand-over", handing(part, {pot: 1, wrap: 1}, stays=stays))
    rest = part_of(counter, order)
    assert (rest.state, rest.units) == (FulfilmentState.READY, 2)
    clerk.done("hand-over", handing(rest))
    assert state_of(counter, order.id) is OrderState.COMPLETED


def test_what_a_customer_refuses_is_free_again_and_repaid_once_a_manager_says_so(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter, 3)
    wish = _refused(counter, 1, part)
    assert clerk.send("refuse-pickup", wish).status_code == 403
    assert clerk.done("refuse-pickup", wish, approver=MANAGER_PIN)["back"] == "¥688.00"
    left = part_of(counter, order)
    assert (left.state, left.units) == (FulfilmentState.READY, 2)
    clerk.done("hand-over", handing(left))
    assert on_hand(counter) == (1, 0)
    assert state_of(counter, order.id) is OrderState.COMPLETED
    (refund,) = read(counter.shop, refunds_of, order_id=order.id)
    assert refund.amount_minor == 68800


def _refused(counter: Counter, units: int, part: Any) -> dict[str, Any]:
    lines = [{"variant": str(counter.goods[POT]), "quantity": units}]
    return {"fulfilment": str(part.id), "lines": lines}


def test_a_till_is_told_what_something_shown_stands_for_and_why_it_is_nothing_here(
    counter: Counter, clerk: Clerk
) -> None:
    order, part = waiting(counter)

    def shown(what: str) -> Any:
        asked = {"badge": clerk.badge, "shown": what}
        return clerk.client.post("/till/api/pickups", json=asked).json

    code = code_of(counter, part)
    for good in (code.code, code.digits, order.number):
        assert shown(good)["pickup"]["id"] == str(part.id)
    assert "no pickup code" in shown("QP1NOTOURS")["said"]
    clerk.done("hand-over", handing(part))
    assert "was handed over already" in shown(code.code)["said"]
    assert "is not ready yet" in shown(ordered(counter).number)["said"]
    nobody = clerk.client.post("/till/api/pickups", json={"badge": "x", "shown": code.code})
    assert nobody.status_code == 401


def test_a_store_gets_an_order_ready_at_its_till(counter: Counter, clerk: Clerk) -> None:
    order = ordered(counter, 2)
    part = {"fulfilment": str(part_of(counter, order).id)}
    (task,) = clerk.client.get("/till/api/work").json["tasks"]  # type: ignore[index]  # it answers
    assert (task["number"], task["state"], task["kind"]) == (order.number, "open", "pickup")
    line = {"variant": str(counter.goods[POT]), "units": 1}
    assert clerk.send("pick", {**part, **line}).status_code == 409
    clerk.done("begin-picking", part)
    assert clerk.done("pick", {**part, **line})["picked"] == 1
    assert clerk.send("pack", part).json["type"].endswith("not-all-picked")
    clerk.done("lay-back", part)
    clerk.done("begin-picking", part)
    clerk.done("pick", {**part, **line, "units": 2})
    clerk.done("pack", part)
    assert clerk.send("shelve", {**part, "shelf": "x" * 40}).json["type"].endswith("shelf-name")
    clerk.done("shelve", {**part, "shelf": " A  12 "})
    told = clerk.client.get("/till/api/work").json
    assert told is not None
    assert (told["tasks"], told["ready"][0]["shelf"]) == ([], "A 12")


def test_what_is_missing_is_told_and_what_cannot_be_done_is_declined(
    counter: Counter, clerk: Clerk
) -> None:
    part = {"fulfilment": str(part_of(counter, ordered(counter, 3)).id)}
    clerk.done("begin-picking", part)
    missing = {**part, "variant": str(counter.goods[POT]), "units": 1, "reason": "damaged"}
    assert clerk.done("pick-short", missing)["nowhere"] == 1, (
        "a pickup is served by its store alone"
    )
    assert on_hand(counter)[0] == 2
    assert clerk.send("decline", {**part, "reason": "other"}).json["type"].endswith("decline-note")
    assert clerk.done("decline", {**part, "reason": "too_busy"})["nowhere"] == 2
    (task,) = clerk.client.get("/till/api/work").json["tasks"]  # type: ignore[index]  # it answers
    assert (task["stranded"], task["state"]) == (True, "open")


def ask_at(counter: Counter, place: UUID) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        session.execute(text("UPDATE fulfilment SET location_id = :place"), {"place": place})


def test_a_part_of_another_place_is_nothing_of_this_till(counter: Counter, clerk: Clerk) -> None:
    _order, part = waiting(counter)
    ask_at(counter, counter.shop.warehouse)
    assert clerk.send("hand-over", handing(part)).status_code == 404
    ask_at(counter, counter.shop.store)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Anneke Vermeulen", "Anneke V."),
        ("林巍", "林*"),
        ("陈思远", "陈**"),
        ("Müller", "Müller"),
        ("", ""),
    ],
)
def test_a_name_in_a_list_tells_a_clerk_enough_and_a_stranger_nothing(
    name: str, short: str
) -> None:
    assert short_name(name) == short

"""An unsafe call is done once per key, however often and however close together it comes."""

from collections import Counter as Tally
from collections.abc import Sequence
from threading import Barrier, Thread
from uuid import UUID

from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.inventory.queries import levels_of
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from tests.storefront.api.counter import BACK, Caller, Counter, done, refused
from tests.support.shop import stock_product

AT_ONCE = 6


def at_once(calls: Sequence[tuple[Caller, str, object, str]]) -> list[TestResponse]:
    """Send calls from as many threads, all at the same moment."""
    gate = Barrier(len(calls))
    answers: list[TestResponse] = []

    def send(caller: Caller, path: str, body: object, key: str) -> None:
        gate.wait(timeout=10)
        answers.append(caller.post(path, body, once=key))

    threads = [Thread(target=send, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def same_program(counter: Counter, caller: Caller) -> Caller:
    """Return another connection of the same program."""
    return counter.client(key=caller.key)


def test_the_same_call_is_answered_alike(client: Caller) -> None:
    first = client.post("/shop/carts", {}, once="again")
    second = client.post("/shop/carts", {}, once="again")
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_an_answer_is_kept_without_the_tokens_in_it(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=1)
    cart, total = client.ready_cart((cup, 1))
    path, wish = f"/shop/carts/{cart}/order", {"agreed_total": total}
    order = done(client.post(path, wish, once="order"), 201)["token"]
    again = client.post(path, wish, once="order")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.get_json()["token"] == order
    assert again.headers["Location"].endswith(order)
    with counter.shop.database.reading(Scope.park()) as connection:
        kept = "\n".join(connection.scalars(text("SELECT body FROM kept_answer")))
    assert "order:" in kept
    assert cart not in kept
    assert order not in kept


def test_two_programs_may_use_the_same_key(counter: Counter) -> None:
    first, second = counter.client(), counter.client()
    carts = [done(each.post("/shop/carts", {}, once="1"), 201)["token"] for each in (first, second)]
    assert carts[0] != carts[1]


def test_a_refused_call_may_be_sent_again_with_its_key(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=1)
    token, total = client.ready_cart((cup, 1))
    path, key = f"/shop/carts/{token}/order", str(new_id())
    wrong = {"agreed_total": {**total, "amount_minor": 1}}
    refused(client.post(path, wrong, once=key), 409, "total-changed")
    done(client.post(path, {"agreed_total": total}, once=key), 201)


def test_of_calls_with_one_key_one_places_the_order(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=AT_ONCE)
    token, total = client.ready_cart((cup, 1))
    path, body = f"/shop/carts/{token}/order", {"agreed_total": total}
    answers = at_once([(same_program(counter, client), path, body, "one")] * AT_ONCE)
    fresh = [each for each in answers if each.status_code == 201]
    assert {each.data for each in fresh} == {fresh[0].data}
    assert {each.status_code for each in answers} <= {201, 409}
    assert sum("Idempotent-Replayed" not in each.headers for each in fresh) == 1
    assert held(counter, cup) == 1


def test_of_calls_with_keys_of_their_own_one_places_the_order(
    counter: Counter, client: Caller
) -> None:
    cup = stock_product(counter.shop, in_warehouse=AT_ONCE)
    token, total = client.ready_cart((cup, 1))
    path, body = f"/shop/carts/{token}/order", {"agreed_total": total}
    answers = at_once(
        [(same_program(counter, client), path, body, str(new_id())) for _ in range(AT_ONCE)]
    )
    assert Tally(each.status_code for each in answers) == {201: 1, 200: AT_ONCE - 1}
    assert len({each.get_json()["number"] for each in answers}) == 1
    assert held(counter, cup) == 1


def test_the_last_unit_is_sold_once(counter: Counter) -> None:
    cup = stock_product(counter.shop, in_warehouse=1)
    shoppers = [counter.client() for _ in range(AT_ONCE)]
    ready = [(shopper, *shopper.ready_cart((cup, 1))) for shopper in shoppers]
    answers = at_once(
        [
            (shopper, f"/shop/carts/{token}/order", {"agreed_total": total}, str(new_id()))
            for shopper, token, total in ready
        ]
    )
    assert Tally(each.status_code for each in answers) == {201: 1, 409: AT_ONCE - 1}
    for each in answers:
        if each.status_code != 201:
            refused(each, 409, "out-of-stock")


def test_stock_is_adjusted_once_per_key(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5)
    line = {
        "variant_id": str(cup),
        "location_id": str(counter.shop.warehouse),
        "change": 3,
    }
    wish = {"reason": "found behind the shelf", "lines": [line]}
    calls = [(same_program(counter, client), "/stock/adjustments", wish, "three")] * AT_ONCE
    assert {each.status_code for each in at_once(calls)} <= {200, 409}
    (line_after,) = done(client.post("/stock/adjustments", wish, once="three"))["lines"]
    assert line_after["on_hand"] == 8
    with counter.database.reading(counter.shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[cup])
    assert level.on_hand == 8


def test_a_payment_that_is_opened_at_once_is_one_payment(counter: Counter, client: Caller) -> None:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    path = f"{placed['url']}/payments"
    answers = at_once([(same_program(counter, client), path, BACK, "pay")] * AT_ONCE)
    assert {each.status_code for each in answers} <= {200, 409}
    assert {each.get_json()["payment"]["id"] for each in answers if each.status_code == 200} == {
        placed["payment"]["id"]
    }


def test_after_a_declined_card_one_further_payment_is_begun_however_often_it_is_asked_for(
    counter: Counter, client: Caller
) -> None:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    path = f"{placed['url']}/payments"
    first = done(client.post(path, BACK))["payment"]
    counter.bank.decline(UUID(first["id"]))
    done(client.post(f"{path}/{first['id']}/check"))
    calls = [(same_program(counter, client), path, BACK, f"again {n}") for n in range(AT_ONCE)]
    begun = {done(each)["payment"]["id"] for each in at_once(calls)}
    assert len(begun - {first["id"]}) == len(begun) == 1


def held(counter: Counter, variant: UUID) -> int:
    with counter.database.reading(counter.shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[variant])
    return level.held

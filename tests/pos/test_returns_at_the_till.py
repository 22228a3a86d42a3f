"""A till takes goods of any receipt back: single units, looked at, paid back, numbered, in the Z."""

import json
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Units
from commerce.inventory.service import open_stock
from commerce.kernel.ids import new_id
from commerce.orders.rows import OrderRow
from tests.pos.counter import MANAGER_PIN, Clerk, Counter, clerk_at
from tests.support.orders import paid_order
from tests.support.returns import ask, sent, sold_lines
from tests.support.stockroom import ACROSS_ROOMS, assert_the_doctor_is_silent

TEA = 18800


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


@pytest.fixture
def sale(counter: Counter, clerk: Clerk) -> dict[str, Any]:
    """Three packets of tea, paid in cash."""
    cash = {"kind": "cash", "amount_minor": 3 * TEA, "tendered_minor": 3 * TEA}
    lines = [{"variant": str(counter.goods["YN-DH-100"]), "quantity": 3}]
    body = {"currency": "CNY", "total_minor": 3 * TEA, "lines": lines, "tenders": [cash]}
    return clerk.done("sale", body)


def asked(clerk: Clerk, path: str, **what: Any) -> dict[str, Any]:
    answer = clerk.client.post(f"/till/api/returns/{path}", json={"badge": clerk.badge, **what})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return dict(answer.json)


def handed_in(clerk: Clerk, order: str, **what: int) -> dict[str, Any]:
    (line,) = asked(clerk, "order", order=order)["order"]["lines"]
    lines = [{"line": line["id"], "reason": "changed-mind", **what}]
    return {"order": order, "lines": lines}


def report(clerk: Clerk) -> dict[str, Any]:
    answer = clerk.done("close", {"counted_minor": 50000 + TEA, "sure": True})
    return dict(answer["report"])


def web_order(counter: Counter) -> OrderRow:
    """Two packets of tea that were ordered and paid online, and sent."""
    shop, tea = counter.shop, counter.goods["YN-DH-100"]
    with counter.database.transaction(shop.scope) as session:
        open_stock(
            session,
            merchant_id=shop.merchant.id,
            lines=[Units(tea, shop.warehouse, 2)],
            reason="test",
        )
    order = paid_order(shop, counter.durable, (tea, 2))
    sent(shop, counter.durable, order)
    return order


def on_shelf(counter: Counter) -> int:
    with counter.database.reading(counter.shop.scope) as connection:
        levels = levels_of(connection, variant_ids=[counter.goods["YN-DH-100"]])
    return next(each.on_hand for each in levels if each.location_id == counter.shop.store)


def test_units_of_a_receipt_come_back_in_cash_and_stand_in_the_z(
    counter: Counter, clerk: Clerk, sale: dict[str, Any]
) -> None:
    (found,) = asked(clerk, "find", words=sale["number"].lower())["orders"]
    assert (found["id"], found["receipt"]) == (sale["sale"], sale["number"])
    (line,) = asked(clerk, "order", order=found["id"])["order"]["lines"]
    assert (line["units"], line["worth"]) == (3, [TEA, 2 * TEA, 3 * TEA])
    body = handed_in(clerk, found["id"], restock=1, spoilt=1)
    assert clerk.send("return", body).json["type"] == "/api/problems/approval-needed"
    done = clerk.done("return", body, approver=MANAGER_PIN)
    assert done["number"] == "NR2-R-000001"
    assert (done["refunded_minor"], done["cash_minor"]) == (2 * TEA, 2 * TEA)
    assert on_shelf(counter) == 38
    assert_the_doctor_is_silent(counter.database, proofs=ACROSS_ROOMS)
    assert (
        clerk.send("void", {"sale": sale["sale"], "reason": "x"}, approver=MANAGER_PIN)
        .json["type"]
        .endswith("sale-returned")
    )
    z = report(clerk)
    assert (z["returns"], z["returned_minor"], z["paid_back_minor"]) == (1, 2 * TEA, 2 * TEA)
    assert (z["expected_minor"], z["difference_minor"]) == (50000 + TEA, 0)
    assert sum(each["tax_minor"] + each["net_minor"] for each in z["returned_taxes"]) == 2 * TEA
    assert_the_doctor_is_silent(counter.database, proofs=ACROSS_ROOMS)


def test_a_return_that_is_sent_again_is_done_once(
    counter: Counter, clerk: Clerk, sale: dict[str, Any]
) -> None:
    body, name = handed_in(clerk, sale["sale"], restock=1), new_id()
    answers = [clerk.done("return", body, approver=MANAGER_PIN, name=name) for _ in range(2)]
    assert answers[0]["number"] == answers[1]["number"]
    assert on_shelf(counter) == 38
    with counter.database.reading(counter.shop.scope) as connection:
        journal = connection.execute(
            text("SELECT body FROM journal_entry WHERE kind = 'return'")
        ).scalars()
        (entry,) = [json.loads(each) for each in journal]
    assert entry["tenders"] == [{"amount_minor": TEA, "tender": "cash"}]
    assert entry["lines"][0]["quantity"] == 1


def test_a_web_order_that_was_announced_comes_back_over_the_counter(
    counter: Counter, clerk: Clerk
) -> None:
    order = web_order(counter)
    line = sold_lines(counter.shop, order)[0].id
    wish = ask(counter.shop, counter.durable, order, (line, 2))
    (found,) = asked(clerk, "find", words="LIN@example.com")["orders"]
    assert asked(clerk, "find", words=f"{order.number}-r1")["orders"] == [found]
    assert asked(clerk, "find", words="example.com")["orders"] == []
    told = asked(clerk, "order", order=found["id"])["order"]
    assert [each["units"] for each in told["lines"]] == [0]
    assert [each["id"] for each in told["announced"]] == [str(wish)]
    body = handed_in(clerk, found["id"], restock=1) | {"announced": str(wish)}
    done = clerk.done("return", body, approver=MANAGER_PIN)
    assert (done["refunded_minor"], done["cash_minor"]) == (TEA, 0)
    again = clerk.send("return", body, approver=MANAGER_PIN)
    assert again.json["type"] == "/api/problems/return-moved-on"
    (left,) = asked(clerk, "order", order=found["id"])["order"]["lines"]
    assert left["units"] == 1
    assert_the_doctor_is_silent(counter.database, proofs=ACROSS_ROOMS)


def test_two_tills_that_take_the_last_unit_back_at_once_do_it_once(
    counter: Counter, clerk: Clerk, sale: dict[str, Any]
) -> None:
    clerk.done("return", handed_in(clerk, sale["sale"], restock=2), approver=MANAGER_PIN)
    body, start = handed_in(clerk, sale["sale"], restock=1), Barrier(2)
    manager = clerk_at(counter.till(), MANAGER_PIN)
    answers: list[str] = []

    def give_back() -> None:
        start.wait()
        answer = manager.send("return", body)
        answers.append("done" if answer.status_code == 200 else answer.json["type"])

    threads = [Thread(target=give_back) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["/api/problems/return-beyond-delivered", "done"]
    assert on_shelf(counter) == 40


def test_the_paper_of_a_return_says_what_came_back_and_how_it_was_paid(
    counter: Counter, clerk: Clerk, sale: dict[str, Any]
) -> None:
    counter.print_to_files()
    done = clerk.done("return", handed_in(clerk, sale["sale"], aside=1), approver=MANAGER_PIN)
    printed = [clerk.done("print-return", {"returned": done["returned"]})["copy"] for _ in range(2)]
    assert printed == [0, 1]
    page = clerk.client.get(f"/till/returns/{done['returned']}?copy=1").text
    for words in ("NR2-R-000001", "Changed my mind", "Given back", "188.00", "Copy 1"):
        assert words in page
    assert clerk.client.get(f"/till/returns/{UUID(int=7)}").status_code == 404

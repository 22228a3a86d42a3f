"""What a till sends is done once, by whom it says, and with a manager's word where one is due."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.inventory.queries import discrepancies, levels_of
from commerce.kernel.ids import new_id
from commerce.payments.queries import payment_by_id, refunds_of
from commerce.payments.rows import PaymentState
from commerce.registers.parked import Contents, contents_of
from commerce.registers.popular import ranked_at
from commerce.registers.queries import journal_of
from commerce.registers.service import parking
from tests.pos.counter import (
    MANAGER_PIN,
    READER,
    Clerk,
    Counter,
    approval_of,
    clerk_at,
    parked_line,
)
from tests.support.orders import fill_cart, place

POT = "LQ-POT-320"


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


def sale(counter: Counter, total: int, *tenders: dict[str, Any], **line: Any) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "total_minor": total,
        "lines": [{"variant": str(counter.goods[POT]), "quantity": 1, **line}],
        "tenders": list(tenders),
    }


def cash(amount: int, tendered: int | None = None) -> dict[str, Any]:
    return {"kind": "cash", "amount_minor": amount, "tendered_minor": tendered or amount}


def card(amount: int) -> dict[str, Any]:
    return {"kind": "card", "amount_minor": amount, "plugin": READER}


def on_hand(counter: Counter) -> int:
    with counter.database.reading(counter.shop.scope) as connection:
        levels = levels_of(connection, variant_ids=[counter.goods[POT]])
    return next(level.on_hand for level in levels if level.location_id == counter.shop.store)


def kinds(counter: Counter) -> list[str]:
    with counter.database.reading(counter.shop.scope) as connection:
        return [link.kind for link in journal_of(connection, register_id=counter.register)]


def test_a_cash_sale_gives_a_number_and_the_change(counter: Counter, clerk: Clerk) -> None:
    answer = clerk.done("sale", sale(counter, 68800, cash(68800, 70000)))
    assert (answer["number"], answer["change_minor"]) == ("NR2-000001", 1200)
    assert answer["next_number"] == "NR2-000002"
    assert on_hand(counter) == 2


def test_a_command_sent_again_is_answered_alike_and_sells_once(
    counter: Counter, clerk: Clerk
) -> None:
    name, body = new_id(), sale(counter, 68800, cash(68800))
    assert clerk.done("sale", body, name=name) == clerk.done("sale", body, name=name)
    assert on_hand(counter) == 2


def test_a_changed_command_under_the_same_name_is_refused(counter: Counter, clerk: Clerk) -> None:
    name = new_id()
    clerk.done("sale", sale(counter, 68800, cash(68800)), name=name)
    again = clerk.send("sale", sale(counter, 68800, cash(68800, 70000)), name=name)
    assert (again.status_code, again.json["type"]) == (409, "/api/problems/command-conflict")


def test_what_cannot_be_read_names_the_field(counter: Counter, clerk: Clerk) -> None:
    answer = clerk.send("sale", {**sale(counter, 68800, cash(68800)), "total_minor": "68800"})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["errors"][0]["pointer"] == "/total_minor"


def test_a_forged_badge_sells_nothing(counter: Counter, clerk: Clerk) -> None:
    forged = Clerk(clerk.client, clerk.badge[:-1] + ("0" if clerk.badge[-1] != "0" else "1"))
    assert forged.send("sale", sale(counter, 68800, cash(68800))).status_code == 401
    assert on_hand(counter) == 3


def test_a_clerk_may_give_a_tenth_off_and_a_manager_more(counter: Counter, clerk: Clerk) -> None:
    tenth = {"reason": "set of four", "basis_points": 1000}
    clerk.done("sale", sale(counter, 61920, cash(61920), discount=tenth))
    half = {"reason": "scratched", "basis_points": 5000}
    body = sale(counter, 34400, cash(34400), discount=half)
    alone = clerk.send("sale", body)
    assert (alone.status_code, alone.json["type"]) == (403, "/api/problems/approval-needed")
    clerk.done("sale", body, approver=MANAGER_PIN)
    assert kinds(counter)[-2:] == ["approval", "sale"]


def test_a_void_needs_a_manager_and_brings_the_goods_back(counter: Counter, clerk: Clerk) -> None:
    sold = clerk.done("sale", sale(counter, 68800, cash(68800)))
    wish = {"sale": sold["sale"], "reason": "wrong colour"}
    assert clerk.send("void", wish).status_code == 403
    assert clerk.done("void", wish, approver=MANAGER_PIN)["voided"] is True
    assert on_hand(counter) == 3


def test_a_card_is_read_and_completes_the_sale(counter: Counter, clerk: Clerk) -> None:
    begun = clerk.done("sale", sale(counter, 68800, card(68800)))
    assert begun["completed"] is False
    (payment,) = begun["payments"]
    path = f"/till/api/cards/{payment['id']}"
    started = clerk.client.post(f"{path}/start", json={"reader": "reader-1"})
    assert started.json is not None
    assert started.json["payment"]["state"] == "pending"
    clerk.client.post(f"{path}/ask")
    paid = clerk.client.post(f"{path}/ask").json
    assert paid is not None
    assert paid["sale"]["number"] == "NR2-000001"


def test_after_a_declined_card_cash_pays_the_same_sale(counter: Counter, clerk: Clerk) -> None:
    counter.house.verdict = PaymentState.FAILED
    counter.house.polls_before_verdict = 0
    begun = clerk.done("sale", sale(counter, 68800, card(68800)))
    path = f"/till/api/cards/{begun['payments'][0]['id']}"
    clerk.client.post(f"{path}/start", json={"reader": "reader-1"})
    declined = clerk.client.post(f"{path}/ask").json
    assert declined is not None
    assert declined["payment"]["detail"] == "The card was declined."
    paid = clerk.done("tender", {"sale": begun["sale"], "tender": cash(68800, 70000)})
    assert (paid["number"], paid["change_minor"]) == ("NR2-000001", 1200)


def test_money_that_comes_after_the_sale_was_given_up_goes_back(
    counter: Counter, clerk: Clerk
) -> None:
    begun = clerk.done("sale", sale(counter, 68800, card(68800)))
    path = f"/till/api/cards/{begun['payments'][0]['id']}"
    clerk.client.post(f"{path}/start", json={"reader": "reader-1"})
    counter.house.polls_before_verdict = 0
    with counter.database.reading(counter.shop.scope) as connection:
        payment = payment_by_id(connection, payment_id=UUID(begun["payments"][0]["id"]))
    assert payment is not None
    counter.house.ask(merchant_id=counter.shop.merchant.id, payment=payment)  # nobody heard it
    clerk.done("abandon", {"sale": begun["sale"]})
    late = clerk.client.post(f"{path}/ask").json
    assert late is not None
    assert late["sale"]["number"] == ""
    assert late["payment"]["state"] == "captured"
    with counter.database.reading(counter.shop.scope) as connection:
        (refund,) = refunds_of(connection, order_id=begun["sale"])
    assert (refund.amount_minor, refund.reason) == (68800, "late")


def test_goods_that_the_level_denies_are_sold_and_noted(counter: Counter, clerk: Clerk) -> None:
    body = sale(counter, 4 * 68800, cash(4 * 68800), quantity=4)
    assert clerk.done("sale", body)["completed"] is True
    with counter.database.reading(counter.shop.scope) as connection:
        (noted,) = discrepancies(connection)
    assert noted.missing == 1


def test_a_basket_is_parked_and_of_two_tills_one_takes_it_up(
    counter: Counter, clerk: Clerk
) -> None:
    line = parked_line(counter.goods[POT])
    parked = clerk.done("park", {"label": "red coat", "lines": [line]})
    listed = clerk.client.get("/till/api/parked").json
    assert listed is not None
    assert [each["label"] for each in listed["baskets"]] == ["red coat"]
    taken = clerk.done("resume", {"basket": parked["basket"]})
    line["item"].pop("product")  # nothing is kept that a till does not show
    assert taken["lines"] == [line]
    assert clerk.send("resume", {"basket": parked["basket"]}).status_code == 404


def test_a_basket_comes_back_with_its_codes_and_its_share_off(
    counter: Counter, clerk: Clerk
) -> None:
    promoted = [{"promotion": str(new_id()), "amount_minor": 3580, "code": "WELCOME10"}]
    whole = {"reason": "regular", "basis_points": 1000, "amount_minor": 0}
    line = parked_line(counter.goods[POT], promotions=promoted)
    line["item"].pop("product")
    body = {"label": "", "lines": [line], "codes": ["WELCOME10"], "discount": whole}
    parked = clerk.done("park", body)
    listed = clerk.client.get("/till/api/parked").json
    assert listed is not None
    taken = clerk.done("resume", {"basket": parked["basket"]})
    for told in (*listed["baskets"], taken):
        assert [told[each] for each in ("lines", "codes", "discount")] == [
            [line],
            ["WELCOME10"],
            whole,
        ]


def test_a_basket_of_the_first_releases_is_its_lines_alone() -> None:
    assert contents_of([{"key": "1"}]) == Contents(({"key": "1"},))


def test_the_quick_keys_stand_still_during_a_day(counter: Counter, clerk: Clerk) -> None:
    def keys() -> list[str]:
        told = clerk.client.get("/till/api/state").json
        assert told is not None
        return list(told["quick_keys"])

    clerk.done("sale", sale(counter, 68800, cash(68800)))
    assert keys() == []
    with counter.database.transaction(counter.shop.scope) as session:
        session.execute(text("UPDATE sales_order SET placed_at = placed_at - interval '1 day'"))
    assert keys() == [str(counter.goods[POT])]


def test_an_order_number_names_the_day_at_the_store(
    counter: Counter, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2026, 11, 23, 17, 54, tzinfo=UTC)
    monkeypatch.setattr("commerce.orders.service.utc_now", lambda: evening)
    clerk.done("sale", sale(counter, 68800, cash(68800)))
    with counter.database.reading(counter.shop.scope) as connection:
        number = connection.scalars(text("SELECT number FROM sales_order")).one()
    assert number.startswith("261124-")


def test_a_day_of_quick_keys_begins_at_midnight_at_the_store() -> None:
    evening = datetime(2026, 11, 23, 17, 54, tzinfo=UTC)  # 01:54 of the 24th in Shanghai
    began = ranked_at(evening, time_zone="Asia/Shanghai")
    assert began == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_a_basket_is_taken_up_at_its_own_store_alone(counter: Counter, clerk: Clerk) -> None:
    lines = [parked_line(counter.goods[POT])]
    parked = clerk.done("park", {"label": "", "lines": lines})
    with counter.database.transaction(counter.shop.scope) as session:
        session.execute(
            text("UPDATE register SET location_id = :place"), {"place": counter.shop.warehouse}
        )
    assert clerk.send("resume", {"basket": parked["basket"]}).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"quantity": 0},
        {"quantity": 2, "item": {"id": "x"}},
        {"item": {"anything": ["of", "any", "size"]}},
        {"note": "<b>hello</b>"},
        {"key": "k" * 65},
    ],
)
def test_what_is_no_basket_is_not_parked(
    counter: Counter, clerk: Clerk, changed: dict[str, Any]
) -> None:
    lines = [parked_line(counter.goods[POT], **changed)]
    assert clerk.send("park", {"label": "", "lines": lines}).status_code == 422


def test_a_store_parks_two_hundred_baskets(
    counter: Counter, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "MOST_PARKED", 1)
    body = {"label": "", "lines": [parked_line(counter.goods[POT])]}
    clerk.done("park", body)
    full = clerk.send("park", body)
    assert (full.status_code, full.json["type"]) == (409, "/api/problems/parking-full")


def test_cash_in_is_free_and_cash_out_needs_a_manager(counter: Counter, clerk: Clerk) -> None:
    clerk.done("cash", {"amount_minor": 10000, "reason": "change from the bank"})
    out = {"amount_minor": -20000, "reason": "to the safe"}
    assert clerk.send("cash", out).status_code == 403
    clerk.done("cash", out, approver=MANAGER_PIN)
    assert kinds(counter) == ["open", "cash_in", "approval", "cash_out"]


def test_a_managers_word_is_for_one_deed_with_its_amount_once(
    counter: Counter, clerk: Clerk
) -> None:
    deed = {
        "id": str(new_id()),
        "kind": "cash",
        "body": {"amount_minor": -2000, "reason": "to the safe"},
    }
    word = approval_of(clerk.client, deed=deed)
    more = {**deed["body"], "amount_minor": -20000}
    name = UUID(str(deed["id"]))
    for kind, body, named in (
        ("cash", deed["body"], new_id()),
        ("cash", more, name),
        ("drawer", {"reason": "lunch"}, name),
    ):
        refused = clerk.send(kind, body, approval=word, name=named)
        assert refused.json["type"] == "/api/problems/approval-needed"
    for _ in range(2):
        clerk.done("cash", deed["body"], approval=word, name=name)
    assert kinds(counter) == ["open", "approval", "cash_out"]
    assert "expected_minor" not in report(clerk, approval=word)


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"reading": "report", "deed": {"id": str(new_id()), "kind": "cash", "body": {}}},
        {"deed": {"id": str(new_id()), "kind": "gift", "body": {}}},
    ],
)
def test_a_pin_allows_one_thing_that_the_till_can_do(clerk: Clerk, what: dict[str, Any]) -> None:
    answer = clerk.client.post("/till/api/approve", json={"pin": MANAGER_PIN, **what})
    assert answer.status_code == 422


def report(clerk: Clerk, *, approval: str = "") -> dict[str, Any]:
    answer = clerk.client.post(
        "/till/api/report", json={"badge": clerk.badge, "approval": approval}
    )
    assert answer.json is not None
    return dict(answer.json["report"])


def test_a_blind_count_hears_the_difference_only_afterwards(counter: Counter, clerk: Clerk) -> None:
    clerk.done("sale", sale(counter, 68800, cash(68800)))
    closed = clerk.done("close", {"counted_minor": 118700, "pieces": {"10000": 11, "100": 87}})
    assert closed["report"]["difference_minor"] == -100
    assert clerk.send("sale", sale(counter, 68800, cash(68800))).status_code == 409
    paper = clerk.client.get(f"/till/reports/{closed['shift']}")
    assert "Z report 1" in paper.text


@pytest.mark.parametrize("amount", [0, 10**13, -(10**13)])
def test_no_drawer_moves_nothing_or_a_fortune(counter: Counter, clerk: Clerk, amount: int) -> None:
    moved = {"amount_minor": amount, "reason": "to the bank"}
    assert clerk.send("cash", moved).status_code == 422


def test_what_cannot_be_kept_is_refused_and_not_done(counter: Counter, clerk: Clerk) -> None:
    parked = {"label": "a\0b", "lines": [parked_line(counter.goods["BAG-PAPER"])]}
    answer = clerk.send("park", parked)
    assert (answer.status_code, answer.json["type"]) == (400, "/api/problems/unkeepable-text")
    assert clerk.send("park", {**parked, "label": "a" * 1_100_000}).status_code == 413


def test_a_sale_cannot_take_the_name_of_an_order(counter: Counter, clerk: Clerk) -> None:
    bag = counter.goods["BAG-PAPER"]
    order = place(counter.shop, fill_cart(counter.shop, (counter.goods["YN-DH-100"], 1))).order
    sold = {
        "lines": [{"variant": str(bag), "quantity": 1}],
        "tenders": [cash(100)],
        "total_minor": 100,
        "currency": "CNY",
    }
    assert clerk.send("sale", sold, name=order.id).status_code == 409


def test_an_x_report_keeps_its_tenders_and_tells_a_clerk_no_cash(
    counter: Counter, clerk: Clerk
) -> None:
    clerk.done("sale", sale(counter, 68800, cash(68800)))
    seen = report(clerk)
    assert seen["tenders"] == [{"tender": "cash", "payments": 1}]
    assert "expected_minor" not in seen
    assert "68800" not in str(seen)  # nor any sum to reckon it from
    assert "118800" not in str(seen)


def test_a_manager_sees_the_cash_in_an_x_report_or_lets_a_clerk_see_it(
    counter: Counter, clerk: Clerk
) -> None:
    clerk.done("sale", sale(counter, 68800, cash(68800)))
    manager = clerk_at(clerk.client, MANAGER_PIN)
    for seen in (
        report(manager),
        report(clerk, approval=approval_of(clerk.client, reading="report")),
    ):
        assert seen["expected_minor"] == 118800
        assert seen["tenders"][0]["taken_minor"] == 68800


@pytest.mark.parametrize("badge", ["", "forged.badge"])
def test_an_x_report_for_nobody_known_tells_no_cash(
    counter: Counter, clerk: Clerk, badge: str
) -> None:
    clerk.done("sale", sale(counter, 68800, cash(68800)))
    assert "expected_minor" not in report(Clerk(clerk.client, badge))


def test_the_printable_x_report_tells_cash_only_to_the_badge_of_a_manager(
    counter: Counter, clerk: Clerk
) -> None:
    clerk.done("sale", sale(counter, 68800, cash(68800)))
    manager = clerk_at(clerk.client, MANAGER_PIN)
    opened = clerk.client.get("/till/reports/x").text
    posted = clerk.client.post("/till/reports/x", data={"badge": clerk.badge}).text
    for page in (opened, posted):
        assert "after the count" in page
        assert "¥688.00" not in page
        assert "¥1,188.00" not in page
    assert "¥1,188.00" in clerk.client.post("/till/reports/x", data={"badge": manager.badge}).text


def test_reports_are_printed_and_every_reading_is_written_down(
    counter: Counter, clerk: Clerk
) -> None:
    counter.print_to_files()
    clerk.done("sale", sale(counter, 68800, cash(68800)))
    assert clerk.done("report", {})["cash"] is False
    assert clerk_at(clerk.client, MANAGER_PIN).done("report", {})["cash"] is True
    closed = clerk.done("close", {"counted_minor": 118800})
    assert [clerk.done("report", {"shift": closed["shift"]})["copy"] for _ in range(2)] == [0, 1]
    assert kinds(counter)[2:4] == ["x_read", "x_read"]
    assert kinds(counter)[-2:] == ["z_print", "z_print"]
    papers = sorted((counter.var / "printouts").glob("NR2-*/*"))
    blind, seen, z_report, copy = (each.read_bytes() for each in papers)
    assert b"1,188.00" not in blind
    assert b"1,188.00" in seen
    assert b"Z report 1" in z_report
    assert b"Copy 1" in copy


def test_a_half_paid_sale_that_no_page_remembers_is_told_until_it_is_given_up(
    counter: Counter, clerk: Clerk
) -> None:
    begun = clerk.done("sale", sale(counter, 68800, cash(10000)))
    assert clerk.send("close", {"counted_minor": 60000}).status_code == 409
    (told,) = clerk.client.get("/till/api/state").json["unfinished"]  # type: ignore[index]  # it is JSON
    assert (told["id"], told["total_minor"], told["paid_minor"]) == (begun["sale"], 68800, 10000)
    clerk.done("abandon", {"sale": begun["sale"]})
    assert clerk.client.get("/till/api/state").json["unfinished"] == []  # type: ignore[index]  # as above
    assert clerk.done("close", {"counted_minor": 50000})["report"]["difference_minor"] == 0


def test_the_drawer_opens_for_a_sale_and_otherwise_for_a_manager(
    counter: Counter, clerk: Clerk
) -> None:
    sold = clerk.done("sale", sale(counter, 68800, cash(68800)))
    assert clerk.done("drawer", {"sale": sold["sale"]})["printing"] == "no-printer"
    assert clerk.send("drawer", {"reason": "change a note"}).status_code == 403
    clerk.done("drawer", {"reason": "change a note"}, approver=MANAGER_PIN)
    assert kinds(counter) == ["open", "sale", "drawer_open", "approval", "no_sale"]


def test_a_second_print_is_a_numbered_copy_and_a_resent_command_prints_nothing(
    counter: Counter, clerk: Clerk
) -> None:
    counter.print_to_files()
    sold = clerk.done("sale", sale(counter, 68800, cash(68800)))
    first, again = new_id(), new_id()
    assert clerk.done("print", {"sale": sold["sale"]}, name=first)["copy"] == 0
    assert "printing" not in clerk.done("print", {"sale": sold["sale"]}, name=first)
    assert clerk.done("print", {"sale": sold["sale"]}, name=again)["copy"] == 1
    papers = sorted((counter.var / "printouts").glob("NR2-*/*"))
    assert len(papers) == 2
    assert b"Copy 1" in papers[1].read_bytes()
    assert b"Copy" not in papers[0].read_bytes()


def test_a_receipt_is_sent_as_one_letter_per_address(counter: Counter, clerk: Clerk) -> None:
    sold = clerk.done("sale", sale(counter, 68800, cash(68800)))
    wish = {"sale": sold["sale"], "to": "ada@example.com"}
    assert clerk.done("letter", wish)["new"] is True
    assert clerk.done("letter", wish)["new"] is False
    with counter.database.reading(counter.shop.scope) as connection:
        html = connection.scalars(text("SELECT html FROM outgoing_mail")).one()
    assert '<td class="amount">¥688.00</td>' in html
    assert "NR2-000001</h1>" in html


def test_the_printable_receipt_says_what_was_sold(counter: Counter, clerk: Clerk) -> None:
    sold = clerk.done("sale", sale(counter, 68800, cash(68800, 70000)))
    page = clerk.client.get(f"/till/receipts/{sold['sale']}").text
    for words in ("NR2-000001", "Celadon teapot, 320 ml", "¥688.00", "¥700.00", "¥12.00"):
        assert words in page
    assert "data-print-now" not in page  # looked at, not printed
    assert "data-print-now" in clerk.client.get(f"/till/receipts/{sold['sale']}?copy=0").text

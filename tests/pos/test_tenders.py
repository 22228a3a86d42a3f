"""What a till takes and gives back: cash or none, a void by tender, a count that is sent back once."""

from typing import Any

import pytest
from sqlalchemy import text

from commerce.payments.rows import PaymentState
from commerce.payments.service import set_up_method
from tests.pos.counter import MANAGER_PIN, READER, Clerk, Counter, clerk_at

TEA = 18800


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


def cash(amount: int) -> dict[str, Any]:
    return {"kind": "cash", "amount_minor": amount, "tendered_minor": amount}


def sale(counter: Counter, *tenders: dict[str, Any]) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "total_minor": TEA,
        "lines": [{"variant": str(counter.goods["YN-DH-100"]), "quantity": 1}],
        "tenders": list(tenders),
    }


def switch_cash(counter: Counter, *, enabled: bool) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        set_up_method(
            session,
            vault=counter.vault,
            merchant_id=counter.shop.merchant.id,
            plugin="cash",
            enabled=enabled,
            position=0,
            settings={},
            secrets={},
        )


def standing(clerk: Clerk) -> dict[str, Any]:
    told = clerk.client.get("/till/api/state").json
    assert told is not None
    return dict(told)


def test_a_till_takes_cash_until_the_merchant_says_otherwise(
    counter: Counter, clerk: Clerk
) -> None:
    assert standing(clerk)["cash"] is True
    switch_cash(counter, enabled=False)
    assert standing(clerk)["cash"] is False
    refused = clerk.send("sale", sale(counter, cash(TEA)))
    assert (refused.status_code, refused.json["type"]) == (409, "/api/problems/cash-not-taken")
    switch_cash(counter, enabled=True)
    assert clerk.done("sale", sale(counter, cash(TEA)))["completed"]


def test_without_cash_a_card_pays_and_no_further_tender_is_cash(
    counter: Counter, clerk: Clerk
) -> None:
    switch_cash(counter, enabled=False)
    card = {"kind": "card", "amount_minor": 10000, "plugin": READER}
    begun = clerk.done("sale", sale(counter, card))
    further = clerk.send("tender", {"sale": begun["sale"], "tender": cash(8800)})
    assert further.status_code == 409


def test_a_void_says_what_goes_back_by_which_tender(counter: Counter, clerk: Clerk) -> None:
    card = {"kind": "card", "amount_minor": 8800, "plugin": READER}
    begun = clerk.done("sale", sale(counter, cash(10000), card))
    (reading,) = [each for each in begun["payments"] if each["tender"] == "card"]
    clerk.client.post(f"/till/api/cards/{reading['id']}/start", json={"reader": "reader-1"})
    for _ in range(2):
        clerk.client.post(f"/till/api/cards/{reading['id']}/ask", json={})
    wish = {"sale": begun["sale"], "reason": "wrong piece"}
    voided = clerk.done("void", wish, approver=MANAGER_PIN)
    back = {each["tender"]: each["back_minor"] for each in voided["payments"]}
    assert back == {"cash": 10000, "card": 8800}


def test_why_a_card_was_declined_is_told_in_the_language_of_whoever_reads_it(
    counter: Counter, clerk: Clerk
) -> None:
    counter.house.verdict = PaymentState.FAILED
    card = {"kind": "card", "amount_minor": TEA, "plugin": READER}
    begun = clerk.done("sale", sale(counter, card))
    (reading,) = begun["payments"]
    clerk.client.post(f"/till/api/cards/{reading['id']}/start", json={"reader": "reader-1"})
    told = []
    for language in ("zh", "zh", "en"):
        clerk.client.set_cookie("quayside_language", language)
        answer = clerk.client.post(f"/till/api/cards/{reading['id']}/ask", json={}).json
        assert answer is not None
        told.append(answer["payment"]["detail"])
    assert told == ["", "发卡行拒绝了这张卡。", "The card was declined."]


@pytest.mark.parametrize("counted", [0, 30000, 70000])
def test_a_count_that_is_far_off_is_sent_back_once_and_tells_nothing(
    counter: Counter, clerk: Clerk, counted: int
) -> None:
    first = clerk.done("close", {"counted_minor": counted})
    assert first == {"shift": first["shift"], "far": True}
    closed = clerk.done("close", {"counted_minor": 20000})  # no second hint, whatever is counted
    assert closed["report"]["difference_minor"] == -30000
    with counter.database.reading(counter.shop.scope) as connection:
        kinds = connection.execute(text("SELECT kind FROM journal_entry ORDER BY position"))
        told = [row.kind for row in kinds]
    assert told == ["open", "count_again", "z_close", "count"]


@pytest.mark.parametrize("counted", [40000, 50000, 60000])
def test_a_note_too_many_or_too_few_closes_at_once(clerk: Clerk, counted: int) -> None:
    closed = clerk.done("close", {"counted_minor": counted})
    assert closed["report"]["difference_minor"] == counted - 50000


def test_who_is_sure_is_not_asked(clerk: Clerk) -> None:
    closed = clerk.done("close", {"counted_minor": 0, "sure": True})
    assert closed["report"]["difference_minor"] == -50000

"""A gift card at the till: asked what is left, taken beside cash and bank cards, given back by a void."""

from typing import Any

import pytest

from commerce.kernel.clock import utc_now
from commerce.payments.stored_value.codes import grouped
from commerce.registers.queries import open_shift_of
from commerce.registers.report import shift_report
from tests.pos.counter import MANAGER_PIN, Clerk, Counter, clerk_at
from tests.support.stored_value import assert_the_value_is_sound, give_card, left_on

PRICE = 68800


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


def sale(counter: Counter, *tenders: dict[str, Any]) -> dict[str, Any]:
    line = {"variant": str(counter.goods["LQ-POT-320"]), "quantity": 1}
    return {"currency": "CNY", "total_minor": PRICE, "lines": [line], "tenders": list(tenders)}


def cash(amount: int) -> dict[str, Any]:
    return {"kind": "cash", "amount_minor": amount, "tendered_minor": amount}


def off(code: str, amount: int) -> dict[str, Any]:
    return {"kind": "gift_card", "amount_minor": amount, "code": code}


def tenders_of_shift(counter: Counter) -> dict[str, tuple[int, int]]:
    with counter.database.reading(counter.shop.scope) as connection:
        shift = open_shift_of(connection, register_id=counter.register)
        assert shift is not None
        told = shift_report(connection, shift=shift, counted=None, at=utc_now())
    return {
        each["tender"]: (each["taken_minor"], each["refunded_minor"]) for each in told["tenders"]
    }


def test_a_card_pays_beside_cash_and_has_it_back_by_a_void(counter: Counter, clerk: Clerk) -> None:
    card = give_card(counter.shop, 20_000, vault=counter.vault)
    typed = grouped(card.code).lower()
    asked = {"badge": clerk.badge, "code": typed}
    found = clerk.client.post("/till/api/gift-cards", json=asked)
    assert found.json == {"last_four": card.code[-4:], "balance_minor": 20_000, "currency": "CNY"}
    begun = clerk.done("sale", sale(counter, off(typed, 20_000)))
    assert (begun["completed"], begun["due_minor"]) == (False, PRICE - 20_000)
    assert left_on(counter.shop, card.id) == 0
    done = clerk.done("tender", {"sale": begun["sale"], "tender": cash(PRICE - 20_000)})
    assert done["completed"]
    assert tenders_of_shift(counter)["gift_card"] == (20_000, 0)
    receipt = clerk.client.get(f"/till/api/sales/{begun['sale']}/receipt")
    assert card.code not in receipt.text
    clerk.done("void", {"sale": begun["sale"], "reason": "wrong"}, approver=MANAGER_PIN)
    assert left_on(counter.shop, card.id) == 20_000
    assert tenders_of_shift(counter)["gift_card"] == (20_000, 20_000)
    assert_the_value_is_sound(counter.shop)


def test_a_card_pays_no_more_than_it_holds_and_an_abandoned_sale_gives_it_back(
    counter: Counter, clerk: Clerk
) -> None:
    card = give_card(counter.shop, 20_000, vault=counter.vault)
    refused = clerk.send("sale", sale(counter, off(card.code, 20_001)))
    assert (refused.status_code, refused.json["type"].split("/")[-1]) == (409, "stored-value-short")
    unknown = clerk.send("sale", sale(counter, off("2222-2222-2222-2222", 100)))
    assert unknown.status_code == 422
    begun = clerk.done("sale", sale(counter, off(card.code, 5_000), cash(1_000)))
    assert left_on(counter.shop, card.id) == 15_000
    clerk.done("abandon", {"sale": begun["sale"]})
    assert left_on(counter.shop, card.id) == 20_000
    assert_the_value_is_sound(counter.shop)

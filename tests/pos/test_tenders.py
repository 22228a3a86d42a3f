"""What a till takes and gives back: cash or none, a void by tender, a count that is sent back once."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.inventory.service import add_location
from commerce.kernel.ids import new_id
from commerce.payments.rows import PaymentState
from commerce.payments.service import set_up_method
from commerce.registers.service import add_register, set_reader
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


def card_begun(counter: Counter, clerk: Clerk) -> tuple[str, str]:
    """Return the sale that a card is to pay, and the path of its payment."""
    card = {"kind": "card", "amount_minor": TEA, "plugin": READER}
    begun = clerk.done("sale", sale(counter, card))
    return begun["sale"], f"/till/api/cards/{begun['payments'][0]['id']}"


def wake(clerk: Clerk, path: str, reader: str) -> Any:
    return clerk.client.post(f"{path}/start", json={"reader": reader})


def code_of(answer: Any) -> str:
    return str(answer.json["type"]).rpartition("/")[2]


def give_reader(counter: Counter, register: UUID, reader: str) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        set_reader(
            session,
            merchant_id=counter.shop.merchant.id,
            register_id=register,
            reader={"plugin": READER, "id": reader, "label": reader},
        )


def test_a_till_asks_at_its_own_reader_and_never_at_another_stores(
    counter: Counter, clerk: Clerk
) -> None:
    counter.house.labels = {each: each for each in ("a", "bund", "mine", "window")}
    with counter.database.transaction(counter.shop.scope) as session:
        elsewhere = add_location(
            session,
            merchant_id=counter.shop.merchant.id,
            code="bund",
            kind="store",
            name="Bund",
            name_zh="外滩",
            country="CN",
        )
        where = {"merchant_id": counter.shop.merchant.id}
        bund = add_register(session, **where, location_id=elsewhere, name="Bund", series="BU1")
        window = add_register(
            session, **where, location_id=counter.shop.store, name="Window", series="WI1"
        )
    for register, reader in ((counter.register, "mine"), (bund, "bund"), (window, "window")):
        give_reader(counter, register, reader)
    told = clerk.client.get(f"/till/api/readers/{READER}").json
    assert told is not None
    assert told["own"] == "mine"
    assert [each["id"] for each in told["readers"]] == ["mine", "a", "window"]
    _sale, path = card_begun(counter, clerk)
    assert code_of(wake(clerk, path, "bund")) == "reader-elsewhere"
    assert counter.house.started == []


def test_a_reader_that_is_busy_or_off_says_so_and_another_one_asks(
    counter: Counter, clerk: Clerk
) -> None:
    counter.house.labels = {each: each for each in ("a", "b", "c")}
    counter.house.busy, counter.house.offline = {"a"}, {"b"}
    _sale, path = card_begun(counter, clerk)
    told = [code_of(wake(clerk, path, each)) for each in ("a", "b")]
    assert told == ["reader-busy", "reader-offline"]
    assert wake(clerk, path, "c").json["payment"]["state"] == "pending"
    assert wake(clerk, path, "a").status_code == 200  # it waits at the other: nobody asks twice
    assert len(counter.house.started) == 1


def test_a_sale_that_was_given_up_before_it_arrived_is_refused_when_it_does(
    counter: Counter, clerk: Clerk
) -> None:
    name = new_id()
    assert clerk.done("abandon", {"sale": str(name)})["payments"] == []
    card = {"kind": "card", "amount_minor": TEA, "plugin": READER}
    late = clerk.send("sale", sale(counter, card), name=name)
    assert (late.status_code, code_of(late)) == (409, "command-conflict")


def test_a_sale_that_is_given_up_leaves_no_reader_asking(counter: Counter, clerk: Clerk) -> None:
    begun, path = card_begun(counter, clerk)
    wake(clerk, path, "reader-1")
    clerk.done("abandon", {"sale": begun})
    assert len(counter.house.cancelled) == 1


def test_a_card_given_up_while_its_reader_is_being_woken_is_called_off_there(
    counter: Counter, clerk: Clerk
) -> None:
    _begun, path = card_begun(counter, clerk)
    counter.house.meanwhile = lambda: clerk.client.post(f"{path}/cancel", json={})
    wake(clerk, path, "reader-1")
    assert len(counter.house.cancelled) == 2


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

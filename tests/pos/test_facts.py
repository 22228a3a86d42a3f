"""A sale that happened is a fact: no rule made meanwhile keeps its money out of the books."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.checkout.service import refund_order
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.park.queries.clerks import clerk_standing
from commerce.park.service.clerk_pins import remove_clerk_pin, set_clerk_pin
from commerce.payments.service import set_up_method
from commerce.registers.badges import APPROVAL, CLERK, Badge, Post, for_command, issue_badge
from commerce.registers.policy import TillPolicy
from commerce.registers.queries import journal_of, open_variances, register_by_id
from commerce.registers.rows import VarianceKind, VarianceRow
from commerce.registers.service import StoreTill, see_variance, set_till_policy
from pos.api.bodies import SaleBody
from tests.pos.counter import Clerk, Counter, clerk_at

POT, POT_PRICE = "LQ-POT-320", 68800
SCARF, SCARF_PRICE = "SU-SILK-90", 45800
AN_HOUR = 3600


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


def line(counter: Counter, sku: str, price: int, **more: Any) -> dict[str, Any]:
    return {
        "variant": str(counter.goods[sku]),
        "quantity": 1,
        "discount": None,
        "shown_minor": price,
        **more,
    }


def cash_sale(*lines: dict[str, Any], paid: int) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "total_minor": paid,
        "lines": list(lines),
        "tenders": [{"kind": "cash", "amount_minor": paid, "tendered_minor": paid}],
    }


def a_pot(counter: Counter) -> dict[str, Any]:
    return cash_sale(line(counter, POT, POT_PRICE), paid=POT_PRICE)


def synced(clerk: Clerk, body: dict[str, Any], *, waited: int = AN_HOUR, **more: str) -> Any:
    """Send a sale as a till does that was offline when it was made."""
    command = {
        "id": str(new_id()),
        "kind": "sale",
        "badge": clerk.badge,
        "body": body,
        "happened": True,
        "waited": waited,
        **more,
    }
    return clerk.client.post("/till/api/commands", json=command)


def variances(counter: Counter) -> list[VarianceRow]:
    with counter.database.reading(counter.shop.scope) as connection:
        return list(open_variances(connection))


def kinds(counter: Counter) -> list[VarianceKind]:
    return [each.kind for each in variances(counter)]


def switch_cash_off(counter: Counter) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        set_up_method(
            session,
            vault=counter.vault,
            merchant_id=counter.shop.merchant.id,
            plugin="cash",
            enabled=False,
            position=0,
            settings={},
            secrets={},
        )


def allow_no_discount(counter: Counter) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        set_till_policy(
            session,
            merchant_id=counter.shop.merchant.id,
            policy=TillPolicy(discount_limit=0),
            actor_id=counter.owner,
            now=utc_now(),
        )


def raise_the_price(counter: Counter, sku: str, price: int) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        session.execute(
            text("UPDATE price SET amount_minor = :price WHERE variant_id = :variant"),
            {"price": price, "variant": counter.goods[sku]},
        )


def dismiss(counter: Counter, staff: UUID) -> None:
    with counter.database.transaction(Scope.park()) as session:
        session.execute(text("DELETE FROM membership WHERE staff_id = :staff"), {"staff": staff})


def badge_of_yesterday(
    counter: Counter, kind: str, staff: UUID, *, ago: timedelta, allows: str = ""
) -> str:
    with counter.database.reading(counter.shop.scope) as connection:
        register = register_by_id(connection, register_id=counter.register)
    assert register is not None
    post = Post(register.id, register.device_hash or "")
    with counter.database.reading(counter.shop.scope) as connection:
        standing = clerk_standing(connection, merchant_id=counter.shop.merchant.id, staff_id=staff)
    assert standing.pin_set_at is not None
    holder = Badge(staff, standing.pin_set_at, allows)
    return issue_badge(counter.vault, post=post, holder=holder, kind=kind, now=utc_now() - ago)


def change_the_pin(counter: Counter) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        set_clerk_pin(
            session,
            merchant_id=counter.shop.merchant.id,
            staff_id=counter.clerk,
            fingerprint=b"another",
            actor_id=counter.owner,
            now=utc_now(),
        )


def take_the_pin(counter: Counter) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        remove_clerk_pin(
            session,
            merchant_id=counter.shop.merchant.id,
            staff_id=counter.clerk,
            actor_id=counter.owner,
        )


def test_cash_that_was_taken_before_cash_was_switched_off_is_in_the_books(
    counter: Counter, clerk: Clerk
) -> None:
    switch_cash_off(counter)
    sold = synced(clerk, a_pot(counter))
    assert sold.json["answer"]["number"] == "NR2-000001"
    (noted,) = variances(counter)
    assert (noted.kind, noted.facts) == (VarianceKind.CASH_OFF, {"amount_minor": POT_PRICE})
    assert timedelta(minutes=59) < utc_now() - noted.sold_at < timedelta(minutes=61)
    closed = clerk.done("close", {"counted_minor": 50000 + POT_PRICE})
    assert closed["report"]["difference_minor"] == 0


def test_a_discount_given_before_the_limit_was_tightened_stands(
    counter: Counter, clerk: Clerk
) -> None:
    allow_no_discount(counter)
    tenth = {"reason": "set of four", "basis_points": 1000}
    body = cash_sale(line(counter, POT, POT_PRICE, discount=tenth), paid=61920)
    assert clerk.send("sale", body).json["type"] == "/api/problems/approval-needed"
    assert synced(clerk, body).json["answer"]["total_minor"] == 61920
    (noted,) = variances(counter)
    assert (noted.kind, noted.facts) == (VarianceKind.DISCOUNT, {"limit": 0, "given": 1000})


def test_what_a_manager_allowed_at_the_time_of_the_sale_needs_nobody_now(
    counter: Counter, clerk: Clerk
) -> None:
    half = {"reason": "scratched", "basis_points": 5000}
    body = cash_sale(line(counter, POT, POT_PRICE, discount=half), paid=34400)
    name = new_id()
    allows = for_command(name, "sale", SaleBody.model_validate(body).model_dump(mode="json"))
    ago = timedelta(minutes=59)
    word = badge_of_yesterday(counter, APPROVAL, counter.owner, ago=ago, allows=allows)
    # The word has run out by now; to a clerk who waits a manager gives another one.
    refused = clerk.send("sale", body, approval=word, name=name)
    assert refused.json["type"] == "/api/problems/approval-needed"
    assert synced(clerk, body, waited=3500, approval=word, id=str(name)).status_code == 200
    assert kinds(counter) == []


def test_a_sale_is_booked_for_what_was_paid_although_the_price_has_changed(
    counter: Counter, clerk: Clerk
) -> None:
    body = cash_sale(
        line(counter, POT, POT_PRICE),
        line(counter, SCARF, SCARF_PRICE),
        paid=POT_PRICE + SCARF_PRICE,
    )
    raise_the_price(counter, POT, 70000)
    assert clerk.send("sale", body).json["type"] == "/api/problems/price-changed"
    sold = synced(clerk, body).json["answer"]
    assert sold["total_minor"] == POT_PRICE + SCARF_PRICE
    (noted,) = variances(counter)
    assert noted.facts == {"sold_minor": POT_PRICE + SCARF_PRICE, "now_minor": 115800}
    paper = clerk.client.get(f"/till/receipts/{sold['sale']}").text
    assert "¥688.00" in paper
    assert "¥700.00" not in paper


def test_a_sale_that_does_not_say_its_prices_is_shared_over_its_lines(
    counter: Counter, clerk: Clerk
) -> None:
    body = cash_sale(
        line(counter, POT, POT_PRICE, shown_minor=None),
        line(counter, SCARF, SCARF_PRICE, shown_minor=None, quantity=3),
        paid=100000,
    )
    sold = synced(clerk, body).json["answer"]
    with counter.database.reading(counter.shop.scope) as connection:
        lines = connection.execute(
            text(
                "SELECT total_minor, net_minor + tax_minor,"
                " quantity * unit_price_minor - discount_minor, discount_minor < quantity"
                " FROM order_line ORDER BY position"
            )
        ).all()
    assert [tuple(each) for each in lines] == [
        (33366, 33366, 33366, True),
        (66634, 66634, 66634, True),
    ]
    assert sold["completed"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE variant SET retired_at = now() WHERE id = :variant",
        "DELETE FROM price WHERE variant_id = :variant",
    ],
)
def test_goods_that_were_withdrawn_meanwhile_were_sold_all_the_same(
    counter: Counter, clerk: Clerk, change: str
) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        session.execute(text(change), {"variant": counter.goods[POT]})
    assert clerk.send("sale", a_pot(counter)).json["type"] == "/api/problems/not-sold-at-till"
    assert synced(clerk, a_pot(counter)).json["answer"]["total_minor"] == POT_PRICE
    (noted,) = variances(counter)
    assert noted.facts == {"variants": [str(counter.goods[POT])]}


def test_what_a_clerk_sold_before_they_left_is_booked_under_their_name(
    counter: Counter, clerk: Clerk
) -> None:
    dismiss(counter, counter.clerk)
    assert clerk.send("sale", a_pot(counter)).status_code == 403
    assert synced(clerk, a_pot(counter)).status_code == 200
    (noted,) = variances(counter)
    assert (noted.kind, noted.facts) == (VarianceKind.CLERK, {"clerk": str(counter.clerk)})


def test_a_badge_was_good_when_the_sale_was_made(counter: Counter, clerk: Clerk) -> None:
    four_days = timedelta(days=4)
    old = badge_of_yesterday(counter, CLERK, counter.clerk, ago=four_days)
    late = synced(Clerk(clerk.client, old), a_pot(counter), waited=0)
    assert late.json["type"] == "/api/problems/clerk-unknown"
    made = int(four_days.total_seconds()) - 60
    assert synced(Clerk(clerk.client, old), a_pot(counter), waited=made).status_code == 200


@pytest.mark.parametrize("lose", [change_the_pin, take_the_pin])
def test_a_badge_dies_with_its_pin_but_not_the_sales_made_before(
    counter: Counter, clerk: Clerk, lose: Callable[[Counter], None]
) -> None:
    lose(counter)
    refused = clerk.send("sale", a_pot(counter))
    assert refused.json["type"] == "/api/problems/clerk-unknown"
    people = {"badge": clerk.badge, "words": "Chen"}
    assert clerk.client.post("/till/api/customers", json=people).status_code == 401
    assert synced(clerk, a_pot(counter)).status_code == 200
    (noted,) = variances(counter)
    assert noted.facts == {"clerk": str(counter.clerk), "pin": "old"}


def test_a_sale_made_by_a_pin_that_had_been_changed_waits_for_the_next_pin(
    counter: Counter, clerk: Clerk
) -> None:
    change_the_pin(counter)
    late = synced(clerk, a_pot(counter), waited=0)
    assert late.json["type"] == "/api/problems/clerk-unknown"


def test_who_is_kept_out_of_the_whole_park_sells_no_more(counter: Counter, clerk: Clerk) -> None:
    with counter.database.transaction(Scope.park()) as session:
        session.execute(
            text("UPDATE staff_account SET disabled_at = now() WHERE id = :id"),
            {"id": counter.clerk},
        )
    assert clerk.send("sale", a_pot(counter)).status_code == 403


def test_a_fact_that_breaks_no_rule_is_a_sale_like_any_other(
    counter: Counter, clerk: Clerk
) -> None:
    assert synced(clerk, a_pot(counter)).status_code == 200
    assert kinds(counter) == []
    with counter.database.reading(counter.shop.scope) as connection:
        entries = journal_of(connection, register_id=counter.register)
    assert [entry.kind for entry in entries] == ["open", "sale"]


def test_the_journal_keeps_what_a_fact_has_against_it(counter: Counter, clerk: Clerk) -> None:
    switch_cash_off(counter)
    sold = synced(clerk, a_pot(counter)).json["answer"]
    with counter.database.reading(counter.shop.scope) as connection:
        entries = journal_of(connection, register_id=counter.register)
    assert [entry.kind for entry in entries] == ["open", "variance", "sale"]
    told = json.loads(entries[1].body)
    assert (told["sale"], told["rule"]) == (sold["sale"], "cash-off")


def test_a_variance_is_seen_to_once(counter: Counter, clerk: Clerk) -> None:
    switch_cash_off(counter)
    synced(clerk, a_pot(counter))
    (noted,) = variances(counter)
    for person in (counter.owner, counter.clerk):
        with counter.database.transaction(counter.shop.scope) as session:
            see_variance(
                session,
                merchant_id=counter.shop.merchant.id,
                variance_id=noted.id,
                actor_id=person,
            )
    with counter.database.reading(counter.shop.scope) as connection:
        seen_by = connection.scalar(text("SELECT seen_by FROM sale_variance"))
    assert (kinds(counter), seen_by) == ([], counter.owner)


def damaged(counter: Counter) -> dict[str, dict[str, Any]]:
    pot = a_pot(counter)
    stranger = {**pot["lines"][0], "variant": str(new_id())}
    return {
        "overpaid": {
            **pot,
            "tenders": [{"kind": "cash", "amount_minor": 70000, "tendered_minor": 70000}],
        },
        "too-little-cash": {
            **pot,
            "tenders": [{"kind": "cash", "amount_minor": POT_PRICE, "tendered_minor": 1}],
        },
        "cash-rounding": {
            **cash_sale(line(counter, POT, 1), paid=1),
            "tenders": [
                {"kind": "cash", "amount_minor": 1, "tendered_minor": 1, "rounding_minor": -2}
            ],
        },
        "other-currency": {**pot, "currency": "EUR"},
        "not-sold-at-till": {**pot, "lines": [stranger]},
        "discount": cash_sale(
            line(
                counter, POT, POT_PRICE, discount={"reason": "gift", "amount_minor": POT_PRICE + 1}
            ),
            paid=POT_PRICE,
        ),
        "wrong-body": {**pot, "lines": []},
    }


def test_what_is_damaged_or_forged_is_refused_whatever_it_says_of_itself(
    counter: Counter, clerk: Clerk
) -> None:
    told = {code: synced(clerk, body).json["type"] for code, body in damaged(counter).items()}
    assert told == {code: f"/api/problems/{code}" for code in told}
    forged = Clerk(clerk.client, clerk.badge[:-1] + ("0" if clerk.badge[-1] != "0" else "1"))
    assert synced(forged, a_pot(counter)).json["type"] == "/api/problems/clerk-unknown"


def test_a_sale_that_a_card_pays_has_not_happened_before_the_card_is_taken(
    counter: Counter, clerk: Clerk
) -> None:
    body = a_pot(counter)
    card = {"kind": "card", "amount_minor": POT_PRICE, "plugin": "nobody"}
    refused = synced(clerk, {**body, "tenders": [card]})
    assert refused.json["type"] == "/api/problems/payment-method-unavailable"


def test_a_fact_waits_for_a_drawer_to_be_written_into(counter: Counter, clerk: Clerk) -> None:
    clerk.done("close", {"counted_minor": 50000})
    assert synced(clerk, a_pot(counter)).json["type"] == "/api/problems/register-closed"
    clerk.done("open", {"float_minor": 50000})
    assert synced(clerk, a_pot(counter)).status_code == 200


def test_a_sale_is_of_the_hour_at_which_it_was_made_and_of_no_hour_before_its_shift(
    counter: Counter, clerk: Clerk
) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        opened = session.scalar(
            text("UPDATE shift SET opened_at = opened_at - interval '2 hours' RETURNING opened_at")
        )
    for waited, made in ((AN_HOUR, utc_now() - timedelta(hours=1)), (10 * 24 * AN_HOUR, opened)):
        sold = synced(clerk, a_pot(counter), waited=waited).json["answer"]["sale"]
        told: Any = clerk.client.get(f"/till/api/sales/{sold}").json
        with counter.database.reading(counter.shop.scope) as connection:
            order = order_by_id(connection, order_id=UUID(sold))
        assert order is not None
        assert order.placed_at == datetime.fromisoformat(told["at"])
        assert abs(order.placed_at - made) < timedelta(minutes=1)


def test_the_journal_and_the_receipt_tell_of_a_paper_that_was_handed_out_before_the_number(
    counter: Counter, clerk: Clerk
) -> None:
    sold = synced(clerk, a_pot(counter)).json["answer"]
    paper = {
        "id": str(new_id()),
        "kind": "provisional",
        "badge": clerk.badge,
        "body": {"sale": sold["sale"]},
        "happened": True,
        "waited": AN_HOUR,
    }
    for _again in range(2):
        told: Any = clerk.client.post("/till/api/commands", json=paper).json
    number = f"NR2-P-{sold['sale'][-6:].upper()}"
    assert told["answer"] == {"sale": sold["sale"], "paper": number}
    with counter.database.reading(counter.shop.scope) as connection:
        kept = [
            json.loads(entry.body)
            for entry in journal_of(connection, register_id=counter.register)
            if entry.kind == "provisional"
        ]
    assert [(each["paper"], each["copy"], each["actor"]) for each in kept] == [
        (number, 0, str(counter.clerk))
    ]
    handed_out = datetime.fromisoformat(kept[0]["handed_out_at"])
    assert abs(utc_now() - timedelta(hours=1) - handed_out) < timedelta(minutes=1)
    page = clerk.client.get(f"/till/receipts/{sold['sale']}").text
    assert "Provisional receipt" in page
    assert number in page


def to_pay(clerk: Clerk) -> list[dict[str, Any]]:
    standing: Any = clerk.client.get("/till/api/state").json
    return list(standing["to_pay"])


def test_a_clerk_pays_what_the_desk_promised_and_never_twice(
    counter: Counter, clerk: Clerk
) -> None:
    sold = clerk.done("sale", a_pot(counter))
    merchant = counter.shop.merchant.id
    with counter.database.transaction(counter.shop.scope) as session:
        refund_order(
            session,
            durable=counter.durable,
            merchant_id=merchant,
            order_id=UUID(sold["sale"]),
            request_id=new_id(),
            amount=Money(8800, "CNY"),
            reason="scratched",
            actor_id=counter.owner,
            drawer=StoreTill(merchant, counter.shop.store, counter.owner),
        )
    (waiting,) = to_pay(clerk)
    assert (waiting["receipt"], waiting["amount_minor"]) == (sold["number"], 8800)
    wish, name = {"refund": waiting["id"]}, new_id()
    first = clerk.done("pay-back", wish, name=name)
    assert clerk.done("pay-back", wish, name=name)["amount_minor"] == first["amount_minor"] == 8800
    second = clerk.send("pay-back", wish)
    assert (second.status_code, second.json["type"].endswith("refund-ended")) == (409, True)
    assert to_pay(clerk) == []
    told: Any = clerk.client.get("/till/api/sales").json
    (paid,) = told["paid_back"]
    assert (paid["receipt"], paid["amount_minor"]) == (sold["number"], 8800)
    report = clerk.done("close", {"counted_minor": 50000 + POT_PRICE - 8800})["report"]
    assert (report["paid_back_minor"], report["difference_minor"]) == (8800, 0)

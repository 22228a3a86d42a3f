"""Promotions over the counter: quoted as the web reckons them, sold, told on paper, counted, given back."""

from collections.abc import Sequence
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest

from commerce.catalogue.queries import product_ids_by_sku
from commerce.customers.service import remember_customer
from commerce.kernel.channel import Channel
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.orders.queries import lines_of
from commerce.pricing.promotions.queries import codes_of, promotion_card, uses_of_order
from commerce.pricing.promotions.rows import Bundle, BuyGet, Part, Percentage, Selection
from commerce.pricing.promotions.service import switch_promotion
from commerce.registers.queries import journal_of, open_variances
from tests.pos.counter import MANAGER_PIN, Clerk, Counter, clerk_at
from tests.support.orders import fill_cart, place
from tests.support.promotions import promote, welcome_to_club
from tests.support.statements import statements_sent

TEA, GAIWAN, POT = "YN-DH-100", "JD-GW-RIV", "LQ-POT-320"
TEA_PRICE, GAIWAN_PRICE, POT_PRICE = 18800, 33500, 68800
LESS = "\N{MINUS SIGN}"
TILL_ONLY = frozenset({Channel.TILL})


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


def goods(counter: Counter, *skus: str) -> Selection:
    """Name products as a promotion does."""
    with counter.database.reading(counter.shop.scope) as connection:
        return Selection(products=frozenset(product_ids_by_sku(connection, skus=skus).values()))


def quoted(
    counter: Counter,
    clerk: Clerk,
    *wanted: tuple[str, int],
    customer: UUID | None = None,
    codes: Sequence[str] = (),
) -> dict[str, Any]:
    """Ask what promotions do for a basket, as the page does after each change."""
    asked = {
        "lines": [{"variant": str(counter.goods[sku]), "quantity": units} for sku, units in wanted],
        "customer": str(customer) if customer else None,
        "codes": list(codes),
    }
    answer = clerk.client.post("/till/api/quote", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return dict(answer.json)


def off(quote: dict[str, Any]) -> list[int]:
    return [sum(each["amount_minor"] for each in line) for line in quote["lines"]]


def sale(
    counter: Counter,
    total: int,
    *wanted: tuple[str, int],
    discount: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    lines = [{"variant": str(counter.goods[sku]), "quantity": units} for sku, units in wanted]
    lines[0] |= {"discount": discount}
    return {
        "currency": "CNY",
        "total_minor": total,
        "lines": lines,
        "tenders": [{"kind": "cash", "amount_minor": total, "tendered_minor": total}],
        **more,
    }


def used(counter: Counter, sale_id: str) -> list[tuple[int, bool]]:
    with counter.database.reading(counter.shop.scope) as connection:
        found = uses_of_order(connection, order_id=UUID(sale_id))
    return [(each.amount_minor, each.given_back) for each in found]


def used_codes(counter: Counter, promotion: UUID) -> int:
    with counter.database.reading(counter.shop.scope) as connection:
        return sum(each.used for each in codes_of(connection, promotion_id=promotion))


def test_a_tenth_off_is_quoted_sold_and_told_on_every_paper(counter: Counter, clerk: Clerk) -> None:
    promotion = promote(counter.shop, goods=goods(counter, TEA), channels=TILL_ONLY)
    (tea, gaiwan) = quoted(counter, clerk, (TEA, 2), (GAIWAN, 1))["lines"]
    assert gaiwan == []
    assert tea == [
        {
            "promotion": str(promotion),
            "name": {"en": "Autumn tea", "zh": "秋茶节"},
            "amount_minor": 3760,
            "code": "",
        }
    ]
    total = 2 * TEA_PRICE - 3760 + GAIWAN_PRICE
    dearer = clerk.send("sale", sale(counter, total + 3760, (TEA, 2), (GAIWAN, 1)))
    assert (dearer.status_code, dearer.json["type"]) == (409, "/api/problems/price-changed")
    sold = clerk.done("sale", sale(counter, total, (TEA, 2), (GAIWAN, 1)))
    assert used(counter, sold["sale"]) == [(3760, False)]
    for language, name in (("en", "Autumn tea"), ("zh", "秋茶节")):
        clerk.client.set_cookie("quayside_language", language)
        paper = clerk.client.get(f"/till/receipts/{sold['sale']}").text
        assert name in paper
        assert f"{LESS}¥37.60" in paper
        assert "Discount" not in paper
    with counter.database.reading(counter.shop.scope) as connection:
        entry = journal_of(connection, register_id=counter.register)[-1]
    assert f'"promotions":[{{"amount_minor":3760,"promotion":"{promotion}"}}]' in entry.body


def test_sets_count_over_the_counter_and_each_lines_tax_is_of_what_was_paid(
    counter: Counter, clerk: Clerk
) -> None:
    promote(counter.shop, BuyGet(2, 1), goods=goods(counter, TEA))
    parts = (Part(goods(counter, POT), 1), Part(goods(counter, GAIWAN), 2))
    promote(counter.shop, Bundle(parts, {"CNY": 120000}))
    basket = ((TEA, 4), (POT, 1), (GAIWAN, 3))
    assert off(quoted(counter, clerk, *basket))[0] == TEA_PRICE
    total = 3 * TEA_PRICE + 120000 + GAIWAN_PRICE
    sold = clerk.done("sale", sale(counter, total, *basket))
    with counter.database.reading(counter.shop.scope) as connection:
        lines = lines_of(connection, order_ids=[UUID(sold["sale"])])
    assert sum(line.total_minor for line in lines) == total
    for line in lines:
        full = line.unit_price_minor * line.quantity
        assert line.net_minor + line.tax_minor == line.total_minor == full - line.discount_minor


def test_what_a_clerk_gives_is_off_what_promotions_left(counter: Counter, clerk: Clerk) -> None:
    promote(counter.shop, Percentage(5000))
    tenth = {"reason": "Scratched", "basis_points": 1000}
    sold = clerk.done("sale", sale(counter, 8460, (TEA, 1), discount=tenth))
    paper = clerk.client.get(f"/till/receipts/{sold['sale']}").text
    assert paper.index(f"{LESS}¥94.00") < paper.index("Discount: Scratched")
    assert f"{LESS}¥9.40" in paper
    fifth = sale(counter, 7520, (TEA, 1), discount={"reason": "Scratched", "basis_points": 2000})
    alone = clerk.send("sale", fifth)
    assert (alone.status_code, alone.json["type"]) == (403, "/api/problems/approval-needed")
    clerk.done("sale", fifth, approver=MANAGER_PIN)
    report = clerk.client.post(
        "/till/reports/x", data={"badge": clerk_at(clerk.client, MANAGER_PIN).badge}
    ).text
    assert "Autumn tea × 2" in report
    assert report.count("¥188.00") == 2  # in the turnover, and by its name
    assert "¥28.20" in report


def test_a_code_is_told_of_before_it_is_used_up_and_a_void_gives_the_use_back(
    counter: Counter, clerk: Clerk
) -> None:
    promotion = promote(counter.shop, code="TEA10", once=True, minimum_quantity=2)
    (told,) = quoted(counter, clerk, (TEA, 1), codes=["tea 10"])["codes"]
    assert told == {
        "typed": "tea 10",
        "code": "TEA10",
        "known": True,
        "counts": False,
        "words": "It counts with 1 more piece of the goods it is for.",
    }
    assert quoted(counter, clerk, codes=["NOBODY"])["codes"][0]["known"] is False
    assert off(quoted(counter, clerk, (TEA, 2), codes=["TEA10"])) == [3760]
    body = sale(counter, 33840, (TEA, 2), codes=["TEA10"])
    sold = clerk.done("sale", body)
    again = clerk.send("sale", body)
    assert (again.status_code, again.json["type"]) == (409, "/api/problems/price-changed")
    (told,) = quoted(counter, clerk, (TEA, 2), codes=["TEA10"])["codes"]
    assert told["words"] == "It is used up."
    wish = {"sale": sold["sale"], "reason": "Wrong piece"}
    clerk.done("void", wish, approver=MANAGER_PIN)
    assert used(counter, sold["sale"]) == [(3760, True)]
    assert used_codes(counter, promotion) == 0
    clerk.done("sale", body)


@pytest.mark.race
def test_of_a_till_and_a_cart_that_want_the_last_use_one_gets_it(
    counter: Counter, clerk: Clerk
) -> None:
    promotion = promote(counter.shop, code="TEA10", once=True)
    cart = fill_cart(counter.shop, (counter.goods[TEA], 1), codes=("TEA10",))
    body = sale(counter, 16920, (TEA, 1), codes=["TEA10"])
    gate, got = Barrier(2), []

    def over_the_counter() -> None:
        gate.wait()
        got.append(clerk.send("sale", body).status_code == 200)

    def online() -> None:
        gate.wait()
        try:
            place(counter.shop, cart)
        except CommerceError:
            got.append(False)
        else:
            got.append(True)

    threads = [Thread(target=over_the_counter), Thread(target=online)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with counter.database.reading(counter.shop.scope) as connection:
        card = promotion_card(connection, promotion_id=promotion)
    assert card.used == used_codes(counter, promotion) == 1
    assert sum(got) in {1, 2}


def test_members_get_their_terms_and_a_limit_per_customer_asks_who_it_is(
    counter: Counter, clerk: Clerk
) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        facts = {"name": "Mei Lin", "email": "mei@example.com", "phone": "138 0013 8000"}
        mei = remember_customer(session, merchant_id=counter.shop.merchant.id, **facts).id
    club = welcome_to_club(counter.shop, mei)
    promote(counter.shop, groups=frozenset({club}), limit_per_customer=1)
    promote(counter.shop, code="ONCE", limit_per_customer=1)
    (told,) = quoted(counter, clerk, (TEA, 1), codes=["ONCE"])["codes"]
    assert told["words"].startswith("It is limited per customer. Add the customer")
    assert off(quoted(counter, clerk, (TEA, 1), customer=mei)) == [1880]
    clerk.done("sale", sale(counter, 16920, (TEA, 1), customer=str(mei)))
    assert off(quoted(counter, clerk, (TEA, 1), customer=mei)) == [0]


def test_a_sale_that_happened_keeps_the_promotions_that_the_till_showed(
    counter: Counter, clerk: Clerk
) -> None:
    promotion = promote(counter.shop)
    with counter.database.transaction(counter.shop.scope) as session:
        switch_promotion(
            session, merchant_id=counter.shop.merchant.id, promotion_id=promotion, on=False
        )
    body = sale(counter, 16920, (TEA, 1))
    shown = [{"promotion": str(promotion), "amount_minor": 1880}]
    body["lines"][0] |= {"shown_minor": TEA_PRICE, "promotions": shown}
    command = {"id": str(new_id()), "kind": "sale", "badge": clerk.badge, "body": body}
    still_here = clerk.client.post("/till/api/commands", json=command)
    assert still_here.status_code == 409
    gone = clerk.client.post("/till/api/commands", json={**command, "happened": True, "waited": 60})
    assert gone.status_code == 200, gone.text
    assert used(counter, str(command["id"])) == [(1880, False)]
    assert "Autumn tea" in clerk.client.get(f"/till/receipts/{command['id']}").text
    with counter.database.reading(counter.shop.scope) as connection:
        (variance,) = open_variances(connection)
    assert variance.facts == {"sold_minor": 16920, "now_minor": TEA_PRICE}
    last = promote(counter.shop, limit_total=1)
    clerk.done("sale", sale(counter, 16920, (TEA, 1)))
    body["lines"][0]["promotions"] = [{"promotion": str(last), "amount_minor": 1880}]
    late = {**command, "id": str(new_id()), "body": body, "happened": True, "waited": 60}
    assert clerk.client.post("/till/api/commands", json=late).status_code == 200
    assert used(counter, str(late["id"])) == []
    paper = clerk.client.get(f"/till/receipts/{late['id']}").text
    assert "Discount: Autumn tea" in paper, "nobody uses a promotion beyond its limit"


def test_the_page_asks_only_where_a_promotion_counts_at_tills(
    counter: Counter, clerk: Clerk
) -> None:
    def asks() -> bool:
        told = clerk.client.get("/till/api/state").json
        assert told is not None
        return bool(told["promotions"])

    assert not asks()
    promote(counter.shop, channels=frozenset({Channel.WEB}))
    assert not asks()
    promote(counter.shop, channels=TILL_ONLY)
    assert asks()
    with statements_sent() as sent:
        quoted(counter, clerk, (TEA, 1), (POT, 1), (GAIWAN, 1))
    assert len(sent) <= 9

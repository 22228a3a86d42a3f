"""Rules by which places serve: drafted, tried on past orders, let count, and told with every order."""

import re
from datetime import time
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from commerce.fulfilment.queries import dispatch_rates, dispatch_terms, network_of, sourcing_rules
from commerce.fulfilment.rows import DispatchRateRow, DispatchTermsRow
from commerce.fulfilment.sourcing import Effect
from commerce.inventory.queries import locations
from commerce.park.permissions import Role
from tests.storefront.desk import Desk
from tests.support.forms import sent_by
from tests.support.shop import stock_product

WINDOW = {
    "name": "Keep the window full",
    "name_zh": "橱窗留货",
    "effect": "keep_back",
    "units": "2",
    "kinds": "store",
    "open_now": "",
    "active": "y",
}


@pytest.fixture
def owner(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.OWNER)


def room(desk: Desk) -> str:
    return f"{desk.root}/settings/sourcing"


def rules(desk: Desk, *, draft: bool) -> list[tuple[str, Effect, int]]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        found = sourcing_rules(connection, merchant_id=desk.shop.merchant.id, draft=draft)
    return [(rule.name, rule.effect, rule.amount) for rule in found]


def draft(desk: Desk, client: FlaskClient, **typed: Any) -> int:
    return client.post(f"{room(desk)}/rules/new", data={**WINDOW, **typed}).status_code


def press(desk: Desk, client: FlaskClient, deed: str) -> str:
    """Press a button of the room and return the page that follows."""
    page = client.get(room(desk)).text
    sent = sent_by(page, f"{room(desk)}/{deed}")
    return client.post(f"{room(desk)}/{deed}", data=sent, follow_redirects=True).text


def place_named(desk: Desk, kind: str) -> UUID:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return next(each.id for each in locations(connection) if each.kind == kind)


def test_a_rule_is_drafted_tried_and_let_count(desk: Desk, owner: FlaskClient) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_store=3), 2))
    assert draft(desk, owner) == 303
    assert rules(desk, draft=False) == []
    page = owner.get(room(desk)).text
    assert "These rules do not count yet." in page
    assert "Units stay on the shelf: Store · 2 units" in page

    tried = owner.get(f"{room(desk)}/try").text
    assert re.search(r"Orders tried</dt><dd[^>]*>1<", tried)
    assert re.search(r"A rule would have given way</dt><dd[^>]*>1<", tried)
    assert order.number not in tried

    assert "count from now on" in press(desk, owner, "adopt")
    assert rules(desk, draft=False) == [("Keep the window full", Effect.KEEP_BACK, 2)]
    assert rules(desk, draft=True) == []


def test_past_orders_tell_from_where_they_would_have_left(desk: Desk, owner: FlaskClient) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=3, in_store=3), 1))
    warehouse = place_named(desk, "warehouse")
    draft(desk, owner, effect="exclude", units="", kinds=[], places=str(warehouse))
    tried = owner.get(f"{room(desk)}/try").text
    assert order.number in tried
    assert re.search(r"Would leave from elsewhere</dt><dd[^>]*>1<", tried)


def test_a_rule_that_says_nothing_keeps_what_was_typed(desk: Desk, owner: FlaskClient) -> None:
    answer = owner.post(
        f"{room(desk)}/rules/new",
        data={**WINDOW, "effect": "prefer", "amount": "30", "kinds": [], "kilos_from": "heavy"},
    )
    assert answer.status_code == 422
    assert "Give a number such as 2." in answer.text
    assert 'value="Keep the window full"' in answer.text
    fewer = {**WINDOW, "effect": "prefer", "amount": "30", "kinds": []}
    refused = owner.post(f"{room(desk)}/rules/new", data=fewer)
    assert refused.status_code == 422
    assert "Say which places the rule is about" in refused.text
    assert rules(desk, draft=True) == []


def test_a_rule_shows_everything_that_was_typed(desk: Desk, owner: FlaskClient) -> None:
    typed = {
        "countries": ["DE", "US"],
        "channels": ["web"],
        "tags": "fragile，gift",
        "kilos_from": "2.5",
        "value_below": "1,000",
        "first_day": "2026-12-01",
        "last_day": "2026-12-24",
        "open_now": "yes",
    }
    assert draft(desk, owner, **typed) == 303
    shown = sent_by(owner.get(f"{room(desk)}/rules/0").text, f"{room(desk)}/rules/0")
    assert shown["countries"] == ["DE", "US"]
    assert shown["tags"] == ["fragile, gift"]
    assert (shown["kilos_from"], shown["value_below"]) == (["2.5"], ["1000.00"])
    assert (shown["first_day"], shown["last_day"]) == (["2026-12-01"], ["2026-12-24"])
    assert owner.post(f"{room(desk)}/rules/0", data=shown).status_code == 303
    assert sent_by(owner.get(f"{room(desk)}/rules/0").text, f"{room(desk)}/rules/0") == shown
    assert "Orders: Germany or United States" in owner.get(room(desk)).text


def test_the_first_rule_speaks_first(desk: Desk, owner: FlaskClient) -> None:
    draft(desk, owner)
    draft(desk, owner, name="Second", units="3")
    assert "Moved up." in press(desk, owner, "rules/1/up")
    assert [name for name, *_ in rules(desk, draft=True)] == ["Second", "Keep the window full"]
    assert "Taken out" in press(desk, owner, "rules/0/remove")
    assert "one rule at least" in press(desk, owner, "rules/0/remove")
    assert [name for name, *_ in rules(desk, draft=True)] == ["Keep the window full"]
    assert "The draft is gone." in press(desk, owner, "discard")
    assert rules(desk, draft=True) == []


def test_a_draft_that_a_colleague_changed_is_not_let_count_unseen(
    desk: Desk, owner: FlaskClient
) -> None:
    draft(desk, owner)
    seen = sent_by(owner.get(room(desk)).text, f"{room(desk)}/adopt")
    form = sent_by(owner.get(f"{room(desk)}/rules/0").text, f"{room(desk)}/rules/0")
    mine = {**form, "units": "5"}
    assert owner.post(f"{room(desk)}/rules/0", data=mine).status_code == 303

    late = owner.post(f"{room(desk)}/adopt", data=seen, follow_redirects=True)
    assert "Somebody else changed the rules meanwhile." in late.text
    assert rules(desk, draft=False) == []
    stale = owner.post(f"{room(desk)}/rules/0", data={**form, "units": "9"})
    assert stale.status_code == 409
    assert rules(desk, draft=True) == [("Keep the window full", Effect.KEEP_BACK, 5)]


def test_what_is_to_be_avoided_is_counted(desk: Desk, owner: FlaskClient) -> None:
    form = sent_by(owner.get(room(desk)).text, room(desk))
    assert owner.post(room(desk), data={**form, "split_minor": "none"}).status_code == 422
    assert owner.post(room(desk), data={**form, "split_minor": "12.50"}).status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        policy = network_of(connection, merchant_id=desk.shop.merchant.id).policy
    assert (policy.split_minor, policy.serve_anyway) == (1250, True)
    assert owner.post(room(desk), data={**form, "split_minor": "7"}).status_code == 409


def test_a_place_tells_what_sending_from_it_takes(desk: Desk, owner: FlaskClient) -> None:
    warehouse = place_named(desk, "warehouse")
    address = f"{room(desk)}/places/{warehouse}"
    typed = {
        "handling": "3",
        "handling_unit": "0.50",
        "capacity": "40",
        "cut_off": "15:30",
        "option": ["", ""],
        "country": ["*", "DE"],
        "base": ["10", "60"],
        "kilo": ["2", ""],
        "duty": ["", "6.5"],
        "first": ["1", "x"],
        "last": ["3", "9"],
    }
    refused = owner.post(address, data=typed)
    assert refused.status_code == 422
    assert "Give a number such as 2." in refused.text
    assert 'value="6.5"' in refused.text
    assert owner.post(address, data={**typed, "first": ["1", "5"]}).status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        assert dispatch_terms(connection)[warehouse] == DispatchTermsRow(
            warehouse, 300, 50, 40, time(15, 30)
        )
        assert set(dispatch_rates(connection)[warehouse]) == {
            DispatchRateRow(None, "*", 1000, 200, 0, (1, 3)),
            DispatchRateRow(None, "DE", 6000, 0, 65000, (5, 9)),
        }
    shown = sent_by(owner.get(address).text, address)
    assert owner.post(address, data=shown).status_code == 303


def test_every_order_tells_why_it_left_from_where_it_did(desk: Desk, owner: FlaskClient) -> None:
    draft(desk, owner, effect="prefer", units="", amount="30", kinds="store")
    press(desk, owner, "adopt")
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5, in_store=5), 1))
    page = owner.get(f"{desk.root}/orders/{order.id}/sourcing").text
    assert "has everything: one parcel." in page
    assert re.search("By the rule “Keep the window full” .+ came first", page)
    assert "What else was weighed" in page
    assert f'href="{desk.root}/orders/{order.id}/sourcing"' in (
        owner.get(f"{desk.root}/orders/{order.id}").text
    )


def test_only_who_manages_the_shop_writes_rules(desk: Desk) -> None:
    clerk = desk.as_role(Role.CLERK)
    assert clerk.get(room(desk)).status_code == 403
    assert draft(desk, clerk) == 403

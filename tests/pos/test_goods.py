"""The catalogue of the till: complete, priced, both scripts, and free when nothing changed."""

from collections.abc import Iterator

import pytest

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.service.standing import disable_member, enable_member
from tests.pos.counter import CLERK_PIN, GOODS, READER, Counter, clerk_at, set_counter
from tests.support.park import HERE
from tests.support.postgres import TestServer


@pytest.fixture(scope="module")
def counter(
    postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    with set_counter(postgres_server, tmp_path_factory.mktemp("var")) as made:
        yield made


def test_the_catalogue_has_every_variant_with_price_tax_and_both_names(counter: Counter) -> None:
    told = counter.till().get("/till/api/catalogue").json
    assert told is not None
    assert told["next"] is None
    assert {item["sku"] for item in told["items"]} == {sku for sku, *_ in GOODS}
    pot = next(item for item in told["items"] if item["sku"] == "LQ-POT-320")
    assert pot["name"] == {"en": "Celadon teapot, 320 ml", "zh": "青瓷茶壶 320 毫升"}
    assert (pot["price_minor"], pot["includes_tax"], pot["rate"]) == (68800, True, "0.13")


def test_a_chunk_that_did_not_change_is_not_sent_again(counter: Counter) -> None:
    till = counter.till()
    tag = till.get("/till/api/catalogue").headers["ETag"]
    again = till.get("/till/api/catalogue", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("words", ["JD-GW-RIV", "9780201379624", "gaiwan", "盖碗"])
def test_the_server_finds_by_code_and_in_both_scripts(counter: Counter, words: str) -> None:
    told = counter.till().get("/till/api/search", query_string={"q": words}).json
    assert told is not None
    assert [item["sku"] for item in told["items"]] == ["JD-GW-RIV"]


def test_stock_is_told_for_every_place(counter: Counter) -> None:
    pot = str(counter.goods["LQ-POT-320"])
    told = counter.till().get("/till/api/stock", query_string={"variant": pot}).json
    assert told is not None
    assert told["stock"][pot] == {str(counter.shop.store): 3, str(counter.shop.warehouse): 9}
    assert counter.till().get("/till/api/stock?variant=x").status_code == 400


def test_the_state_says_who_where_and_with_what(counter: Counter) -> None:
    told = counter.till().get("/till/api/state").json
    assert told is not None
    assert told["store"]["name"] == "Nanjing Road"
    assert {each["name"] for each in told["clerks"]} == {"Lin Yue", "Wei An"}
    assert (told["next_number"], told["currency"], told["digits"]) == ("NR2-000001", "CNY", 2)
    assert told["card_plugin"] == READER
    assert told["notes"] == [10000, 5000, 2000, 1000, 500, 100]


def test_a_clerk_disabled_at_the_desk_is_forgotten_by_the_till_and_known_again_when_enabled(
    counter: Counter,
) -> None:
    merchant_id, till = counter.shop.merchant.id, counter.till()
    clerk = clerk_at(till)
    who = {"merchant_id": merchant_id, "staff_id": counter.clerk, "actor_id": counter.owner}
    with counter.database.transaction(Scope.park()) as session:
        disable_member(session, **who, origin=HERE, now=utc_now())
    told = till.get("/till/api/state").json
    assert told is not None
    assert [each["name"] for each in told["clerks"]] == ["Lin Yue"]
    assert till.post("/till/api/unlock", json={"pin": CLERK_PIN}).status_code == 403
    assert clerk.send("open", {"float_minor": 50000}).status_code == 403
    with counter.database.transaction(Scope.park()) as session:
        enable_member(session, **who, origin=HERE)
    assert clerk_at(till).badge

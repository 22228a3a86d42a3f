"""A merchant's program corrects stock: whole documents of lines, all or none."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from commerce.catalogue.queries import product_ids_by_handle
from commerce.catalogue.service.products import archive
from commerce.inventory.queries import levels_of
from commerce.kernel.ids import new_id
from commerce.park.permissions import ApiScope
from tests.storefront.api.counter import Caller, Counter, done, refused
from tests.storefront.api.test_once import at_once, same_program
from tests.storefront.api.test_reading import walk
from tests.support.shop import stock_product


def sku_of(client: Caller, variant: UUID) -> str:
    sku: str = done(client.get(f"/stock?variant_id={variant}"))["items"][0]["sku"]
    return sku


def on_hand(counter: Counter, variant: UUID) -> dict[UUID, int]:
    with counter.database.reading(counter.shop.scope) as connection:
        return {
            level.location_id: level.on_hand
            for level in levels_of(connection, variant_ids=[variant])
        }


def adjust(client: Caller, *lines: dict[str, Any], **more: Any) -> Any:
    return client.post("/stock/adjustments", {"reason": "delivery 17", "lines": lines} | more)


def test_one_document_books_what_came_what_went_and_what_was_counted(
    counter: Counter, client: Caller
) -> None:
    cup, pot = (stock_product(counter.shop, in_warehouse=units) for units in (4, 9))
    answer = done(
        adjust(
            client,
            {"sku": sku_of(client, cup), "location_code": "WH1", "change": 6},
            {"variant_id": str(cup), "location_code": "NJR", "on_hand": 2},
            {"sku": sku_of(client, pot), "location_id": str(counter.shop.warehouse), "change": -3},
            kind="received",
        )
    )
    assert [(line["change"], line["on_hand"], line["held"]) for line in answer["lines"]] == [
        (6, 10, 0),
        (2, 2, 0),
        (-3, 6, 0),
    ]
    assert on_hand(counter, cup) == {counter.shop.warehouse: 10, counter.shop.store: 2}
    ledger = f"/stock/movements?variant_id={cup}&location_id="
    (count,) = done(client.get(f"{ledger}{counter.shop.store}"))["items"]
    assert (count["kind"], count["quantity"], count["reason"]) == ("counted", 2, "delivery 17")
    newest = done(client.get(f"{ledger}{counter.shop.warehouse}"))["items"][0]
    assert (newest["kind"], newest["quantity"]) == ("received", 6)


def test_a_count_that_agrees_books_nothing(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=4)
    place = {"variant_id": str(cup), "location_code": "WH1"}
    (line,) = done(adjust(client, {**place, "on_hand": 4}))["lines"]
    assert line["change"] == 0
    query = f"/stock/movements?variant_id={cup}&location_id={counter.shop.warehouse}"
    assert len(done(client.get(query))["items"]) == 1


def test_one_impossible_line_leaves_every_level_as_it_was(counter: Counter, client: Caller) -> None:
    promised, free = (stock_product(counter.shop, in_warehouse=5) for _ in range(2))
    client.place((promised, 3))
    problem = refused(
        adjust(
            client,
            {"variant_id": str(free), "location_code": "WH1", "change": 5},
            {"variant_id": str(promised), "location_code": "WH1", "on_hand": 2},
            {"variant_id": str(promised), "location_code": "NJR", "change": -1},
        ),
        409,
        "corrections-refused",
    )
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/lines/1", "stock-below-held"),
        ("/lines/2", "stock-below-held"),
    ]
    assert problem["errors"][0]["detail"] == "It would hold 2 units; 3 are promised."
    assert on_hand(counter, free) == {counter.shop.warehouse: 5}


def test_no_shelf_holds_a_number_beyond_reason(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=999_999_999)
    line = {"variant_id": str(cup), "location_code": "WH1", "change": 2}
    problem = refused(adjust(client, line), 409, "corrections-refused")
    assert problem["errors"][0]["code"] == "too-large"


def test_every_unknown_thing_is_named(counter: Counter, client: Caller) -> None:
    cup = str(stock_product(counter.shop, in_warehouse=1))
    goods = refused(
        adjust(
            client,
            {"sku": "NOBODY-MADE-THIS", "location_code": "WH1", "change": 1},
            {"variant_id": cup, "location_code": "WH1", "change": 1},
            {"variant_id": str(uuid4()), "location_code": "WH1", "change": 1},
        ),
        404,
        "variant-not-found",
    )
    assert [each["pointer"] for each in goods["errors"]] == ["/lines/0", "/lines/2"]
    places = refused(
        adjust(client, {"variant_id": cup, "location_code": "MOON", "change": 1}),
        404,
        "unknown-location",
    )
    assert [each["pointer"] for each in places["errors"]] == ["/lines/0"]


def test_a_level_is_named_once(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=1)
    problem = refused(
        adjust(
            client,
            {"variant_id": str(cup), "location_code": "WH1", "change": 1},
            {"sku": sku_of(client, cup), "location_id": str(counter.shop.warehouse), "on_hand": 7},
        ),
        422,
        "invalid-body",
    )
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/lines/1", "twice")
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"change": 1}, "one-of"),
        ({"location_code": "WH1", "change": 1}, "one-of"),
        ({"sku": "A", "location_code": "WH1"}, "one-of"),
        ({"sku": "A", "location_code": "WH1", "change": 1, "on_hand": 1}, "one-of"),
        ({"sku": "A", "location_code": "WH1", "on_hand": -1}, "too-small"),
        ({"sku": "A", "location_code": "WH1", "change": 1.5}, "whole-number"),
    ],
)
def test_a_line_says_one_thing_of_one_level(client: Caller, line: Any, code: str) -> None:
    problem = refused(adjust(client, line), 422, "invalid-body")
    assert problem["errors"][0]["pointer"].startswith("/lines/0")
    assert problem["errors"][0]["code"] == code


def test_five_hundred_lines_pass_and_one_more_does_not(counter: Counter, client: Caller) -> None:
    cup = str(stock_product(counter.shop, in_warehouse=1))
    unknown = [{"sku": "😀" * 60 + str(n), "location_code": "WH1", "change": 1} for n in range(499)]
    lines = [{"variant_id": cup, "location_code": "WH1", "change": 1}, *unknown]
    assert len(refused(adjust(client, *lines), 404, "variant-not-found")["errors"]) == 499
    problem = refused(adjust(client, *lines, lines[0]), 422, "invalid-body")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/lines", "too-many")
    ]


def test_documents_that_name_the_same_levels_wait_for_one_another(
    counter: Counter, client: Caller
) -> None:
    goods = [stock_product(counter.shop, in_warehouse=10) for _ in range(4)]
    lines = [{"variant_id": str(cup), "location_code": "WH1", "change": 1} for cup in goods]
    bodies = [{"reason": "x", "lines": order} for order in (lines, lines[::-1])] * 3
    answers = at_once(
        [
            (same_program(counter, client), "/stock/adjustments", body, str(new_id()))
            for body in bodies
        ]
    )
    assert {each.status_code for each in answers} == {200}
    assert [on_hand(counter, cup)[counter.shop.warehouse] for cup in goods] == [16] * 4


def test_a_key_that_reads_stock_does_not_write_it(counter: Counter) -> None:
    for scope in (ApiScope.READ_STOCK, ApiScope.WRITE_PRODUCTS):
        line = {"sku": "A", "location_code": "WH1", "change": 1}
        refused(adjust(counter.client(scope), line), 403, "missing-scope")


def test_no_level_is_skipped_or_repeated_while_levels_change(
    counter: Counter, client: Caller
) -> None:
    goods = [stock_product(counter.shop, name=f"Bowl {n}", in_warehouse=5) for n in range(7)]
    before = [item["variant_id"] for item in walk(client, "/stock?limit=2")]
    seen: list[str] = []
    path = "/stock?limit=2"
    while path:
        response = client.get(path)
        seen += [item["variant_id"] for item in done(response)["items"]]
        path = response.headers.get("Link", "").partition(">")[0].removeprefix("<")
        for cup in goods:  # a first level at the store, and another count at the warehouse
            place = {"variant_id": str(cup)}
            done(
                adjust(
                    client,
                    {**place, "location_code": "WH1", "on_hand": len(seen)},
                    {**place, "location_code": "NJR", "change": 1},
                )
            )
    assert seen == before
    assert {str(cup) for cup in goods} <= set(seen)


def test_goods_that_are_taken_off_sale_between_two_pages_move_no_border(
    counter: Counter, client: Caller
) -> None:
    for n in range(3):
        stock_product(counter.shop, name=f"Plate {n}", in_warehouse=1)
    whole = [item["variant_id"] for item in walk(client, "/stock?limit=100")]
    first = done(client.get("/stock?limit=2"))
    gone = first["items"][1]
    handle = next(
        item["handle"]
        for item in walk(client, "/products?limit=100")
        if item["variants"][0]["id"] == gone["variant_id"]
    )
    with counter.database.transaction(counter.shop.scope) as session:
        ids = product_ids_by_handle(session.connection(), handles=[handle])
        archive(session, merchant_id=counter.shop.merchant.id, product_id=ids[handle])
    rest = [item["variant_id"] for item in walk(client, f"/stock?limit=2&after={first['next']}")]
    assert [item["variant_id"] for item in first["items"]] + rest == whole

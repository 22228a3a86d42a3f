"""Lists page by cursor, and what has not changed is not sent again."""

from typing import Any
from uuid import UUID

import pytest

from commerce.catalogue.records import ProductSheet, VariantSheet, Words
from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.catalogue.service.put import put_products
from commerce.kernel.channel import Channel
from commerce.kernel.ids import new_code
from commerce.kernel.money import Money
from commerce.pricing.service import create_price_list, set_price
from tests.storefront.api.counter import Caller, Counter, done, refused
from tests.support.shop import stock_product


@pytest.fixture(scope="module")
def cups(counter: Counter) -> list[UUID]:
    return [
        stock_product(counter.shop, name=f"Cup {n}", price_minor=1000 + n, in_warehouse=n)
        for n in range(5)
    ]


def walk(client: Caller, path: str) -> list[dict[str, Any]]:
    """Return every item of a list, following the Link header."""
    items = []
    while path:
        response = client.get(path)
        content = done(response)
        items += content["items"]
        link = response.headers.get("Link", "")
        assert bool(link) is (content["next"] is not None)
        path = link.partition(">")[0].removeprefix("<")
    return items


def test_pages_lead_through_the_whole_list(client: Caller, cups: list[UUID]) -> None:
    names = [item["name"] for item in walk(client, "/shop/products?limit=2&sort=price-up")]
    assert names == [f"Cup {n}" for n in range(5)]


@pytest.mark.parametrize("path", ["/products?limit=2", "/stock?limit=2"])
def test_a_merchants_lists_page_as_well(client: Caller, cups: list[UUID], path: str) -> None:
    items = walk(client, path)
    names = {str(item) for item in items}
    assert len(items) == len(names) == 5


def test_orders_page_newest_first(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, name="Saucer", price_minor=90_00_00, in_warehouse=3)
    numbers = [client.place((cup, 1))["number"] for _ in range(3)]
    listed = [item["number"] for item in walk(client, "/orders?limit=1&state=awaiting_payment")]
    assert listed == numbers[::-1]
    assert walk(client, "/orders?channel=till") == []


def test_a_list_that_has_not_changed_is_not_sent_again(counter: Counter, client: Caller) -> None:
    first = client.get("/shop/products?q=cup")
    tag = first.headers["ETag"]
    again = client.get("/shop/products?q=cup", If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Accept-Language" in first.headers["Vary"]
    chinese = client.get("/shop/products?q=cup", If_None_Match=tag, Accept_Language="zh")
    assert chinese.status_code == 200


def test_a_price_that_moves_changes_the_tag(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, name="Gaiwan", in_warehouse=1)
    handle = done(client.get("/shop/products?q=gaiwan"))["items"][0]["handle"]
    tag = client.get(f"/shop/products/{handle}").headers["ETag"]
    placed = client.place((cup, 1))
    assert placed["total"]["amount_minor"] > 0
    changed = client.get(f"/shop/products/{handle}", If_None_Match=tag)
    assert done(changed)["variants"][0]["available"] == 0


def test_carts_and_orders_are_kept_by_no_cache(client: Caller) -> None:
    cart = client.get(f"/shop/carts/{client.open_cart()}")
    assert cart.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in cart.headers


def test_a_category_holds_what_is_below_it(counter: Counter, client: Caller) -> None:
    merchant_id = counter.shop.merchant.id
    brick = ProductSheet(
        handle=f"brick-{new_code(6).lower()}",
        words={"en": Words(name="Brick of tea"), "zh": Words(name="茶砖")},
        variants=(VariantSheet(sku=f"SKU-{new_code(8)}"),),
        status="active",
        categories=("tea/dark",),
    )
    with counter.database.transaction(counter.shop.scope) as session:
        for path, name, chinese in (("tea", "Tea", "茶"), ("tea/dark", "Dark tea", "黑茶")):
            texts = {"en": CategoryText(name), "zh": CategoryText(chinese)}
            create_category(session, merchant_id=merchant_id, path=path, texts=texts)
        put_products(session, merchant_id=merchant_id, sheets=[brick])
    (tea,) = done(client.get("/shop/categories", Accept_Language="zh"))["items"]
    assert (tea["name"], tea["product_count"]) == ("茶", 1)
    assert [each["path"] for each in tea["children"]] == ["tea/dark"]
    (found,) = done(client.get("/shop/products?category=tea"))["items"]
    assert (found["handle"], found["price"]) == (brick.handle, None)
    assert [each["path"] for each in done(client.get(found["url"]))["trail"]] == ["tea", "tea/dark"]


def test_prices_come_from_the_list_of_the_currency(counter: Counter, client: Caller) -> None:
    bowl = stock_product(counter.shop, name="Bowl", price_minor=8000, in_warehouse=1)
    merchant_id = counter.shop.merchant.id
    with counter.database.transaction(counter.shop.scope) as session:
        abroad = create_price_list(
            session,
            merchant_id=merchant_id,
            code="usd",
            name="Abroad",
            name_zh="海外",
            currency="USD",
            includes_tax=False,
            channel=Channel.API,
        )
        set_price(
            session,
            merchant_id=merchant_id,
            variant_id=bowl,
            amount=Money(1500, "USD"),
            price_list=abroad.id,
        )
    (card,) = done(client.get("/shop/products?q=bowl&currency=USD"))["items"]
    assert card["price"] == {"amount_minor": 1500, "currency": "USD"}
    token = client.open_cart((bowl, 1), currency="USD", country="DE")
    cart = done(client.get(f"/shop/carts/{token}"))
    (line,) = cart["lines"]
    assert line["price_list"] == {"code": "usd", "name": "Abroad", "includes_tax": False}
    assert (line["tax"]["amount_minor"], line["reasons"][0]["ground"]) == (0, "export")


def test_filters_count_and_narrow(client: Caller, cups: list[UUID]) -> None:
    table = done(client.get("/shop/filters?q=cup"))
    assert table["total"] == 5
    price = next(each for each in table["filters"] if each["group"] == "price")
    assert price["values"]
    narrow = done(client.get("/shop/products?q=cup&filter=price%3D1003-"))["items"]
    assert {item["name"] for item in narrow} == {"Cup 3", "Cup 4"}


def test_a_blank_search_leaves_nothing_out(client: Caller, cups: list[UUID]) -> None:
    everything = done(client.get("/shop/products?limit=2"))
    assert done(client.get("/shop/products?limit=2&q=%20")) == everything


def test_an_address_form_asks_what_its_country_writes(client: Caller) -> None:
    form = done(client.get("/shop/address-forms/CN"))
    fields = {field["name"]: field for field in form["fields"]}
    assert fields["region"]["required"]
    assert not fields["postcode"]["required"]
    assert "上海市" in {choice["key"] for choice in fields["region"]["choices"]}


def test_stock_is_told_location_by_location(counter: Counter, client: Caller) -> None:
    vase = stock_product(counter.shop, name="Vase", in_warehouse=3, in_store=2)
    (item,) = done(client.get(f"/stock?variant_id={vase}"))["items"]
    assert {level["location_code"]: level["on_hand"] for level in item["levels"]} == {
        "WH1": 3,
        "NJR": 2,
    }
    codes = [place["code"] for place in done(client.get("/locations"))["items"]]
    assert codes == ["WH1", "NJR"]


def test_a_count_and_an_adjustment_stand_in_the_ledger(counter: Counter, client: Caller) -> None:
    vase = stock_product(counter.shop, name="Tall vase", in_warehouse=3)
    place = {"variant_id": str(vase), "location_id": str(counter.shop.warehouse)}
    counted = {"reason": "yearly count", "lines": [{**place, "on_hand": 5}]}
    done(client.post("/stock/adjustments", counted))
    broken = {"kind": "damaged", "reason": "broken", "lines": [{**place, "change": -1}]}
    (line,) = done(client.post("/stock/adjustments", broken))["lines"]
    assert line["on_hand"] == 4
    query = f"/stock/movements?variant_id={vase}&location_id={counter.shop.warehouse}&limit=2"
    ledger = [(each["kind"], each["quantity"]) for each in walk(client, query)]
    assert ledger == [("damaged", -1), ("counted", 2), ("opening", 3)]


def test_a_merchant_reads_products_with_their_prices(counter: Counter, client: Caller) -> None:
    stock_product(counter.shop, name="Ewer", price_minor=4200)
    (item,) = done(client.get("/products?q=ewer"))["items"]
    same = done(client.get(f"/products/{item['handle']}"))
    assert same == item
    assert item["words"]["zh"]["name"] == "青瓷壶"
    assert item["variants"][0]["prices"][0]["amount"] == {"amount_minor": 4200, "currency": "CNY"}


@pytest.mark.parametrize("currency", ["JPY", "ABC"])
def test_prices_in_a_currency_that_nobody_sells_in_are_refused(
    client: Caller, cups: list[UUID], currency: str
) -> None:
    handle = done(client.get("/shop/products"))["items"][0]["handle"]
    for place in ("/shop/products", f"/shop/products/{handle}"):
        answer = client.get(f"{place}?currency={currency}")
        assert "CNY" in refused(answer, 422, "currency-not-sold")["detail"]

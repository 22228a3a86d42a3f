"""Every page that a link leads to takes as many statements with much in the shop as with little.

The pages are found as people find them: by following the links from the first page.
"""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from commerce.customers.service import remember_customer
from commerce.inventory.rows import Arrived, CostedUnits, Portion, ReorderRuleRow
from commerce.inventory.service import (
    add_supplier,
    draft_purchase,
    draft_transfer,
    enter_count,
    open_count,
    order_purchase,
    receive_purchase,
    send_transfer,
    set_aside,
    set_reorder_rule,
    set_zones,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.ledger.service import compare_balances, take_in
from commerce.park.permissions import Role
from commerce.web.application import Application
from commerce.web.languages import COOKIE
from tests.support.app import installation
from tests.support.orders import paid_order
from tests.support.park import PASSWORD, create_staff
from tests.support.promotions import promote, welcome_to_club
from tests.support.settlement import charged_by_stripe, paid_out
from tests.support.shop import Shop, open_shop, stock_product
from tests.support.statements import statements_sent
from tests.support.tills import cash, command, counter_in, open_register, sell, with_reader

MOST = 32
"""What a page may take at the very most; most take fewer than ten."""

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#?]+)')
_FURTHEST = 400


@pytest.fixture(scope="module")
def app(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    with installation(module_database_url, Path(tmp_path_factory.mktemp("var"))) as made:
        yield made


@pytest.fixture(scope="module")
def shop(app: Application, module_database_url: str) -> Iterator[Shop]:
    with closing(Database(module_database_url)) as database:
        yield with_reader(open_shop(database))


@pytest.fixture
def owner(app: Application, shop: Shop) -> FlaskClient:
    email = "owner@porcelain.example"
    create_staff(shop.database, email=email, role=Role.OWNER, merchant_id=shop.merchant.id)
    client = app.test_client()
    client.environ_base.update({"HTTP_SEC_FETCH_SITE": "same-origin"})
    assert client.post("/signin", data={"email": email, "password": PASSWORD}).status_code == 303
    return client


def trade(shop: Shop, *, products: int, orders: int) -> None:
    """Let there be more of everything that pages list."""
    register = counter_in(shop, name=f"Counter {products}", series=f"C{products}")
    open_register(shop, register)
    goods = [
        stock_product(shop, name=f"Cup {n}", in_warehouse=9, in_store=9) for n in range(products)
    ]
    with closing(Durable(shop.database.url)) as durable:
        for variant in goods[:orders]:
            paid_order(shop, durable, (variant, 1))
    settle_by_stripe(shop, goods[:orders])
    for variant in goods[:orders]:
        sell(shop, command(register, variant, total=68800, tenders=(cash(68800),)))
    for n in range(orders):
        create_staff(
            shop.database,
            email=f"clerk{products}-{n}@porcelain.example",
            role=Role.CLERK,
            merchant_id=shop.merchant.id,
        )


def settle_by_stripe(shop: Shop, goods: list[UUID]) -> None:
    """Let there be more payments that a provider paid out, and that a bank takes back."""
    payments = [charged_by_stripe(shop, each) for each in goods]
    report = paid_out(*payments, disputed=tuple(payments[1:]))
    at = {"merchant_id": shop.merchant.id}
    with shop.database.transaction(shop.scope) as session:
        take_in(session, **at, plugin="stripe", report=report)
        compare_balances(session, **at, plugin="stripe", held=report.held)


def advertise(shop: Shop, *, promotions: int) -> None:
    """Let there be more promotions with codes of their own, and more people who get them."""
    with shop.database.transaction(shop.scope) as session:
        people = [
            remember_customer(
                session,
                merchant_id=shop.merchant.id,
                email=f"friend{promotions}-{n}@porcelain.example",
            )
            for n in range(promotions)
        ]
    club = welcome_to_club(shop, people[0].id, code=f"club-{promotions}")
    for n in range(promotions):
        promote(shop, code=f"TEA{promotions}{n}", groups=frozenset({club}))


def work_in_stock_rooms(shop: Shop, *, papers: int) -> None:
    """Let there be more to order, send, count, fill up and throw away."""
    at = {"merchant_id": shop.merchant.id}
    day = utc_now().date()
    goods = [stock_product(shop, name=f"Pot {papers}-{n}", in_warehouse=9) for n in range(papers)]
    costed = [CostedUnits(each, 5, Money(900, "CNY")) for each in goods]
    some = [Portion(each, 2) for each in goods]
    with shop.database.transaction(shop.scope) as session:
        supplier = add_supplier(session, **at, code=f"S{papers}", name=f"Kiln {papers}")
        bought = {"supplier_id": supplier, "location_id": shop.warehouse, "lines": costed}
        moved = {"origin_id": shop.warehouse, "destination_id": shop.store, "lines": some}
        for _each in range(papers):
            purchase = draft_purchase(session, **at, **bought)
            order_purchase(session, **at, purchase_id=purchase, expected_on=day)
        draft_purchase(session, **at, **bought)
        sent = draft_transfer(session, **at, **moved)
        send_transfer(session, **at, transfer_id=sent, expected_on=day)
        draft_transfer(session, **at, **moved)
        set_zones(
            session, **at, location_id=shop.warehouse, zones=dict.fromkeys(goods, f"Z{papers}")
        )
        sheet = open_count(session, **at, location_id=shop.warehouse, zone=f"Z{papers}")
        for each in goods:
            enter_count(session, **at, sheet_id=sheet, variant_id=each, units=6)
            rule = ReorderRuleRow(each, shop.store, 3, 9, source_id=shop.warehouse)
            set_reorder_rule(session, **at, rule=rule)
        for each in goods[:2]:
            one = [Portion(each, 1)]
            set_aside(session, **at, location_id=shop.warehouse, portions=one, reason="chipped")
        came = [Arrived(each, 1) for each in goods]
        receive_purchase(session, **at, purchase_id=purchase, receipt_id=new_id(), arrived=came)


def pages_from(app: Application, client: FlaskClient, start: str) -> dict[str, str]:
    """Return an address for every kind of page below `start` that links lead to."""
    found: dict[str, str] = {}
    waiting, seen = deque([start]), {start}
    urls = app.url_map.bind("localhost")
    while waiting and len(seen) < _FURTHEST:
        path = waiting.popleft()
        try:
            endpoint, _ = urls.match(path, "GET")
        except HTTPException:
            continue
        if endpoint in found:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        found[endpoint] = path
        for link in map(unescape, _LINK.findall(answer.text)):
            target = urlsplit(link).path
            if target.startswith(start) and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def costs(client: FlaskClient, pages: dict[str, str]) -> dict[str, int]:
    taken = {}
    for endpoint, path in pages.items():
        client.get(path)  # what is remembered per process is remembered now
        with statements_sent() as sent:
            assert client.get(path).status_code == 200, path
        taken[endpoint] = len(sent)
    return taken


def test_no_page_of_the_desk_takes_more_statements_for_more_rows(
    app: Application, shop: Shop, owner: FlaskClient
) -> None:
    trade(shop, products=3, orders=2)
    advertise(shop, promotions=1)
    work_in_stock_rooms(shop, papers=2)
    pages = pages_from(app, owner, f"/desk/{shop.merchant.slug}/")
    assert len(pages) >= 25, sorted(pages)
    assert {"desk.promotion", "desk.new_promotion", "desk.customer_group"} <= pages.keys()
    assert {"desk.receive_purchase", "desk.send_transfer", "desk.review_count"} <= pages.keys()
    assert {"desk.money", "desk.payout", "desk.disputes", "desk.statement"} <= pages.keys()
    few = costs(owner, pages)
    trade(shop, products=9, orders=6)
    advertise(shop, promotions=4)
    work_in_stock_rooms(shop, papers=5)
    many = costs(owner, pages)
    grown = {each: (few[each], many[each]) for each in pages if many[each] > few[each]}
    assert grown == {}
    assert {each: many[each] for each in pages if many[each] > MOST} == {}
    owner.set_cookie(COOKIE, "zh")
    assert [path for path in pages.values() if not speaks_chinese(owner.get(path))] == []


def speaks_chinese(answer: TestResponse) -> bool:
    return answer.status_code == 200 and '<html lang="zh' in answer.text


def test_no_page_of_the_shop_takes_more_statements_for_more_rows(
    app: Application, shop: Shop
) -> None:
    trade(shop, products=4, orders=1)
    client = app.test_client()
    pages = pages_from(app, client, f"/en/{shop.merchant.slug}/")
    assert len(pages) >= 5, sorted(pages)
    few = costs(client, pages)
    trade(shop, products=11, orders=1)
    many = costs(client, pages)
    grown = {each: (few[each], many[each]) for each in pages if many[each] > few[each]}
    assert grown == {}
    assert {each: many[each] for each in pages if many[each] > MOST} == {}
    chinese = [path.replace("/en/", "/zh/", 1) for path in pages.values()]
    assert [path for path in chinese if not speaks_chinese(client.get(path))] == []

"""From an empty installation to a first product sold at both counters, by nothing but its pages."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from commerce.cli.main import quayside
from commerce.kernel.ids import new_id
from commerce.web.application import Application
from integrations.sandbox.card_processor.app import SIMULATOR
from tests.pos.counter import clerk_at
from tests.support.app import installation

PASSWORD = "figs by the harbour wall"
ADMITTED = {
    "name": "Sea Fig",
    "name_zh": "海无花果",
    "slug": "sea-fig",
    "country": "CN",
    "currency": "CNY",
    "time_zone": "Asia/Shanghai",
    "languages": ["en", "zh"],
    "prices_include_tax": "y",
    "place": "store",
    "owner_name": "Ada Fig",
    "email": "ada@fig.example",
}
JAM = {
    "en_name": "Fig jam",
    "zh_name": "无花果酱",
    "status": "active",
    "kind": "physical",
    "tax_class": "standard",
    "counted": "y",
}
HANGZHOU = {
    "email": "lin@example.com",
    "name": "林薇",
    "phone": "13812345678",
    "region": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "lines": "龙井路 1 号",
    "postcode": "310007",
    "country": "CN",
    "do": "place",
}
CARD = "4242424242424242"
PIN = "738261"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Application]:
    with (
        SIMULATOR.running() as bank,
        installation(database_url, tmp_path, QUAYSIDE_SIMULATOR_CARD=bank.address) as made,
    ):
        yield made


def browser(app: Application) -> FlaskClient:
    client = app.test_client()
    client.environ_base.update({"HTTP_SEC_FETCH_SITE": "same-origin"})
    return client


def accepted(app: Application, link: str, email: str) -> FlaskClient:
    """Return the browser of somebody who took the invitation and signed in."""
    client = browser(app)
    path = link[link.index("/signin/invitation/") :]
    assert client.post(path, data={"password": PASSWORD}).status_code == 303
    signed_in = client.post("/signin", data={"email": email, "password": PASSWORD})
    assert signed_in.status_code == 303
    return client


def link_in(page: str) -> str:
    return one(r"(http://[^\"<\s]+/signin/invitation/[\w-]+)", page)


def done(answer: TestResponse) -> TestResponse:
    assert answer.status_code in {200, 303}, re.findall(
        r'(?s)class="error".*?</p>|error-summary.*?</ul>', answer.text
    )
    return answer


def one(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return str(found[1])


def inputs(page: str) -> dict[str, str]:
    """Return what stands in the fields of a page."""
    found = {}
    for field in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="(\w+)"', field), re.search(r'value="([^"]*)"', field)
        if name and value:
            found[name[1]] = unescape(value[1])
    return found


def steps(page: str, state: str) -> set[str]:
    """Return the names of the steps of the checklist that stand so: Done, To do or For later."""
    listed = re.findall(r'(?s)<li class="task">(.*?)<b>([^<]+)</b>', page)
    return {name for tagged, name in listed if re.search(rf">\s*{state}\s*<", tagged)}


def make_jam(owner: FlaskClient) -> None:
    """Put a product with a price, a weight and units on the shelf on sale, from one page."""
    page = owner.get("/desk/sea-fig/products/new").text
    typed = {"price": "28.00", "grams": "400", "opening": "3"}
    filled = {one(rf'name="({name}-[0-9a-f-]+)"', page): value for name, value in typed.items()}
    made = owner.post("/desk/sea-fig/products/new", data={"wish": str(new_id()), **JAM, **filled})
    assert done(made).status_code == 303


def seal(app: Application, language: str) -> str:
    """Return the chop on the store's card; the home page has none of a store without an address."""
    stores = browser(app).get(f"/{language}/sea-fig/stores").text
    return one(r'<span class="seal"[^>]*>(.*?)</span>', stores)


def bought_online(app: Application) -> str:
    """Let a guest order and pay; return the order's page."""
    guest = browser(app)
    assert "Fig jam" in guest.get("/en/sea-fig/").text
    product = guest.get("/en/sea-fig/p/fig-jam").text
    variant = one(r'name="variant" value="([0-9a-f-]{36})"', product)
    done(guest.post("/en/sea-fig/cart/lines", data={"variant": variant, "quantity": 1}))
    agreed = one(r'name="agreed" value="(\d+)"', guest.get("/en/sea-fig/checkout").text)
    ordered = done(guest.post("/en/sea-fig/checkout", data={**HANGZHOU, "agreed": agreed}))
    leaving = done(guest.get(ordered.location)).text
    bank = unescape(one(r'href="(http://127[^"]+)"', leaving))
    paid = requests.post(bank, data={"number": CARD}, allow_redirects=False, timeout=5)
    back = paid.headers["Location"]
    return done(guest.get(back[back.index("/en/") :], follow_redirects=True)).text


def sold_at_the_till(owner: FlaskClient) -> str:
    """Make the owner's browser the till and sell one for cash; return the receipt's number."""
    enrol = owner.get("/till/enrol").text
    person = one(r'href="(/desk/sea-fig/staff/[0-9a-f-]{36})"', enrol)
    done(owner.post(f"{person}/pin", data={"pin": PIN}))
    register = one(r'value="([0-9a-f]{32}[.][0-9a-f]{32})"', enrol)
    done(owner.post("/till/enrol", data={"register": register}))
    clerk = clerk_at(owner, PIN)
    clerk.done("open", {"float_minor": 50000})
    catalogue = owner.get("/till/api/catalogue").text
    variant = one(r'"id": ?"([0-9a-f-]{36})"', catalogue)
    basket = {
        "currency": "CNY",
        "total_minor": 2800,
        "lines": [{"variant": variant, "quantity": 1}],
        "tenders": [{"kind": "cash", "amount_minor": 2800, "tendered_minor": 3000}],
    }
    return str(clerk.done("sale", basket)["number"])


def test_a_new_merchant_sells_at_both_counters_by_nothing_but_the_pages(
    app: Application, database_url: str, tmp_path: Path
) -> None:
    empty = browser(app).get("/", headers={"Accept-Language": "en"}).text
    assert "The first shop opens soon" in empty

    told = CliRunner().invoke(
        quayside,
        ["new-operator", "op@park.example"],
        env={"DATABASE_URL": database_url, "QUAYSIDE_VAR": str(tmp_path)},
    )
    operator = accepted(app, link_in(told.output), "op@park.example")
    assert "No merchant yet" in operator.get("/park/merchants/").text
    homes = json.loads(
        unescape(one(r'data-homes="([^"]+)"', operator.get("/park/merchants/new").text))
    )
    assert homes["CH"] == ["CHF", ["Europe/Zurich"]]
    refused = operator.post("/park/merchants/new", data={**ADMITTED, "slug": "park"})
    assert refused.status_code == 422
    assert "kept for the park itself" in refused.text
    admitted = done(operator.post("/park/merchants/new", data=ADMITTED))
    assert admitted.headers["Cache-Control"] == "no-store"
    again = done(operator.post("/park/merchants/sea-fig/owner"))
    assert "Opens soon" in browser(app).get("/en/").text
    assert "still unpacking" in browser(app).get("/en/sea-fig/").text

    owner = accepted(app, link_in(again.text), "ada@fig.example")
    today = owner.get("/desk/sea-fig/").text
    assert steps(today, "Done") == {"The owner", "A place", "Payment", "Tax"}
    assert {"Till PIN", "Smallest coin"} <= steps(today, "For later")
    assert f"{len(steps(today, 'Done'))} of " in operator.get("/park/merchants/").text
    delivery = "/desk/sea-fig/settings/delivery/new"
    assert f'href="{delivery}"' in today
    make_jam(owner)
    # What the form proposes is kept; a price is all that is typed.
    proposed = inputs(owner.get(delivery).text)
    assert re.findall(r'name="countries" value="(\w+)" checked', owner.get(delivery).text) == ["CN"]
    offered = {**proposed, "kind": "parcel", "price_CNY": "10.00", "countries": "CN"}
    assert done(owner.post(delivery, data=offered)).status_code == 303
    today = owner.get("/desk/sea-fig/").text
    assert steps(today, "To do") == set()
    assert steps(today, "Done") > {"A first product", "Prices", "Stock", "Delivery"}
    assert "Ready to sell" in operator.get("/park/merchants/sea-fig/").text

    assert [seal(app, language) for language in ("en", "zh")] == ["SF", "海无<br>花果"]
    assert "Thank you" in bought_online(app)
    assert sold_at_the_till(owner) == "T1-000001"

    assert "Sea Fig · sea-fig" in one(
        r"(?s)Merchant admitted(.*?)</tr>", operator.get("/park/security/").text
    )
    assert owner.get("/desk/sea-fig/").status_code == 303, "the till is nobody's desk"
    owner.post("/signin", data={"email": "ada@fig.example", "password": PASSWORD})
    assert "The way to the first sale" not in owner.get("/desk/sea-fig/").text
    assert ">Sells<" in operator.get("/park/merchants/").text

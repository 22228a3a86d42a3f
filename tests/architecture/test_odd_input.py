"""Whatever is sent to any address, the answer is a page or a refusal, never a fault of ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.wsgi import get_current_url

from commerce.kernel.bearer import Opens, token_of
from commerce.kernel.ids import new_id
from commerce.park.permissions import ApiScope, Role
from commerce.payments.service import set_up_method
from commerce.registers.service import add_register, enrol_device
from commerce.web.application import Application
from tests.storefront.api.counter import issue_key
from tests.support.app import installation
from tests.support.orders import fill_cart, place
from tests.support.park import PASSWORD, create_staff
from tests.support.shop import Shop, open_shop, stock_product

ROOT = Path(__file__).parents[2]
PLUGIN = "sandbox-card"
ODD = {
    "nul": "a\0b",
    "beyond a bigint": "99999999999999999999",
    "more digits than Python reads": "9" * 4301,
    "below zero": "-1",
    "no number": "NaN",
    "digits of another script": "\u0663\u00b2",
    "a name nobody has": "018f0000-0000-7000-8000-000000000001",
    "long": "\U0001f600" * 201,
    "the end of time": "9999-12-31",
    "a small number": "1",
}
# Names of a query that the code does not read by name.
FILTERS = ("q", "page", "from", "to", "state", "place", "sort", "min", "max", "saved", "facet")
# Whoever signs out in the middle tries nothing behind the door any more.
LEAVING = {"/signout", "/till/enrol", "/till/leave"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _cookies_without_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the cookies of a request without taking its long query apart; only its path tells."""

    def address(environ: dict[str, Any]) -> str:
        return get_current_url({**environ, "QUERY_STRING": ""})

    monkeypatch.setattr("werkzeug.test.get_current_url", address)


@dataclass
class Premises:
    """The whole application with a shop, and somebody who may do everything in it."""

    app: Application
    shop: Shop
    client: FlaskClient
    key: str
    real: dict[str, str]

    def address(self, rule: Rule, odd: str | None = None) -> str:
        """Return an address that fits a rule; where a text may stand it holds `odd`, if given."""

        def fill(match: re.Match[str]) -> str:
            converter, name = match[1] or "string", match[2]
            if odd is not None and name != "merchant" and converter in {"string", "path"}:
                return quote(odd, safe="")
            if converter.startswith("any"):
                return "en"
            if converter == "int":
                return "1"
            return self.real.get(name, str(new_id()))

        return re.sub(r"<(?:([^<>:]+):)?([^<>]+)>", fill, rule.rule)

    def rules(self, method: str) -> list[Rule]:
        return [
            rule
            for rule in self.app.url_map.iter_rules()
            if method in (rule.methods or ()) and rule.rule not in LEAVING
        ]

    def send(self, method: str, address: str, **sent: Any) -> int:
        headers = {}
        if address.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": str(new_id())}
        return self.client.open(address, method=method, headers=headers, **sent).status_code


@pytest.fixture(scope="module")
def premises(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Premises]:
    var = Path(tmp_path_factory.mktemp("var"))
    with installation(module_database_url, var) as app:
        services = app.extensions["quayside"]
        shop = open_shop(services.database)
        merchant = shop.merchant
        owner = create_staff(services.database, role=Role.OWNER, merchant_id=merchant.id)
        variant = stock_product(shop, in_warehouse=50)
        with services.database.transaction(shop.scope) as session:
            register = add_register(
                session,
                merchant_id=merchant.id,
                location_id=shop.store,
                name="Register 1",
                series="NR1",
            )
            device = enrol_device(session, merchant_id=merchant.id, register_id=register)
            set_up_method(
                session,
                vault=services.vault,
                merchant_id=merchant.id,
                plugin=PLUGIN,
                enabled=True,
                position=1,
                settings={},
                secrets={"api_key": "a long random key"},
            )
        cart = fill_cart(shop, (variant, 2))
        order = place(shop, cart, plugin=PLUGIN).order
        client = app.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        signed = client.post(
            "/signin", data={"email": "lin@porcelain.example", "password": PASSWORD}
        )
        assert signed.status_code == 303
        cookie = f"{merchant.id.hex}.{register.hex}.{device}"
        client.set_cookie("quayside-till", cookie, path="/till")
        client.post(f"/en/{merchant.slug}/cart/lines", data={"variant": str(variant)})
        names: dict[str, UUID | str] = {
            "merchant": merchant.slug,
            "slug": merchant.slug,
            "merchant_id": merchant.id,
            "order_id": order.id,
            "token": token_of(services.vault, Opens.ORDER, order.id),
            "variant": variant,
            "variant_id": variant,
            "location_id": shop.store,
            "register_id": register,
            "staff_id": owner,
            "plugin": PLUGIN,
            "code": "parcel",
            "dialect": "shopify",
            "country": "CN",
        }
        real = {name: str(value) for name, value in names.items()}
        yield Premises(app, shop, client, issue_key(shop, *ApiScope), real)


@cache
def code_of_pages() -> str:
    folders = ("storefront", "commerce/web", "pos")
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return "\n".join(path.read_text() for path in files)


@cache
def names_of_parameters() -> frozenset[str]:
    """Return every name that is looked for in a query."""
    return frozenset({*FILTERS, *re.findall(r'args(?:\.\w+\(|\[)"(\w+)"', code_of_pages())})


@cache
def names_of_fields() -> frozenset[str]:
    """Return every name that a form of ours has."""
    code, found = code_of_pages(), set()
    for path in (*ROOT.glob("storefront/**/*.html"), *ROOT.glob("commerce/web/**/*.html")):
        found |= set(re.findall(r'name="([a-z_]+)"', path.read_text()))
    found |= set(re.findall(r'(?:form|typed)(?:\.\w+\(|\[)"(\w+)"', code))
    found |= set(re.findall(r"^    (\w+) = (?:\w+\.)?\w+Field\(", code, re.MULTILINE))
    return frozenset(found)


def forms(odd: str, most: int) -> list[bytes]:
    """Return forms that have every name together; nobody reads one of more than `most` bytes."""
    names = sorted(names_of_fields())
    count = 1 + len(urlencode(dict.fromkeys(names, odd))) // most
    return [urlencode(dict.fromkeys(names[n::count], odd)).encode() for n in range(count)]


def test_the_names_are_found() -> None:
    assert {"q", "undo", "after", "state"} <= names_of_parameters()
    assert {"email", "quantity", "region", "agreed", "amount", "counted"} <= names_of_fields()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_no_address_and_no_query_is_too_odd(premises: Premises, odd: str) -> None:
    query = urlencode(dict.fromkeys(names_of_parameters(), odd))
    faults = []
    for rule in premises.rules("GET"):
        plain, strange = premises.address(rule), premises.address(rule, odd)
        statuses = [premises.send("GET", plain, query_string=query)]
        if strange != plain:
            statuses.append(premises.send("GET", strange))
        if max(statuses) >= 500:
            faults.append((rule.rule, statuses))
    assert not faults


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_no_form_is_too_odd(premises: Premises, odd: str) -> None:
    typed = forms(odd, premises.app.config["MAX_FORM_MEMORY_SIZE"])
    faults = []
    for rule in premises.rules("POST"):
        addresses = {premises.address(rule), premises.address(rule, odd)}
        statuses = [
            premises.send("POST", address, data=form, content_type=FORM)
            for address in addresses
            for form in typed
        ]
        if max(statuses) >= 500:
            faults.append((rule.rule, statuses))
    assert not faults


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "\\u0000", "badge": "\\ud800", "pin": "\\u0000", "words": "\\u0007"}',
        b'{"pin": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"null",
        b'"\xed\xa0\x80"',
    ],
    ids=["controls", "digits", "lists", "objects", "no text", "nothing", "half a pair"],
)
def test_no_document_is_too_odd(premises: Premises, body: bytes) -> None:
    faults = []
    for method in ("POST", "PUT", "DELETE"):
        for rule in premises.rules(method):
            address = premises.address(rule)
            status = premises.send(method, address, data=body, content_type="application/json")
            if status >= 500:
                faults.append((method, rule.rule, status))
    assert not faults


@pytest.mark.parametrize("origin", ["http://[::1", "null", "http://[", "\\", "//", "http://a:b:c"])
def test_no_origin_is_too_odd(premises: Premises, origin: str) -> None:
    answer = premises.app.test_client().post("/signout", headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("odd", ["a\0b", "9" * 5000, "\U0001f600"])
def test_no_name_of_a_shop_is_too_odd(premises: Premises, odd: str) -> None:
    for path in ("/en/{}/", "/zh/{}/cart", "/desk/{}/", "/sitemap-{}.xml", "/webhooks/{}/x"):
        answer = premises.client.get(path.format(quote(odd, safe="")))
        assert answer.status_code in {404, 405}, path
    assert premises.send("POST", f"/webhooks/{quote(odd, safe='')}/x", data=b"{}") == 404


def test_a_cookie_with_an_escape_is_refused(premises: Premises) -> None:
    slug = premises.shop.merchant.slug
    stranger = premises.app.test_client(use_cookies=False)
    for name in (f"quayside_cart_{slug}", f"quayside_shopper_{slug}", "quayside", "quayside-till"):
        headers = {"Cookie": f'{name}="a\\000b"'}
        assert stranger.get(f"/en/{slug}/cart", headers=headers).status_code == 400, name

"""Every request of docs/api.md is sent as it stands there, and goes well."""

import io
import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from commerce.catalogue.records import ProductSheet, VariantSheet, Words
from commerce.catalogue.service.put import put_products
from commerce.demo.content import load_park
from commerce.inventory.rows import Units
from commerce.inventory.service import open_stock
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.pricing.service import set_price
from tests.storefront.api.counter import ROOT, Caller, Counter, done
from tests.storefront.api.test_product_writing import drawn

PAGE: Path = ROOT / "docs" / "api.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_KEPT = re.compile(
    r"^(?P<name>[A-Z]+)=\$\((?P<command>curl.*?)\|\s*jq -r (?P<path>\S+)\)$", re.DOTALL
)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


@dataclass
class Terminal:
    """A reader's terminal: it knows curl, jq, uuid and variables, as far as the page uses them."""

    client: Caller
    variables: dict[str, str]
    answers: list[TestResponse] = field(default_factory=list)

    def run(self, block: str) -> None:
        kept = _KEPT.match(block.strip())
        answer = self._curl(kept["command"] if kept else block)
        self.answers.append(answer)
        assert answer.status_code in {200, 201}, f"{block}\n{answer.text}"
        if kept:
            self.variables[kept["name"]] = chosen(answer.get_json(), kept["path"].strip("'"))

    def _curl(self, command: str) -> TestResponse:
        words = shlex.split(self._filled(command).replace("\\\n", " "))
        assert words.pop(0) == "curl", command
        method, headers, form, body, target = "GET", {}, {}, None, ""
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = words.pop(0)
                json.loads(body)
            elif word == "-F":
                name, _, value = words.pop(0).partition("=")
                form[name] = (io.BytesIO(drawn()), value[1:]) if value[0] == "@" else value
            else:
                assert word.startswith("http"), word
                target = word
        parts = urlsplit(target)
        return self.client.http.open(
            parts.path, method=method, query_string=parts.query, headers=headers, data=form or body
        )

    def _filled(self, command: str) -> str:
        known = self.variables | {"(uuid)": str(new_id())}
        return re.sub(r"\$(\(uuid\)|[A-Z]+)", lambda gap: known[gap[1]], command)


def chosen(content: Any, path: str) -> str:
    """Return what jq's `path` chooses, such as `.variants[0].id`."""
    for name, place in _STEP.findall(path):
        content = content[name] if name else content[int(place)]
    assert isinstance(content, (str, int)), path
    return str(content)


def requests_of_page() -> list[str]:
    return [block for block in _BLOCK.findall(PAGE.read_text()) if "curl" in block]


@pytest.fixture
def terminal(counter: Counter, client: Caller) -> Terminal:
    """A terminal at a shop that sells the page's teapot."""
    variant = VariantSheet(sku="TEAPOT", weight_grams=900)
    sheet = ProductSheet(
        handle="celadon-teapot",
        words={"en": Words(name="Celadon teapot")},
        variants=(variant,),
        status="active",
    )
    merchant_id = counter.shop.merchant.id
    with counter.database.transaction(counter.shop.scope) as session:
        put_products(session, merchant_id=merchant_id, sheets=[sheet])
        amount = Money(68800, "CNY")
        set_price(session, merchant_id=merchant_id, variant_id=variant.id, amount=amount)
        opening = [Units(variant.id, counter.shop.warehouse, 3)]
        open_stock(session, merchant_id=merchant_id, lines=opening, reason="test")
    return Terminal(client, {"QUAYSIDE": "http://127.0.0.1:8000", "KEY": client.key})


def test_a_reader_who_types_the_page_sells_sends_and_refunds(
    counter: Counter, terminal: Terminal
) -> None:
    for block in requests_of_page():
        if "PAYMENT" in terminal.variables and terminal.variables["PAYMENT"] not in counter_paid(
            counter
        ):
            counter.bank.pay(UUID(terminal.variables["PAYMENT"]), int(terminal.variables["TOTAL"]))
        terminal.run(block)
    order = terminal.answers[-1].get_json()
    assert order["number"] == terminal.variables["NUMBER"]
    assert (order["state"], order["goods"][0]["returned"]) == ("completed", 1)
    stock = done(terminal.client.get("/stock?limit=100"))["items"]
    assert {item["sku"]: sum(level["on_hand"] for level in item["levels"]) for item in stock} == {
        "TEAPOT": 3,
        "EGG-CUP-W": 48,
        "EGG-CUP-B": 12,
    }


def counter_paid(counter: Counter) -> set[str]:
    """Return the payments that the bank has taken."""
    return {
        str(payment) for payment, found in counter.bank.findings.items() if found.captured_minor
    }


def test_the_page_can_be_typed_in_the_demo_too() -> None:
    page = PAGE.read_text()
    merchant = load_park().merchant_named("porcelain-road")
    asked, made = (
        re.search(r"/shop/products/([\w-]+)", page),
        re.search(r"PUT.*/products/([\w-]+)", page),
    )
    assert asked
    assert made
    teapot = merchant.product_named(asked[1])
    assert any(
        "CNY" in variant.prices and sum(variant.stock.values()) for variant in teapot.variant
    )
    assert made[1] not in {product.handle for product in merchant.product}
    new = set(re.findall(r'"sku": "([^"]+)"', page))
    assert new
    assert not new & {variant.sku for product in merchant.product for variant in product.variant}
    assert set(re.findall(r'"location_(?:code|id)": "([^"]+)"', page)) == {"'$PLACE'", "'$FROM'"}


def test_the_page_tells_of_every_step_of_the_contract_that_changes_things(client: Caller) -> None:
    page = PAGE.read_text()
    paths = done(client.get("/api/openapi.json"))["paths"]
    steps = [
        path.rpartition("/")[2]
        for path, item in paths.items()
        if path.startswith(("/api/v1/orders", "/api/v1/stock", "/api/v1/products"))
        and set(item) & {"post", "put"}
    ]
    assert [step for step in steps if not step.startswith("{") and step not in page] == []

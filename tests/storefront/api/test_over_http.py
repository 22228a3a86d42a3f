"""The same journey over a real connection, as a client of another language would make it."""

from collections.abc import Iterator
from threading import Thread
from uuid import UUID, uuid4

import pytest
import requests
from werkzeug.serving import make_server

from commerce.park.permissions import ApiScope
from tests.storefront.api.counter import ADDRESS, BACK, Counter, issue_key
from tests.support.shop import stock_product


@pytest.fixture(scope="module")
def address(counter: Counter) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, counter.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Program:
    """A client with nothing of ours but its key."""

    def __init__(self, address: str, key: str) -> None:
        self._address = address
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"

    def close(self) -> None:
        self._session.close()

    def call(self, method: str, path: str, **more: object) -> requests.Response:
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid4())}
        sent = more or None
        url = f"{self._address}{path}"
        return self._session.request(method, url, json=sent, headers=headers, timeout=10)

    def get(self, path: str) -> requests.Response:
        return self.call("GET", path)


@pytest.fixture
def program(counter: Counter, address: str) -> Iterator[Program]:
    opened = Program(address, issue_key(counter.shop, ApiScope.SHOP))
    yield opened
    opened.close()


def test_a_program_buys_over_http(counter: Counter, program: Program) -> None:
    teapot = stock_product(counter.shop, price_minor=20000, in_warehouse=1)
    contract = program.get("/api/openapi.json").json()
    assert contract["openapi"] == "3.1.0"

    opened = program.call("POST", "/api/v1/shop/carts", country="CN")
    cart = opened.headers["Location"]
    assert opened.status_code == 201
    program.call("POST", f"{cart}/lines", variant_id=str(teapot), quantity=1)
    contact = {"email": "lin@example.com", "address": ADDRESS}
    total = program.call("PUT", f"{cart}/contact", **contact).json()["total"]

    placed = program.call("POST", f"{cart}/order", agreed_total=total)
    assert placed.status_code == 201
    order, payment = placed.headers["Location"], placed.json()["payment"]["id"]
    assert program.call("POST", f"{order}/payments", **BACK).json()["redirect_url"]
    counter.bank.pay(UUID(payment), total["amount_minor"])
    program.call("POST", f"{order}/payments/{payment}/check")
    story = program.get(order).json()
    assert (story["state"], story["total_minor"]) == ("placed", 21000)


def test_a_body_without_a_length_is_bounded_as_well(program: Program) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 1024

    answer = requests.post(
        f"{program._address}/api/v1/shop/carts",
        data=endless(),
        headers={
            "Authorization": str(program._session.headers["Authorization"]),
            "Idempotency-Key": "endless",
            "Content-Type": "application/json",
        },
        timeout=10,
    )
    assert answer.status_code == 413, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"

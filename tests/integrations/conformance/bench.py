"""What the conformance kit needs of a provider's simulator, and the calls it makes.

A new payment plugin passes the kit by one more `Bench` in `benches.py`.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

import requests
from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.plugins.calls import CallContext
from commerce.plugins.payments import (
    CaptureMode,
    OpenPayment,
    PaymentProvider,
    WebhookMessage,
)
from commerce.plugins.results import ActionRequired, Redirect


@dataclass
class Mailbox:
    """Takes webhooks over HTTP and keeps them as they came."""

    url: str = ""
    messages: list[WebhookMessage] = field(default_factory=list)
    refusals: int = 0
    """How many deliveries are answered with 500 before one is taken."""

    def wait_for(self, count: int, *, seconds: float = 5) -> list[WebhookMessage]:
        deadline = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return list(self.messages)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    app, box = Flask(__name__), Mailbox()

    @app.post("/hook")
    def take() -> tuple[str, int]:
        if box.refusals > 0:
            box.refusals -= 1
            return "", 500
        box.messages.append(WebhookMessage(headers=dict(request.headers), body=request.get_data()))
        return "", 200

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    box.url = f"http://127.0.0.1:{server.port}/hook"
    try:
        yield box
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Bench(Protocol):
    """One provider at its simulator."""

    provider: PaymentProvider
    settings: Any
    address: str
    paying_card: str
    declined_card: str
    challenge_card: str
    mailbox: Mailbox

    def at(self, address: str) -> PaymentProvider:
        """Return the same provider in an installation that looks for it at `address`."""
        ...

    def payments_made(self, reference: UUID) -> int:
        """Return how many payments the simulator holds for our reference."""
        ...

    def sign(self, body: bytes, *, moment: int, secret: str | None = None) -> dict[str, str]:
        """Return the headers of a webhook signed at `moment`, with the right secret or another."""
        ...


def call(
    bench: Bench, *, key: str | None = None, seconds: float = 2.0, locale: str = "en"
) -> CallContext:
    return CallContext(
        tenant=uuid4(),
        channel=Channel.WEB,
        locale=locale,
        deadline=time.monotonic() + seconds,
        idempotency_key=key or str(new_id()),
        attempt=1,
        now=utc_now(),
        settings=bench.settings,
    )


class Signs(Protocol):
    """A provider's simulator that signs what it tells."""

    def sign(self, body: bytes, *, moment: int, secret: str | None = None) -> dict[str, str]:
        """Return the headers of a webhook signed at `moment`, with the right secret or another."""
        ...


def hostile(bench: Signs, message: WebhookMessage) -> dict[str, WebhookMessage]:
    """Return what must be refused beside a genuine message, by what is wrong with it."""
    now, body = int(time.time()), message.body
    other = json.dumps(json.loads(body), indent=7).encode()

    def signed(body: bytes, *, moment: int = now, secret: str | None = None) -> WebhookMessage:
        return WebhookMessage(headers=bench.sign(body, moment=moment, secret=secret), body=body)

    odd = dict.fromkeys(bench.sign(b"", moment=0), "t=x,v1=é")
    return {
        "no signature": WebhookMessage(headers={}, body=body),
        "another secret": signed(body, secret="whsec_other"),
        "too old": signed(body, moment=now - 301),
        "written anew": WebhookMessage(headers=message.headers, body=other),
        "cut short": WebhookMessage(headers=message.headers, body=body[:-1]),
        "no JSON": signed(b"hello"),
        "no event": signed(b"[1]"),
        "no text": WebhookMessage(headers=message.headers, body=b"\xff\xfe\x00"),
        "odd header": WebhookMessage(headers=odd, body=body),
    }


def wish(
    bench: Bench,
    *,
    amount: Money | None = None,
    capture: CaptureMode = CaptureMode.AUTOMATIC,
) -> OpenPayment:
    return OpenPayment(
        reference=new_id(),
        amount=amount or Money(12_800, "CNY"),
        order_number="PR-1001",
        description="Celadon teapot",
        return_url="http://shop.localhost/thanks",
        cancel_url="http://shop.localhost/cart",
        webhook_url=bench.mailbox.url,
        expires_at=utc_now() + timedelta(hours=1),
        capture=capture,
    )


def arrange(bench: Bench, fault: str, *, times: int = 1) -> None:
    requests.post(
        f"{bench.address}/_sandbox/faults", json={"fault": fault, "times": times}, timeout=5
    ).raise_for_status()


def arrange_post(bench: Bench, **how: object) -> None:
    requests.post(f"{bench.address}/_sandbox/post", json=how, timeout=5).raise_for_status()


def pay(url: str, card: str) -> requests.Response:
    """Type a card on the provider's page, as a browser would."""
    return requests.post(url, data={"number": card}, allow_redirects=False, timeout=5)


def answer_challenge(response: requests.Response, bench: Bench, answer: str) -> requests.Response:
    where = response.headers["Location"]
    url = where if where.startswith("http") else bench.address + where
    return requests.post(url, data={"answer": answer}, allow_redirects=False, timeout=5)


@dataclass(frozen=True)
class Opened:
    """A payment whose page is open."""

    request: OpenPayment
    handle: str
    url: str


def opened(
    bench: Bench,
    *,
    amount: Money | None = None,
    capture: CaptureMode = CaptureMode.AUTOMATIC,
) -> Opened:
    request_ = wish(bench, amount=amount, capture=capture)
    result = bench.provider.open(call(bench), request_)
    assert isinstance(result, ActionRequired), result
    assert isinstance(result.action, Redirect)
    return Opened(request_, result.handle, result.action.url)


def paid(
    bench: Bench,
    *,
    amount: Money | None = None,
    capture: CaptureMode = CaptureMode.AUTOMATIC,
) -> Opened:
    payment = opened(bench, amount=amount, capture=capture)
    assert pay(payment.url, bench.paying_card).status_code == 303
    return payment

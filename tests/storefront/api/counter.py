"""A counter for programs: the real application with its interface, a small shop, and its keys."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.park.permissions import ApiScope
from commerce.park.service.api_keys import issue_api_key
from commerce.payments.errors import ForgedWebhookError
from commerce.payments.gateway import Gateways, Journey, Notice, Opened, RefundAnswer
from commerce.payments.rows import Finding, PaymentRow, PaymentState, RefundRow
from commerce.payments.service import set_up_method
from commerce.plugins.terminals import Reader
from commerce.web.application import Application, new_application
from commerce.web.assets import Assets
from commerce.web.parts import shared_parts
from commerce.web.services import Services
from storefront import api
from tests.support.postgres import TestServer
from tests.support.shop import Shop, open_shop, own_shop

SECRET = "a secret for tests, 32 bytes or more"
ROOT = Path(__file__).parents[3]
METHOD = "sandbox-card"
ADDRESS = {
    "country": "CN",
    "name": "Lin Wei",
    "lines": ["1 Nanjing Road"],
    "city": "上海市",
    "region": "上海市",
    "district": "黄浦区",
}
BACK = {"return_url": "https://client.example/back", "cancel_url": "https://client.example/no"}


@dataclass
class Bank:
    """A payment provider that remembers what it was asked and says what it was told to say."""

    findings: dict[UUID, Finding] = field(default_factory=dict)
    opened: list[UUID] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    silent: bool = False
    """Whether nothing is heard of it for now."""

    def open(self, *, merchant_id: UUID, payment: PaymentRow, journey: Journey) -> Opened:
        self.opened.append(payment.id)
        self.journeys.append(journey)
        if self.silent:
            return Opened(Finding(PaymentState.UNKNOWN), None, answered=False)
        known = self.findings.setdefault(
            payment.id, Finding(PaymentState.ACTION_REQUIRED, handle=f"bank_{payment.id}")
        )
        return Opened(known, f"https://bank.example/{payment.id}")

    def ask(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        return self.findings.get(payment.id, Finding(PaymentState.UNKNOWN))

    def cancel(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        return replace(self.ask(merchant_id=merchant_id, payment=payment))

    def refund(self, *, merchant_id: UUID, payment: PaymentRow, refund: RefundRow) -> RefundAnswer:
        return RefundAnswer(done=True, handle=f"back_{refund.id}")

    def start_reader(
        self, *, merchant_id: UUID, payment: PaymentRow, reader: str, order_number: str
    ) -> Finding:
        return Finding(PaymentState.FAILED, detail="There is no reader here.")

    def readers(self, *, merchant_id: UUID, plugin: str) -> tuple[Reader, ...]:
        return ()

    def read_webhook(
        self, *, merchant_id: UUID, plugin: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Notice, ...]:
        raise ForgedWebhookError

    def pay(self, payment_id: UUID, amount_minor: int) -> None:
        """Let the shopper pay."""
        self.findings[payment_id] = Finding(
            PaymentState.CAPTURED,
            handle=f"bank_{payment_id}",
            authorised_minor=amount_minor,
            captured_minor=amount_minor,
        )

    def decline(self, payment_id: UUID) -> None:
        """Let the shopper's card be declined."""
        self.findings[payment_id] = Finding(
            PaymentState.FAILED, handle=f"bank_{payment_id}", detail="The card was declined."
        )


@dataclass(frozen=True)
class Counter:
    """The application and what stands behind it."""

    app: Application
    database: Database
    durable: Durable
    vault: Vault
    bank: Bank
    shop: Shop

    def client(
        self, *scopes: ApiScope, shop: Shop | None = None, key: str | None = None
    ) -> "Caller":
        """Return a program with a key of its own; without scopes, with all of them."""
        text = key or issue_key(shop or self.shop, *scopes)
        return Caller(self.app.test_client(), text)


@dataclass(frozen=True)
class Caller:
    """A program that calls the interface."""

    http: FlaskClient
    key: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.call("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, *, once: str | None = None) -> TestResponse:
        return self.call("POST", path, body, Idempotency_Key=once or str(new_id()))

    def put(self, path: str, body: Any = None, *, once: str | None = None) -> TestResponse:
        return self.call("PUT", path, body, Idempotency_Key=once or str(new_id()))

    def delete(self, path: str, *, once: str | None = None) -> TestResponse:
        return self.call("DELETE", path, None, Idempotency_Key=once or str(new_id()))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.key}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        payload: bytes | None = None
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        target = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.http.open(target, method=method, headers=sent, data=payload)

    # What most tests do on their way to what they are about.

    def open_cart(self, *lines: tuple[UUID, int], **wish: str) -> str:
        """Open a cart with some lines and return its token."""
        token: str = done(self.post("/shop/carts", wish), 201)["token"]
        for variant, quantity in lines:
            wanted = {"variant_id": str(variant), "quantity": quantity}
            done(self.post(f"/shop/carts/{token}/lines", wanted))
        return token

    def ready_cart(self, *lines: tuple[UUID, int], email: str = "") -> tuple[str, dict[str, Any]]:
        """Open a cart of somebody else each time that can be ordered; return token and total."""
        token = self.open_cart(*lines)
        contact = {"email": email or f"lin.{new_id().hex}@example.com", "address": ADDRESS}
        return token, done(self.put(f"/shop/carts/{token}/contact", contact))["total"]

    def place(self, *lines: tuple[UUID, int]) -> dict[str, Any]:
        """Place an order and return what the interface says of it."""
        token, total = self.ready_cart(*lines)
        wish = {"agreed_total": total, "payment_method": METHOD}
        return done(self.post(f"/shop/carts/{token}/order", wish), 201)


def done(response: TestResponse, status: int = 200) -> dict[str, Any]:
    """Return the content of an answer that has to have gone well."""
    assert response.status_code == status, response.text
    content: dict[str, Any] = response.get_json()
    return content


def refused(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Return the problem of an answer that has to be a refusal of this kind."""
    assert response.content_type == "application/problem+json", response.text
    problem: dict[str, Any] = response.get_json()
    assert (response.status_code, problem["type"]) == (status, f"/api/problems/{code}"), problem
    assert problem["status"] == status
    return problem


def issue_key(shop: Shop, *scopes: ApiScope) -> str:
    """Return the text of a new key of the shop's merchant."""
    with shop.database.transaction(shop.scope) as session:
        return issue_api_key(
            session,
            merchant_id=shop.merchant.id,
            name="Test",
            scopes=scopes or tuple(ApiScope),
            expires_at=utc_now() + timedelta(days=1),
            created_by=None,
            now=utc_now(),
        ).text


def take_payments(
    shop: Shop, vault: Vault, plugin: str = METHOD, *, secrets: Mapping[str, str] | None = None
) -> None:
    """Let the merchant take payments by a provider, by default the test bank."""
    with shop.database.transaction(shop.scope) as session:
        set_up_method(
            session,
            vault=vault,
            merchant_id=shop.merchant.id,
            plugin=plugin,
            enabled=True,
            position=1,
            settings={},
            secrets=secrets or {},
        )


@contextmanager
def open_counter(
    server: TestServer, var: Path, *, environment: Mapping[str, str] | None = None
) -> Iterator[Counter]:
    """Put the application together as the composition root does, over a shop of its own.

    The test bank takes payments, or the installed plugins when they are given an environment.
    """
    with own_shop(server, found=_found_paid) as shop:
        counter = _counter_of(shop, var, environment)
        yield counter
        counter.durable.close()


def _found_paid(database: Database) -> Shop:
    """Found a shop that takes payments by the test bank."""
    shop = open_shop(database)
    take_payments(shop, Vault(SECRET.encode()))
    return shop


def _counter_of(shop: Shop, var: Path, environment: Mapping[str, str] | None) -> Counter:
    bank = Bank()
    settings = read_settings(
        {
            "QUAYSIDE_VAR": str(var),
            "QUAYSIDE_SECRET": SECRET,
            "API_CALLS_A_MINUTE": "0",
            **(environment or {}),
        }
    )
    parts = shared_parts(settings, shop.database)
    if environment is None:
        parts = parts.also(Gateways(bank))
    durable, vault = parts[Durable], parts[Vault]
    app = new_application(
        Services(
            settings=settings,
            database=shop.database,
            durable=durable,
            vault=vault,
            assets=Assets(ROOT / "static"),
            parts=parts,
        )
    )
    api.register(app)
    return Counter(app, shop.database, durable, vault, bank, shop)

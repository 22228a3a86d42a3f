"""A counter to test at: the real application, a small shop with goods, two people with PINs, a reader."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from flask.testing import FlaskClient

import pos
from commerce.catalogue.records import ProductSheet, VariantSheet, Words
from commerce.catalogue.service.put import put_products
from commerce.inventory.rows import Units
from commerce.inventory.service import open_stock
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.park.permissions import Role
from commerce.park.queries.merchants import MerchantDirectory
from commerce.park.service.clerk_pins import pin_fingerprint, set_clerk_pin
from commerce.payments.errors import ForgedWebhookError, ReaderBusyError, ReaderOfflineError
from commerce.payments.gateway import Gateways, Journey, Notice, Opened, RefundAnswer
from commerce.payments.rows import Finding, PaymentRow, PaymentState, RefundRow
from commerce.payments.service import set_up_method
from commerce.plugins.manifest import Manifest, PluginKind, PluginSettings
from commerce.plugins.registry import Registry
from commerce.plugins.terminals import Reader, TerminalProvider
from commerce.plugins.wording import Wording
from commerce.pricing.service import set_price
from commerce.registers.service import add_register, enrol_device, set_printer
from commerce.web.application import Application, new_application
from commerce.web.assets import Assets
from commerce.web.services import Services
from tests.support.park import create_staff
from tests.support.postgres import TestServer
from tests.support.shop import Shop, open_shop

ROOT = Path(__file__).parents[2]
SECRET = "a secret for tests, 32 bytes or more"
READER = "test-reader"
CLERK_PIN, MANAGER_PIN = "592047", "738261"

GOODS = (
    ("LQ-POT-320", "4006381333931", "Celadon teapot, 320 ml", "青瓷茶壶 320 毫升", 68800, 3),
    ("JD-GW-RIV", "9780201379624", "Gaiwan, river pattern", "江水纹盖碗", 33500, 12),
    ("YN-DH-100", "5901234123457", "Dian Hong, winter pick, 100 g", "滇红冬摘 100 克", 18800, 40),
    ("BAG-PAPER", "", "Paper bag", "纸袋", 100, 0),
    ("SU-SILK-90", "", "Silk scarf, mulberry, 90 cm", "桑蚕丝方巾 90 厘米", 45800, 6),
    ("GIFT-WRAP", "", "Gift wrap", "礼品包装", 1500, 0),
)


@dataclass
class ReaderHouse:
    """A provider of card readers that says what it was told to say."""

    manifest: ClassVar[Manifest] = Manifest(
        id=READER,
        version="1.0.0",
        kinds=frozenset({PluginKind.TERMINAL}),
        name=Wording("Reader", "刷卡器"),
        settings=PluginSettings,
        refusals={"declined": Wording("The card was declined.", "发卡行拒绝了这张卡。")},
    )
    verdict: PaymentState = PaymentState.CAPTURED
    findings: dict[UUID, Finding] = field(default_factory=dict)
    started: list[UUID] = field(default_factory=list)
    polls_before_verdict: int = 1
    labels: dict[str, str] = field(default_factory=lambda: {"reader-1": "Counter reader"})
    busy: set[str] = field(default_factory=set)
    offline: set[str] = field(default_factory=set)
    cancelled: list[UUID] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    """What happens while a reader is being woken."""

    def open(self, *, merchant_id: UUID, payment: PaymentRow, journey: Journey) -> Opened:
        return Opened(Finding(PaymentState.FAILED), None)

    def readers(self, *, merchant_id: UUID, plugin: str) -> tuple[Reader, ...]:
        return tuple(
            Reader(id=each, label=label, online=each not in self.offline)
            for each, label in self.labels.items()
        )

    def start_reader(
        self, *, merchant_id: UUID, payment: PaymentRow, reader: str, order_number: str
    ) -> Finding:
        if reader in self.busy:
            raise ReaderBusyError
        if reader in self.offline:
            raise ReaderOfflineError
        self.started.append(payment.id)
        self.meanwhile()
        waiting = Finding(PaymentState.PENDING, handle=f"reading_{payment.id}")
        return self.findings.setdefault(payment.id, waiting)

    def ask(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        self.polls_before_verdict -= 1
        if self.polls_before_verdict >= 0:
            return self.findings.get(payment.id, Finding(payment.state))
        return self._say(payment, self.verdict)

    def cancel(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        self.cancelled.append(payment.id)
        said = self.findings.get(payment.id)
        if said is not None and said.captured_minor:
            return said
        return self._say(payment, PaymentState.CANCELLED)

    def refund(self, *, merchant_id: UUID, payment: PaymentRow, refund: RefundRow) -> RefundAnswer:
        return RefundAnswer(done=True, handle=f"back_{refund.id}")

    def read_webhook(
        self, *, merchant_id: UUID, plugin: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Notice, ...]:
        raise ForgedWebhookError

    def _say(self, payment: PaymentRow, state: PaymentState) -> Finding:
        taken = payment.amount_minor if state is PaymentState.CAPTURED else 0
        why = "The card was declined." if state is PaymentState.FAILED else ""
        self.findings[payment.id] = Finding(
            state,
            handle=f"reading_{payment.id}",
            authorised_minor=taken,
            captured_minor=taken,
            detail=why,
            refusal="declined" if why else "",
        )
        return self.findings[payment.id]


@dataclass
class Counter:
    """An application with an enrolled till, and what stands behind it."""

    app: Application
    database: Database
    durable: Durable
    vault: Vault
    var: Path
    shop: Shop
    house: ReaderHouse
    register: UUID
    owner: UUID
    clerk: UUID
    device_key: str
    goods: dict[str, UUID]

    @property
    def cookie(self) -> str:
        return f"{self.shop.merchant.id.hex}.{self.register.hex}.{self.device_key}"

    def browser(self) -> FlaskClient:
        """Return a browser of nobody yet."""
        client = self.app.test_client()
        client.environ_base.update(
            {"REMOTE_ADDR": "192.0.2.7", "HTTP_SEC_FETCH_SITE": "same-origin"}
        )
        return client

    def till(self) -> FlaskClient:
        """Return the browser of the enrolled device."""
        client = self.browser()
        client.set_cookie("quayside-till", self.cookie, path="/till")
        return client

    def print_to_files(self) -> None:
        with self.database.transaction(self.shop.scope) as session:
            set_printer(
                session,
                merchant_id=self.shop.merchant.id,
                register_id=self.register,
                printer={"kind": "file"},
            )


@dataclass
class Clerk:
    """Somebody with a badge, who sends commands."""

    client: FlaskClient
    badge: str

    def send(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        approval: str = "",
        approver: str = "",
        name: UUID | None = None,
    ) -> Any:
        """Send a command; with the PIN of an `approver`, after that person has allowed it."""
        deed = {"id": str(name or new_id()), "kind": kind, "body": dict(body)}
        word = approval_of(self.client, approver, deed=deed) if approver else approval
        return self.client.post(
            "/till/api/commands", json={**deed, "badge": self.badge, "approval": word}
        )

    def done(self, kind: str, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.send(kind, body, **more)
        assert answer.status_code == 200, answer.text
        return cast("dict[str, Any]", answer.json["answer"])


def clerk_at(client: FlaskClient, pin: str = CLERK_PIN) -> Clerk:
    """Type a PIN."""
    answer = client.post("/till/api/unlock", json={"pin": pin})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return Clerk(client, answer.json["badge"])


def parked_line(variant: UUID, **changed: Any) -> dict[str, Any]:
    """Return a line as the page sets it aside."""
    item = {
        "id": str(variant),
        "product": str(variant),
        "sku": "LQ-POT-320",
        "gtin": "4006381333931",
        "name": {"en": "Celadon teapot", "zh": "青瓷茶壶"},
        "title": {"en": "", "zh": ""},
        "price_minor": 68800,
        "includes_tax": True,
        "rate": "0.13",
        "tracked": True,
        "service": False,
    }
    return {"key": str(new_id()), "item": item, "quantity": 2, "discount": None, **changed}


def approval_of(client: FlaskClient, pin: str = MANAGER_PIN, **what: Any) -> str:
    """Let a manager type their PIN, for a `deed` or a `reading`."""
    answer = client.post("/till/api/approve", json={"pin": pin, **what})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return str(answer.json["approval"])


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands at every counter; the shop's database is the counter's own."""

    shop: Shop
    register: UUID
    device_key: str
    owner: UUID
    clerk: UUID
    goods: Mapping[str, UUID]


@contextmanager
def set_counter(
    server: TestServer, var: Path, *, public_url: str = "http://localhost"
) -> Iterator[Counter]:
    """Put the till's application together on a small shop of its own."""
    with server.furnished(furnish) as (url, furniture):
        counter = _open(url, furniture, var, public_url)
        yield counter
        counter.durable.close()
        counter.database.close()


def furnish(database: Database) -> Furniture:
    """Found the shop, with a till, two people and goods."""
    vault, shop = Vault(SECRET.encode()), open_shop(database)
    register, key = _add_till(shop, vault)
    owner = _person(shop, vault, "lin@porcelain.example", "Lin Yue", Role.OWNER, MANAGER_PIN)
    clerk = _person(shop, vault, "wei@porcelain.example", "Wei An", Role.CLERK, CLERK_PIN)
    goods = {sku: _stock(shop, sku, *rest) for sku, *rest in GOODS}
    return Furniture(shop, register, key, owner, clerk, goods)


def _open(database_url: str, furniture: Furniture, var: Path, public_url: str) -> Counter:
    database, durable = Database(database_url, connections=10), Durable(database_url)
    settings = replace(
        read_settings({"QUAYSIDE_VAR": str(var), "QUAYSIDE_SECRET": SECRET}), public_url=public_url
    )
    vault, house = Vault(settings.secret), ReaderHouse()
    readers = cast("TerminalProvider", house)  # the business asks only whether it is there
    app = new_application(
        Services(
            settings=settings,
            database=database,
            durable=durable,
            vault=vault,
            assets=Assets(ROOT / "static"),
            parts=Parts(
                [
                    Gateways(house),
                    MerchantDirectory(database),
                    Registry(payments={}, terminals={READER: readers}),
                ]
            ),
        )
    )
    pos.register(app)
    return Counter(
        app=app,
        database=database,
        durable=durable,
        vault=vault,
        var=var,
        shop=replace(furniture.shop, database=database),
        house=house,
        register=furniture.register,
        owner=furniture.owner,
        clerk=furniture.clerk,
        device_key=furniture.device_key,
        goods=dict(furniture.goods),
    )


def _add_till(shop: Shop, vault: Vault) -> tuple[UUID, str]:
    with shop.database.transaction(shop.scope) as session:
        register = add_register(
            session,
            merchant_id=shop.merchant.id,
            location_id=shop.store,
            name="Register 2",
            series="NR2",
        )
        key = enrol_device(session, merchant_id=shop.merchant.id, register_id=register)
        set_up_method(
            session,
            vault=vault,
            merchant_id=shop.merchant.id,
            plugin=READER,
            enabled=True,
            position=1,
            settings={},
            secrets={},
        )
    return register, key


def _person(  # noqa: PLR0917 - one row of a table
    shop: Shop, vault: Vault, email: str, name: str, role: Role, pin: str
) -> UUID:
    staff = create_staff(
        shop.database, email=email, name=name, role=role, merchant_id=shop.merchant.id
    )
    fingerprint = pin_fingerprint(vault, merchant_id=shop.merchant.id, pin=pin)
    with shop.database.transaction(shop.scope) as session:
        set_clerk_pin(
            session,
            merchant_id=shop.merchant.id,
            staff_id=staff,
            fingerprint=fingerprint,
            actor_id=staff,
            now=utc_now(),
        )
    return staff


def _stock(shop: Shop, sku: str, *facts: Any) -> UUID:
    gtin, name, name_zh, price, units = facts
    tracked = units > 0
    variant = VariantSheet(
        id=new_id(), sku=sku, gtin=gtin or None, weight_grams=400, stock_tracked=tracked
    )
    sheet = ProductSheet(
        handle=sku.lower(),
        words={"en": Words(name=name), "zh": Words(name=name_zh)},
        variants=(variant,),
        status="active",
        id=uuid4(),
    )
    with shop.database.transaction(shop.scope) as session:
        put_products(session, merchant_id=shop.merchant.id, sheets=[sheet])
        set_price(
            session,
            merchant_id=shop.merchant.id,
            variant_id=variant.id,
            amount=Money(price, "CNY"),
        )
        if tracked:
            lines = [
                Units(variant.id, shop.store, units),
                Units(variant.id, shop.warehouse, units * 3),
            ]
            open_stock(session, merchant_id=shop.merchant.id, lines=lines, reason="test")
    return variant.id

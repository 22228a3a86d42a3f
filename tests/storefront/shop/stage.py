"""A stage for the shop: the real application on a real database, with a card house of our own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.park.queries.merchants import MerchantDirectory
from commerce.payments.errors import ForgedWebhookError
from commerce.payments.gateway import Gateways, Journey, Notice, Opened, RefundAnswer
from commerce.payments.rows import Finding, PaymentRow, PaymentState, RefundRow
from commerce.plugins.manifest import Manifest, PluginKind, PluginSettings
from commerce.plugins.payments import PaymentProvider
from commerce.plugins.registry import Registry
from commerce.plugins.wording import Wording
from commerce.web.access import public
from commerce.web.application import Application, new_application
from commerce.web.assets import Assets
from commerce.web.services import Services
from storefront import account, shop

ROOT = Path(__file__).parents[3]
SECRET = "a secret for tests, 32 bytes or more"
PLUGIN = "card-house"
MANIFEST = Manifest(
    id=PLUGIN,
    version="1.0.0",
    kinds=frozenset({PluginKind.PAYMENT}),
    name=Wording("Bank card", "银行卡"),
    settings=PluginSettings,
    sandbox=True,
)


@dataclass
class CardHouse:
    """A payment provider that remembers what it was asked and says what it was told to say."""

    findings: dict[UUID, Finding] = field(default_factory=dict)
    journeys: dict[UUID, Journey] = field(default_factory=dict)
    amounts: dict[UUID, int] = field(default_factory=dict)
    opened: list[UUID] = field(default_factory=list)
    silent: bool = False
    """Whether opening a payment ends without an answer."""
    stubborn: bool = False
    """Whether a payment cannot be given up any more."""
    elsewhere: str = ""
    """Address of the payment page when it is not one of ours."""

    def open(self, *, merchant_id: UUID, payment: PaymentRow, journey: Journey) -> Opened:
        handle = f"house_{payment.id}"
        self.opened.append(payment.id)
        self.journeys[payment.id] = journey
        self.amounts[payment.id] = payment.amount_minor
        if self.silent:
            return Opened(Finding(PaymentState.UNKNOWN), None)
        known = self.findings.setdefault(
            payment.id, Finding(PaymentState.ACTION_REQUIRED, handle=handle)
        )
        return Opened(known, self.elsewhere or f"/card-house/{payment.id}")

    def ask(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        return self.findings.get(payment.id, Finding(PaymentState.UNKNOWN))

    def cancel(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        said = self.findings.get(payment.id, Finding(PaymentState.STARTED))
        if not said.captured_minor and not self.stubborn:
            said = replace(said, state=PaymentState.CANCELLED)
        self.findings[payment.id] = said
        return said

    def refund(self, *, merchant_id: UUID, payment: PaymentRow, refund: RefundRow) -> RefundAnswer:
        return RefundAnswer(done=True, handle=f"back_{refund.id}")

    def read_webhook(
        self, *, merchant_id: UUID, plugin: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Notice, ...]:
        if headers.get("X-Signature") != "genuine":
            raise ForgedWebhookError
        event, _, handle = body.decode().partition(" ")
        settles = handle.startswith("po_")
        kind = "payout.paid" if settles else "payment.changed"
        return (Notice(event_id=event, kind=kind, handle=handle, settles=settles),)

    def pay(self, payment_id: UUID) -> None:
        """Let the shopper pay."""
        self._say(payment_id, PaymentState.CAPTURED, captured=self.amounts[payment_id])

    def decline(self, payment_id: UUID, why: str = "The card was declined.") -> None:
        """Let the shopper's card be declined for good."""
        self._say(payment_id, PaymentState.FAILED, why=why)

    def wait(self, payment_id: UUID, why: str) -> None:
        """Let a first card be refused on a page where another one can still pay."""
        self._say(payment_id, PaymentState.STARTED, why=why)

    def _say(
        self, payment_id: UUID, state: PaymentState, *, captured: int = 0, why: str = ""
    ) -> None:
        self.findings[payment_id] = Finding(
            state,
            handle=f"house_{payment_id}",
            authorised_minor=captured,
            captured_minor=captured,
            detail=why,
        )


@dataclass(frozen=True)
class Stage:
    """An application with what stands behind it."""

    app: Application
    database: Database
    durable: Durable
    house: CardHouse

    def close(self) -> None:
        self.durable.close()
        self.database.close()


def set_stage(
    database_url: str,
    var: Path,
    *,
    public_url: str = "http://localhost",
) -> Stage:
    """Put the shop's application together as the composition root does."""
    database = Database(database_url, connections=8)
    durable = Durable(database_url)
    house = CardHouse()
    plugin = SimpleNamespace(manifest=MANIFEST)
    registry = Registry(payments={PLUGIN: cast("PaymentProvider", plugin)}, terminals={})
    parts = Parts([Gateways(house), MerchantDirectory(database), registry])
    settings = read_settings(
        {"QUAYSIDE_VAR": str(var), "QUAYSIDE_SECRET": SECRET, "PUBLIC_URL": public_url}
    )
    app = new_application(
        Services(
            settings=settings,
            database=database,
            durable=durable,
            vault=Vault(settings.secret),
            assets=Assets(ROOT / "static"),
            parts=parts,
        )
    )
    shop.register(app)
    account.register(app)
    _build_card_house(app, house)
    return Stage(app, database, durable, house)


def _build_card_house(app: Flask, house: CardHouse) -> None:
    @public
    def page(payment: UUID) -> str:
        return (
            "<!doctype html><title>Card house</title><h1>Card house</h1>"
            "<form method=post><button name=do value=pay>Pay</button>"
            "<button name=do value=decline>Decline</button></form>"
        )

    @public
    def decide(payment: UUID) -> Response:
        journey = house.journeys[payment]
        if request.form["do"] == "pay":
            house.pay(payment)
        else:
            house.decline(payment)
        return redirect(journey.return_url, 303)

    app.add_url_rule("/card-house/<uuid:payment>", "card_house", page)
    app.add_url_rule("/card-house/<uuid:payment>", "card_house_do", decide, methods=["POST"])

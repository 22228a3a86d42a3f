"""What the conformance kit needs of a carrier's simulator, and the calls it makes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import requests
from pydantic import SecretStr

from commerce.kernel.ids import new_id
from commerce.plugins.carriers import BookLabel, CarrierProvider, LabelSnapshot
from commerce.plugins.parcels import ContentPiece, Parcel, ParcelAddress
from commerce.plugins.results import Ok
from integrations.express.sandbox_carrier.plugin import SandboxCarrier
from integrations.express.sandbox_carrier.settings import SandboxCarrierSettings
from integrations.sandbox.carrier.app import SIMULATOR as CARRIER
from integrations.sandbox.carrier.records import Label
from integrations.sandbox.serving import Running
from integrations.sandbox.signatures import signature, signing_secret
from tests.integrations.conformance.bench import Mailbox, call, mailbox

SENDER = ParcelAddress(
    name="Porcelain Road",
    lines=("临港新片区环湖西二路 888 号",),
    city="上海市",
    country="CN",
    phone="+862158580000",
)
ABROAD = ParcelAddress(
    name="Greta Müller",
    lines=("Speicherstraße 4",),
    city="Hamburg",
    postcode="20457",
    country="DE",
    phone="+4940123456",
    email="greta@example.com",
)
TEAPOT = ContentPiece(
    description="Celadon teapot",
    quantity=2,
    value_minor=12_800,
    weight_grams=900,
    hs_code="691110",
    origin_country="CN",
    sku="TEA-1",
)


@dataclass
class CarrierBench:
    """The sandbox carrier's plugin at its simulator."""

    provider: CarrierProvider
    settings: SandboxCarrierSettings
    address: str
    mailbox: Mailbox
    simulator: Running

    def at(self, address: str) -> CarrierProvider:
        """Return the same provider in an installation that looks for it at `address`."""
        return SandboxCarrier({"QUAYSIDE_SIMULATOR_CARRIER": address})

    def labels_made(self, reference: UUID) -> int:
        """Return how many labels the simulator holds for our reference."""
        found = self._request("GET", "/v1/labels", params={"reference": str(reference)})
        return 1 if found.ok else 0

    def move_on(self, label: LabelSnapshot, *, scans: int = 1) -> None:
        """Let the parcel meet its next scans."""
        for _ in range(scans):
            self.move(label.handle)

    def move(self, handle: str) -> None:
        """Let the parcel of a label meet its next scan."""
        self._request("POST", f"/v1/labels/{handle}/move").raise_for_status()

    def labels(self) -> list[Label]:
        """Return every label that the simulator has made."""
        return self.simulator.app.extensions["depot"].labels()

    def clear(self) -> None:
        """Let everything go right again."""
        self._request("DELETE", "/_sandbox/faults").raise_for_status()

    def sign(self, body: bytes, *, moment: int, secret: str | None = None) -> dict[str, str]:
        """Return the headers of a webhook signed at `moment`, with the right secret or another."""
        secret = secret or signing_secret(self.settings.api_key.get_secret_value())
        return {"Sandbox-Signature": signature(secret, body, moment=moment)}

    def _request(self, method: str, path: str, **how: Any) -> requests.Response:
        key = self.settings.api_key.get_secret_value()
        headers = {"Authorization": f"Bearer {key}"}
        return requests.request(method, self.address + path, headers=headers, timeout=5, **how)


@contextmanager
def sandbox_carrier() -> Iterator[CarrierBench]:
    with CARRIER.running() as simulator, mailbox() as box:
        yield CarrierBench(
            provider=SandboxCarrier({"QUAYSIDE_SIMULATOR_CARRIER": simulator.address}),
            settings=SandboxCarrierSettings(api_key=SecretStr(secrets.token_hex(16))),
            address=simulator.address,
            mailbox=box,
            simulator=simulator,
        )


CARRIERS = {"sandbox-carrier": sandbox_carrier}


def parcel(*, recipient: ParcelAddress = ABROAD, grams: int = 2_100) -> Parcel:
    return Parcel(
        sender=SENDER,
        recipient=recipient,
        weight_grams=grams,
        contents=(TEAPOT,),
        currency="CNY",
        order_number="PR-1001",
    )


def wish(bench: CarrierBench, **changes: Any) -> BookLabel:
    made = BookLabel(
        reference=new_id(), service="standard", parcel=parcel(), webhook_url=bench.mailbox.url
    )
    return replace(made, **changes)


def booked(bench: CarrierBench, **changes: Any) -> LabelSnapshot:
    result = bench.provider.book(call(bench), wish(bench, **changes))
    assert isinstance(result, Ok), result
    return result.value

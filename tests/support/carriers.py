"""A shop that sends parcels with the carrier simulator, over the wire, in a database of its own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from commerce.fulfilment.labels.accounts import set_up_carrier
from commerce.fulfilment.labels.asking import ask_for_label
from commerce.fulfilment.labels.contents import parcel_of
from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.fulfilment.labels.process import settle_label
from commerce.fulfilment.labels.queries import label_by_id
from commerce.fulfilment.labels.rows import LabelRow
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.service import begin_picking, pack, pick
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.durable import Durable, Work
from commerce.kernel.ids import new_id
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.orders.queries import timeline_of
from commerce.orders.rows import EventKind, OrderRow
from commerce.plugins.breaker import Breaker
from commerce.plugins.carriage import CarrierCalls
from commerce.plugins.host import PluginHost
from commerce.plugins.registry import Registry
from commerce.plugins.results import Ok
from tests.integrations.conformance.bench import arrange
from tests.integrations.conformance.carrier_bench import CarrierBench, sandbox_carrier
from tests.support.orders import paid_order
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product

PLUGIN = "sandbox-carrier"
VAULT = Vault(b"a secret of tests, thirty-two long")
LI = new_id()


@dataclass
class Dock:
    """The shop's loading dock: its carrier, and what clerks do there."""

    shop: Shop
    durable: Durable
    bench: CarrierBench
    work: Work

    @property
    def merchant(self) -> UUID:
        return self.shop.merchant.id

    def packed(self, *, units: int = 1) -> tuple[OrderRow, UUID]:
        """Let somebody order a teapot, and pack it; return the order and its part."""
        pot = stock_product(self.shop, in_warehouse=5)
        order = paid_order(self.shop, self.durable, (pot, units))
        with self.shop.database.reading(self.shop.scope) as connection:
            (part,) = fulfilments_of(connection, order_id=order.id)
        where = {"merchant_id": self.merchant, "fulfilment_id": part.id}
        with self.shop.database.transaction(self.shop.scope) as session:
            begin_picking(session, **where, clerk_id=LI)
            pick(session, **where, variant_id=pot, units=units)
            pack(session, **where, clerk_id=LI)
        return order, part.id

    def wanted(self, part: UUID, *, service: str = "standard", **parcel: Any) -> UUID:
        """Write down that a label is wanted; nobody asks the carrier yet."""
        with self.shop.database.reading(self.shop.scope) as connection:
            made = parcel_of(connection, fulfilment_id=part, shop_name="Porcelain Road", **parcel)
        offers = self.work.part(CarrierGateway).offers(
            merchant_id=self.merchant, plugin=PLUGIN, parcel=made, locale="en"
        )
        assert isinstance(offers, Ok), offers
        offer = next(each for each in offers.value if each.code == service)
        with self.shop.database.transaction(self.shop.scope) as session:
            return ask_for_label(
                session,
                merchant_id=self.merchant,
                fulfilment_id=part,
                plugin=PLUGIN,
                offer=offer,
                parcel=made,
                webhook_url=self.bench.mailbox.url,
                actor_id=LI,
            )

    def booked(self, part: UUID, **parcel: Any) -> LabelRow:
        """Book a label for a packed part."""
        label = self.wanted(part, **parcel)
        self.settle(label)
        return self.label(label)

    def settle(self, label: UUID, *, later: timedelta = timedelta()) -> bool:
        """Ask the carrier once, now or later."""
        with travelling(utc_now() + later):
            return settle_label(self.work, self.merchant, label)

    def label(self, label: UUID) -> LabelRow:
        with self.shop.database.reading(self.shop.scope) as connection:
            found = label_by_id(connection, label_id=label)
        assert found is not None
        return found

    def told(self, order: OrderRow, kind: EventKind) -> list[dict[str, Any]]:
        """Return the facts of the order's events of one kind, the oldest first."""
        with self.shop.database.reading(self.shop.scope) as connection:
            events = timeline_of(connection, order_id=order.id, everything=True)
        return [event.facts for event in events if event.kind is kind]

    def arrange(self, fault: str, *, times: int = 1) -> None:
        """Let something go wrong at the carrier."""
        arrange(self.bench, fault, times=times)


@contextmanager
def dock(server: TestServer) -> Iterator[Dock]:
    with (
        own_shop(server) as shop,
        sandbox_carrier() as bench,
        closing(Durable(shop.database.url)) as durable,
    ):
        calls = CarrierCalls(
            PluginHost(shop.database, breaker=Breaker(threshold=1000)),
            Registry({}, {}, carriers={PLUGIN: bench.provider}),
        )
        with shop.database.transaction(shop.scope) as session:
            set_up_carrier(
                session,
                vault=VAULT,
                merchant_id=shop.merchant.id,
                plugin=PLUGIN,
                enabled=True,
                settings={},
                secrets={"api_key": bench.settings.api_key.get_secret_value()},
            )
        parts = Parts([CarrierGateway(calls, shop.database, VAULT), durable])
        yield Dock(shop, durable, bench, Work(shop.database, read_settings({}), parts))

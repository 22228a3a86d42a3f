"""Let the stock rooms be at work: something ordered, something on its way, a count to look through."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commerce.demo.content import Merchant
from commerce.demo.seeding.cast import Cast
from commerce.inventory.queries import count_progress, levels_of, lots_of
from commerce.inventory.rows import (
    Arrived,
    CostedUnits,
    LotLabel,
    LotUnits,
    Portion,
    ReorderRuleRow,
)
from commerce.inventory.service import (
    add_supplier,
    draft_purchase,
    draft_transfer,
    enter_count,
    keep_lots,
    open_count,
    order_purchase,
    post_keeper,
    receive_purchase,
    relabel,
    send_transfer,
    set_aside,
    set_reorder_rule,
    set_zones,
)
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money

AT = "porcelain-road"
"""The merchant whose stock rooms are furnished."""

_DEPOT, _STORE, _SECOND = "waigaoqiao", "nanjing-road", "the-bund"
_OWNER = "owner@porcelain-road.example"
_DISPATCHER = "dispatch@porcelain-road.example"
_CLERK = "bund@porcelain-road.example"
_SHELVES = {
    "PR-LJ-050": "T-01",
    "PR-LJ-100": "T-01",
    "PR-DH-100": "T-01",
    "PR-TGY-125": "T-02",
    "PR-DHP-100": "T-02",
    "PR-PE-357": "T-02",
}


def furnish_stock_rooms(cast: Cast, *, merchant: Merchant, now: datetime) -> None:
    """Leave the demo's first merchant with work in its stock rooms, dated around `now` (UTC)."""
    room = _Room(cast, now)
    for member in merchant.staff:
        if member.location is not None and member.role in {"clerk", "fulfilment"}:
            room.post(member.email, member.location)
    room.lay_on_shelves()
    growers, kiln = room.suppliers()
    # After all the past, so that the ledger tells it in its own order.
    room.buy(growers)
    room.plan(kiln)
    room.move()
    room.count()
    room.keep_lots()
    room.set_one_aside()
    room.rules(growers)


@dataclass(frozen=True, slots=True)
class _Room:
    """The verbs of the stock room, spoken in the names that the content uses."""

    cast: Cast
    now: datetime

    def post(self, email: str, place: str) -> None:
        post_keeper(
            self.cast.session,
            merchant_id=self.merchant,
            staff_id=self.cast.staff[email],
            location_ids=[self.cast.locations[place]],
        )

    def lay_on_shelves(self) -> None:
        for place in (_STORE, _SECOND, _DEPOT):
            set_zones(
                self.cast.session,
                merchant_id=self.merchant,
                location_id=self.cast.locations[place],
                zones={self.cast.variants[sku]: zone for sku, zone in _SHELVES.items()},
            )

    def suppliers(self) -> tuple[UUID, UUID]:
        growers = add_supplier(
            self.cast.session,
            merchant_id=self.merchant,
            code="WYS",
            name="Wuyi Tea Growers",
            name_zh="武夷山茶农合作社",
            email="orders@wuyi-growers.example",
            lead_days=8,
        )
        kiln = add_supplier(
            self.cast.session,
            merchant_id=self.merchant,
            code="JDZ",
            name="Jingdezhen Old Kiln Works",
            name_zh="景德镇古窑瓷厂",
            email="sales@old-kiln.example",
            lead_days=25,
        )
        return growers, kiln

    def buy(self, supplier: UUID) -> None:
        """Order tea, half of which has come."""
        purchase = draft_purchase(
            self.cast.session,
            merchant_id=self.merchant,
            supplier_id=supplier,
            location_id=self.cast.locations[_DEPOT],
            lines=[
                self._costed("PR-DH-100", 80, 4_100),
                self._costed("PR-LJ-050", 60, 6_200),
                self._costed("PR-TGY-125", 40, 5_400),
            ],
        )
        order_purchase(
            self.cast.session,
            merchant_id=self.merchant,
            purchase_id=purchase,
            expected_on=(self.now + timedelta(days=2)).date(),
            reference="WY-2231",
            actor_id=self.cast.staff[_OWNER],
        )
        receive_purchase(
            self.cast.session,
            merchant_id=self.merchant,
            purchase_id=purchase,
            receipt_id=new_id(),
            arrived=[Arrived(self.cast.variants["PR-DH-100"], 80)],
            actor_id=self.cast.staff[_DISPATCHER],
        )

    def plan(self, supplier: UUID) -> None:
        draft_purchase(
            self.cast.session,
            merchant_id=self.merchant,
            supplier_id=supplier,
            location_id=self.cast.locations[_DEPOT],
            lines=[self._costed("PR-TP-CEL", 24, 21_500)],
            note="Deeper glaze, as last spring. 釉色照去年春天的深色。",
        )

    def move(self) -> None:
        """Send goods to one store, and let the other ask for some."""
        for place, units, is_sent in ((_STORE, 12, True), (_SECOND, 6, False)):
            transfer = draft_transfer(
                self.cast.session,
                merchant_id=self.merchant,
                origin_id=self.cast.locations[_DEPOT],
                destination_id=self.cast.locations[place],
                lines=[
                    Portion(self.cast.variants["PR-DH-100"], units),
                    Portion(self.cast.variants["PR-TGY-125"], units // 2),
                ],
                expected_on=self.now.date(),
                actor_id=self.cast.staff[_OWNER],
            )
            if is_sent:
                send_transfer(
                    self.cast.session,
                    merchant_id=self.merchant,
                    transfer_id=transfer,
                    actor_id=self.cast.staff[_DISPATCHER],
                )

    def count(self) -> None:
        """Count one shelf of a store; one kind of tea is a packet short."""
        session, place = self.cast.session, self.cast.locations[_SECOND]
        sheet = open_count(
            session,
            merchant_id=self.merchant,
            location_id=place,
            zone="T-01",
            tolerance=2,
            actor_id=self.cast.staff[_CLERK],
        )
        lines = count_progress(session.connection(), sheet_id=sheet)
        ids = [line.variant_id for line in lines]
        levels = levels_of(session.connection(), variant_ids=ids)
        there = {each.variant_id: each.on_hand for each in levels if each.location_id == place}
        for at, variant_id in enumerate(ids):
            enter_count(
                session,
                merchant_id=self.merchant,
                sheet_id=sheet,
                variant_id=variant_id,
                units=max(0, there[variant_id] - (at == 0)),
                actor_id=self.cast.staff[_CLERK],
            )

    def keep_lots(self) -> None:
        """Keep one tea by lot; what lies in the depot expires within weeks."""
        session, variant_id = self.cast.session, self.cast.variants["PR-DHP-100"]
        keep_lots(session, merchant_id=self.merchant, variant_id=variant_id)
        for lot in lots_of(session.connection(), variant_ids=[variant_id]):
            is_old = lot.location_id == self.cast.locations[_STORE]
            label = LotLabel(
                "DHP-2405" if is_old else "DHP-2610",
                (self.now + timedelta(days=18 if is_old else 400)).date(),
            )
            relabel(
                session,
                merchant_id=self.merchant,
                units=LotUnits(lot.lot_id, variant_id, lot.location_id, lot.on_hand),
                label=label,
            )

    def set_one_aside(self) -> None:
        set_aside(
            self.cast.session,
            merchant_id=self.merchant,
            location_id=self.cast.locations[_DEPOT],
            portions=[Portion(self.cast.variants["PR-TP-CEL"], 1)],
            reason="Chipped spout 壶嘴磕损",
            actor_id=self.cast.staff[_DISPATCHER],
        )

    def rules(self, supplier: UUID) -> None:
        """Fill the stores up from the depot and the depot from the growers."""
        variants, places = self.cast.variants, self.cast.locations
        rules = [
            ReorderRuleRow(variants[sku], places[place], point, up_to, source_id=places[_DEPOT])
            for sku, place, point, up_to in (
                ("PR-LJ-050", _STORE, 24, 40),
                ("PR-PE-357", _SECOND, 8, 12),
                ("PR-LJ-100", _SECOND, 4, 12),
            )
        ]
        of_growers = ReorderRuleRow(
            variants["PR-PE-357"],
            places[_DEPOT],
            point=60,
            up_to=96,
            pack=12,
            supplier_id=supplier,
            unit_cost=Money(9_800, "CNY"),
        )
        for rule in (*rules, of_growers):
            set_reorder_rule(self.cast.session, merchant_id=self.merchant, rule=rule)

    @property
    def merchant(self) -> UUID:
        return self.cast.merchant.id

    def _costed(self, sku: str, units: int, cost_minor: int) -> CostedUnits:
        return CostedUnits(self.cast.variants[sku], units, Money(cost_minor, "CNY"))

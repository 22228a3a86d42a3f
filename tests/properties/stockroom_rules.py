"""What people do in the stock room while both counters sell: transfers, receipts, counts, quarantine."""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from commerce.inventory.errors import (
    CountUnfinishedError,
    LinesRefusedError,
    OutOfStockError,
    PurchaseNotOrderedError,
    TransferNotDraftError,
    TransferNotSentError,
    UnitsPromisedError,
)
from commerce.inventory.queries import lots_of
from commerce.inventory.rows import Arrived, CostedUnits, LotLabel, Portion
from commerce.inventory.service import (
    add_supplier,
    approve_count,
    cancel_transfer,
    close_purchase,
    draft_purchase,
    draft_transfer,
    enter_count,
    enter_recount,
    keep_lots,
    leave_out,
    open_count,
    order_purchase,
    put_back,
    receive_purchase,
    receive_transfer,
    return_the_rest,
    send_transfer,
    set_aside,
    set_zones,
    write_off_the_rest,
)
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from tests.support.shop import Shop, stock_product
from tests.support.stockroom import do, read, stock_of

OPENING = 6
ASKED = st.integers(min_value=1, max_value=4)
FEW = st.integers(min_value=0, max_value=2)

# Of every level: its lots, when its goods are kept by lot, add up to it.
LOTS_OFF = text("""
SELECT l.location_id FROM level l JOIN variant v USING (merchant_id)
WHERE v.id = :variant AND l.variant_id = v.id AND v.lots AND l.on_hand <> COALESCE((
  SELECT sum(n.on_hand) FROM lot t JOIN lot_level n ON n.lot_id = t.id
  WHERE t.variant_id = v.id AND n.location_id = l.location_id
), 0)
""")


@dataclass
class Trip:
    """A transfer as the model knows it."""

    asked: int
    state: str = "draft"
    under_way: int = 0


@dataclass
class Sheet:
    """An open count sheet: what was found beyond the books, once somebody has counted."""

    id: UUID
    difference: int | None = None
    overtaken: bool = False


class StockroomRules(RuleBasedStateMachine):
    """One variant; the model knows on hand at every kind of place."""

    shop: Shop
    transfers = Bundle("transfers")

    def __init__(self) -> None:
        super().__init__()
        self.variant = stock_product(self.shop, in_warehouse=OPENING)
        self.zone = self.variant.hex[-12:]
        shelf = {"location_id": self.shop.warehouse, "zones": {self.variant: self.zone}}
        do(self.shop, set_zones, **shelf)
        self.on_hand = OPENING
        self.held: dict[UUID, int] = {}
        self.in_store = self.aside = 0
        self.trips: dict[UUID, Trip] = {}
        self.purchase: tuple[UUID, int] | None = None
        self.sheet: Sheet | None = None
        self.lots = False

    @property
    def promised(self) -> int:
        return sum(self.held.values())

    @property
    def in_transit(self) -> int:
        return sum(trip.under_way for trip in self.trips.values())

    @initialize(lots=st.booleans())
    def keep_by_lot(self, lots: bool) -> None:  # noqa: FBT001 - drawn by name
        self.lots = lots
        if lots:
            do(self.shop, keep_lots, variant_id=self.variant)

    @rule(target=transfers, units=ASKED)
    def ask_for_goods(self, units: int) -> UUID:
        enough = self.on_hand - self.promised >= units
        try:
            transfer: UUID = do(
                self.shop,
                draft_transfer,
                origin_id=self.shop.warehouse,
                destination_id=self.shop.store,
                lines=[Portion(self.variant, units)],
            )
        except OutOfStockError:
            assert not enough
            return new_id()
        assert enough
        self.held[transfer] = units
        self.trips[transfer] = Trip(units)
        return transfer

    @rule(transfer=transfers, less=FEW)
    def send(self, transfer: UUID, less: int) -> None:
        trip = self.trips.get(transfer)
        if trip is None:
            return
        units = max(0, trip.asked - less)
        free = self.on_hand - self.promised + self.held.get(transfer, 0)
        sent = [Portion(self.variant, units)]
        try:
            do(self.shop, send_transfer, transfer_id=transfer, sent=sent)
        except TransferNotDraftError:
            assert trip.state != "draft"
        except LinesRefusedError:
            assert units == 0
        except UnitsPromisedError:
            assert free < units
        else:
            assert trip.state == "draft"
            assert free >= units > 0
            self.held.pop(transfer, None)
            self.on_hand -= units
            trip.state, trip.under_way = "sent", units

    @rule(transfer=transfers, units=st.integers(min_value=0, max_value=4), surplus=FEW, bad=FEW)
    def receive(self, transfer: UUID, units: int, surplus: int, bad: int) -> None:
        trip = self.trips.get(transfer)
        if trip is None:
            return
        terms = {
            "transfer_id": transfer,
            "receipt_id": new_id(),
            "arrived": [Arrived(self.variant, units, surplus=surplus, damaged=bad)],
            "reason": "as it came",
        }
        try:
            do(self.shop, receive_transfer, **terms)
        except TransferNotSentError:
            assert trip.state != "sent"
        except LinesRefusedError:
            assert units > trip.under_way or units + surplus == 0 or bad > units + surplus
        else:
            do(self.shop, receive_transfer, **terms)  # sent again by a telephone: booked once
            trip.under_way -= units
            assert trip.under_way >= 0
            trip.state = "sent" if trip.under_way else "received"
            self.in_store += units + surplus - bad
            self.aside += bad

    @rule(transfer=transfers, lost=st.booleans())
    def settle(self, transfer: UUID, lost: bool) -> None:  # noqa: FBT001 - drawn by name
        trip = self.trips.get(transfer)
        if trip is None:
            return
        verb = write_off_the_rest if lost else return_the_rest
        try:
            do(self.shop, verb, transfer_id=transfer, reason="never came")
        except TransferNotSentError:
            assert trip.state != "sent"
        else:
            assert trip.state == "sent"
            if not lost:
                self.on_hand += trip.under_way
            trip.state, trip.under_way = "ended", 0

    @rule(transfer=transfers)
    def drop(self, transfer: UUID) -> None:
        trip = self.trips.get(transfer)
        if trip is None:
            return
        try:
            do(self.shop, cancel_transfer, transfer_id=transfer)
        except TransferNotDraftError:
            assert trip.state != "draft"
        else:
            self.held.pop(transfer, None)
            trip.state = "ended"

    @rule(units=ASKED)
    def buy(self, units: int) -> None:
        if self.purchase:
            do(self.shop, close_purchase, purchase_id=self.purchase[0])
        supplier = do(self.shop, add_supplier, code=new_id().hex[-20:], name="Kiln")
        purchase = do(
            self.shop,
            draft_purchase,
            supplier_id=supplier,
            location_id=self.shop.warehouse,
            lines=[CostedUnits(self.variant, units, Money(1, "CNY"))],
        )
        do(self.shop, order_purchase, purchase_id=purchase)
        self.purchase = purchase, units

    @rule(units=ASKED, surplus=FEW, lot=st.sampled_from(["A", "B"]))
    def take_in(self, units: int, surplus: int, lot: str) -> None:
        if self.purchase is None:
            return
        purchase, outstanding = self.purchase
        label = LotLabel(lot) if self.lots else None
        terms = {
            "purchase_id": purchase,
            "receipt_id": new_id(),
            "arrived": [Arrived(self.variant, units, surplus=surplus, lot=label)],
        }
        try:
            do(self.shop, receive_purchase, **terms)
        except PurchaseNotOrderedError:
            assert outstanding == 0
        except LinesRefusedError:
            assert units > outstanding
        else:
            do(self.shop, receive_purchase, **terms)
            self.purchase = (purchase, outstanding - units) if outstanding > units else None
            self.on_hand += units + surplus

    @rule(found=st.integers(min_value=0, max_value=12), again=st.booleans())
    def count_on_the_sheet(self, found: int, again: bool) -> None:  # noqa: FBT001 - drawn by name
        if self.sheet is None:
            place = {"location_id": self.shop.warehouse, "zone": self.zone}
            self.sheet = Sheet(do(self.shop, open_count, **place, tolerance=10_000))
        terms = {"sheet_id": self.sheet.id, "variant_id": self.variant, "units": found}
        if self.sheet.difference is None:
            do(self.shop, enter_count, **terms)
        elif again:
            do(self.shop, enter_recount, **terms)
            self.sheet.overtaken = False
        else:
            return
        self.sheet.difference = found - self.on_hand

    @rule()
    def approve_the_sheet(self) -> None:
        if self.sheet is None:
            return
        others = [
            variant
            for variant in self.listed(self.sheet.id)
            if variant != self.variant or self.sheet.difference is None
        ]
        if others:
            do(self.shop, leave_out, sheet_id=self.sheet.id, variant_ids=others)
        difference = self.sheet.difference or 0
        try:
            do(self.shop, approve_count, sheet_id=self.sheet.id)
        except CountUnfinishedError:
            assert self.sheet.overtaken
        except UnitsPromisedError:
            assert difference < 0
            assert self.on_hand + difference < self.promised
        else:
            assert not self.sheet.overtaken
            self.on_hand += difference
            self.sheet = None

    def listed(self, sheet: UUID) -> list[UUID]:
        with self.shop.database.reading(self.shop.scope) as connection:
            rows = connection.execute(
                text(
                    "SELECT variant_id FROM count_line WHERE sheet_id = :sheet AND counted IS NULL"
                ),
                {"sheet": sheet},
            )
            return list(rows.scalars())

    @rule(units=ASKED, mended=st.booleans())
    def set_goods_aside(self, units: int, mended: bool) -> None:  # noqa: FBT001 - drawn by name
        lot = self.lot_with(units) if self.lots else None
        if self.lots and lot is None:
            return
        terms = {
            "location_id": self.shop.warehouse,
            "portions": [Portion(self.variant, units, lot_id=lot)],
            "reason": "cracked",
        }
        enough = self.on_hand - self.promised >= units
        try:
            do(self.shop, set_aside, **terms)
        except UnitsPromisedError:
            assert not enough
            return
        assert enough
        if mended:
            do(self.shop, put_back, **terms)
        else:
            self.on_hand -= units
            self.aside += units

    def lot_with(self, units: int) -> UUID | None:
        found = read(self.shop, lots_of, variant_ids=[self.variant])
        here = (each for each in found if each.location_id == self.shop.warehouse)
        return next((each.lot_id for each in here if each.on_hand >= units), None)

    @invariant()
    def every_unit_is_at_one_place_on_the_books(self) -> None:
        model = {
            "warehouse": self.on_hand,
            "store": self.in_store,
            "transit": self.in_transit,
            "quarantine": self.aside,
        }
        assert stock_of(self.shop, self.variant) == {
            k: units for k, units in model.items() if units
        }

    @invariant()
    def lots_add_up_to_their_levels(self) -> None:
        with self.shop.database.reading(self.shop.scope) as connection:
            assert connection.execute(LOTS_OFF, {"variant": self.variant}).all() == []

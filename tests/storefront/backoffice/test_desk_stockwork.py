"""Stock work at the desk: ordered, sent, taken in, counted and set aside, by whoever may, without scripts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.catalogue.queries import variants_by_ids
from commerce.checkout.service import ship_order
from commerce.inventory.queries import (
    count_sheets,
    levels_of,
    lots_of,
    purchase_by_id,
    purchases,
    reorder_rules,
    suppliers,
    transfer_by_id,
    transfers,
)
from commerce.inventory.rows import MovementKind, PurchaseState, TransferState, Units
from commerce.inventory.service import add_supplier, post_keeper
from commerce.inventory.service.ledger import book
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_code, new_id
from commerce.park.permissions import Role
from commerce.park.service.accounts import find_account
from tests.storefront.desk import Desk
from tests.support.forms import sent_by
from tests.support.shop import Shop, stock_product
from tests.support.stockroom import (
    assert_the_doctor_is_silent,
    do,
    level_at,
    lots_in,
    read,
    stock_of,
)

TOMORROW = (utc_now() + timedelta(days=1)).date()


@dataclass(frozen=True)
class StockRoom:
    """A desk with a manager, a clerk and somebody who sends goods, and a supplier."""

    desk: Desk
    manager: FlaskClient
    clerk: FlaskClient
    dispatcher: FlaskClient
    supplier: UUID

    @property
    def shop(self) -> Shop:
        return self.desk.shop

    def url(self, path: str) -> str:
        return f"{self.desk.root}/stock/{path}"

    def goods(self, **where: int) -> UUID:
        return stock_product(self.shop, name=f"Cup {new_code(6)}", **where)

    def sku(self, variant: UUID) -> str:
        found = read(self.shop, variants_by_ids, variant_ids=[variant], locale="en")
        return str(found[variant].sku)

    def fill(self, who: FlaskClient, path: str, action: str = "", **typed: Any) -> TestResponse:
        """Look at a page and send its form back with what was typed."""
        address = self.url(action or path)
        drawn = sent_by(who.get(self.url(path)).text, address)
        return who.post(address, data={**drawn, **typed})

    def again(self, who: FlaskClient, page: TestResponse, path: str, **typed: Any) -> TestResponse:
        """Send the form that has just been drawn again."""
        return who.post(self.url(path), data={**sent_by(page.text, self.url(path)), **typed})

    def bought(self, *lines: tuple[UUID, int], ordered: bool = True) -> UUID:
        """Draft a purchase for the warehouse at the desk, and order it."""
        typed = {
            "variant": [str(variant) for variant, _ in lines],
            "units": [str(units) for _, units in lines],
            "cost": ["12.50"] * len(lines),
        }
        terms = {"supplier": str(self.supplier), "place": str(self.shop.warehouse)}
        answer = self.fill(self.manager, "purchases/new", **typed, **terms, do="save")
        assert answer.status_code == 303, answer.text
        purchase = UUID(answer.headers["Location"].rsplit("/", 1)[-1])
        if ordered:
            day = {"expected": TOMORROW.isoformat(), "reference": "K-7"}
            address = self.url(f"purchases/{purchase}/order")
            assert self.manager.post(address, data=day).status_code == 303
        return purchase

    def moving(self, variant: UUID, units: int, *, sent: bool = True) -> UUID:
        """Ask for goods of the warehouse for the store, and send them off."""
        typed = {"variant": [str(variant)], "units": [str(units)], "do": "save"}
        places = {"origin": str(self.shop.warehouse), "destination": str(self.shop.store)}
        answer = self.fill(self.manager, "transfers/new", **typed, **places)
        assert answer.status_code == 303, answer.text
        transfer = UUID(answer.headers["Location"].rsplit("/", 1)[-1])
        if sent:
            page = self.fill(self.dispatcher, f"transfers/{transfer}/send", do="all")
            there = self.again(self.dispatcher, page, f"transfers/{transfer}/send", do="save")
            assert there.status_code == 303, there.text
        return transfer

    def sheet(self, zone: str, *variants: UUID, tolerance: int = 0) -> UUID:
        """Put goods on a shelf of the store and open a count of it."""
        for variant in variants:
            put = {"place": str(self.shop.store), "zone": zone, "find": self.sku(variant)}
            assert self.clerk.post(self.url("shelves"), data=put).status_code == 303
        typed = {"place": str(self.shop.store), "zone": zone, "tolerance": tolerance, "blind": "y"}
        answer = self.fill(self.clerk, "counts/", **typed)
        assert answer.status_code == 303, answer.text
        return UUID(answer.headers["Location"].rsplit("/", 1)[-1])

    def state_of(self, purchase: UUID) -> PurchaseState:
        return read(self.shop, purchase_by_id, purchase_id=purchase)[0].state


@pytest.fixture(scope="module")
def room(open_desk: Callable[[str], Desk]) -> StockRoom:
    desk = open_desk("http://localhost")
    supplier = do(desk.shop, add_supplier, code="JDZ", name="Old Kiln", lead_days=9)
    people = (desk.as_role(role) for role in (Role.MANAGER, Role.CLERK, Role.FULFILMENT))
    return StockRoom(desk, *people, supplier)


def staff_id(room: StockRoom, role: Role) -> UUID:
    with room.shop.database.reading(Scope.park()) as connection:
        found = find_account(connection, email=f"{role}-here@porcelain.example")
    assert found is not None
    return found


def test_a_purchase_is_written_by_code_by_name_and_from_a_table(room: StockRoom) -> None:
    cup, bowl, plate = room.goods(), room.goods(), room.goods()
    page = room.fill(room.manager, "purchases/new", find=room.sku(cup), do="find")
    page = room.again(room.manager, page, "purchases/new", find=room.sku(cup), do="find")
    assert sent_by(page.text, room.url("purchases/new"))["units"] == ["2"], "each scan is one more"
    page = room.again(room.manager, page, "purchases/new", find="Cup", do="find")
    assert "Which one is “Cup”?" in page.text
    page = room.again(room.manager, page, "purchases/new", find="", pick=str(bowl))
    rows = f"SKU;Units;Cost\n{room.sku(plate)};12;8,50\nNOTHING;3\n{room.sku(bowl)};many"
    page = room.again(room.manager, page, "purchases/new", pasted=rows, do="paste")
    assert "Row 3: nothing has the code “NOTHING”." in page.text
    assert f"Row 4: “{room.sku(bowl)}” needs a whole number of units." in page.text
    page = room.again(room.manager, page, "purchases/new", drop=str(bowl))
    terms = {"supplier": str(room.supplier), "place": str(room.shop.warehouse), "pasted": ""}
    kept = room.again(room.manager, page, "purchases/new", **terms, do="save")
    assert kept.status_code == 303, kept.text
    row, lines = read(room.shop, purchase_by_id, purchase_id=UUID(kept.location.rsplit("/", 1)[-1]))
    assert {line.variant_id: line.ordered for line in lines} == {cup: 2, plate: 12}
    assert {line.unit_cost.amount_minor for line in lines} == {0, 850}
    assert row.state is PurchaseState.DRAFT


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "There is no line. Name at least one product."),
        ({"units": ["two"]}, "Give a whole number of units."),
        ({"units": ["1.5"]}, "Give a whole number of units."),
        ({"units": ["99999999999"]}, "The number of units must be between 1 and 10000000."),
        ({"units": ["3"], "cost": ["dear"]}, "Give an amount such as 128.00."),
        ({"units": ["3"], "supplier": ""}, "Choose a supplier."),
        ({"units": ["3"], "supplier": str(new_id())}, "Choose a supplier."),
        ({"units": ["3"], "expected": "1999-01-01"}, "a date lies between 2000 and 2199"),
    ],
)
def test_a_purchase_that_cannot_be_meant_is_told_why_and_keeps_what_was_typed(
    room: StockRoom, typed: Mapping[str, Any], told: str
) -> None:
    cup, before = room.goods(), len(read(room.shop, purchases))
    terms = {"supplier": str(room.supplier), "place": str(room.shop.warehouse), "note": "soft box"}
    line = {"variant": [str(cup)], "cost": ["1"]} if "units" in typed else {}
    answer = room.fill(room.manager, "purchases/new", **{**terms, **line, **typed}, do="save")
    assert answer.status_code == 422
    assert told in answer.text or "Not a valid choice" in answer.text
    assert "soft box" in answer.text
    assert len(read(room.shop, purchases)) == before


def test_nobody_writes_over_a_draft_that_another_has_changed_meanwhile(room: StockRoom) -> None:
    cup = room.goods()
    purchase = room.bought((cup, 5), ordered=False)
    edit = f"purchases/{purchase}/edit"
    mine = room.manager.get(room.url(edit))
    assert room.fill(room.manager, edit, units=["7"], do="save").status_code == 303
    late = room.again(room.manager, mine, edit, units=["9"], do="save")
    assert late.status_code == 422
    assert "Somebody else changed this draft" in late.text
    assert read(room.shop, purchase_by_id, purchase_id=purchase)[1][0].ordered == 7
    assert room.again(room.manager, late, edit, do="save").status_code == 303
    assert read(room.shop, purchase_by_id, purchase_id=purchase)[1][0].ordered == 9


def test_what_is_ordered_comes_in_parts_and_the_rest_is_closed(room: StockRoom) -> None:
    cup, bowl = room.goods(), room.goods()
    purchase = room.bought((cup, 10), (bowl, 4))
    assert "+10" in room.manager.get(room.url(f"{cup}/{room.shop.warehouse}")).text
    product = read(room.shop, variants_by_ids, variant_ids=[cup], locale="en")[cup].product_id
    assert "10 on the way" in room.manager.get(f"{room.desk.root}/products/{product}").text
    receive = f"purchases/{purchase}/receive"
    page = room.fill(room.clerk, receive, find=room.sku(cup), do="find")
    page = room.again(room.clerk, page, receive, find=room.sku(cup), do="find")
    drawn = sent_by(page.text, room.url(receive))
    units = dict(zip(drawn["variant"], drawn["units"], strict=True))
    assert units[str(cup)] == "2"
    sent = {**drawn, "find": "", "damaged": ["1", ""], "note": "one box wet", "do": "save"}
    if drawn["variant"][0] != str(cup):
        sent["damaged"] = ["", "1"]
    for _once_and_again in range(2):
        assert room.clerk.post(room.url(receive), data=sent).status_code == 303
    changed = room.clerk.post(room.url(receive), data={**sent, "note": "two boxes wet"})
    assert changed.status_code == 422
    assert "This key was used for another request." in changed.text
    assert stock_of(room.shop, cup) == {"warehouse": 1, "quarantine": 1}
    file = room.manager.get(room.url(f"purchases/{purchase}")).text
    assert "one box wet" in file
    assert "1 damaged, set aside" in file
    close = room.url(f"purchases/{purchase}/close")
    assert room.manager.post(close).status_code == 303
    assert room.state_of(purchase) is PurchaseState.RECEIVED
    refused = room.manager.post(close)
    assert refused.status_code == 409
    assert "Nothing is expected of this purchase" in refused.text
    assert "Nothing is expected of this purchase" in room.clerk.get(room.url(receive)).text


def test_more_than_was_ordered_is_kept_only_on_purpose(room: StockRoom) -> None:
    cup = room.goods()
    receive = f"purchases/{room.bought((cup, 3))}/receive"
    page = room.fill(room.clerk, receive, do="all")
    assert sent_by(page.text, room.url(receive))["units"] == ["3"]
    refused = room.again(room.clerk, page, receive, units=["5"], do="save")
    assert "Only 3 more units are expected" in refused.text
    stranger = room.again(room.clerk, page, receive, find=room.sku(room.goods()), do="find")
    assert "is not on this paper" in stranger.text
    nothing = room.again(room.clerk, page, receive, units=[""], do="save")
    assert "Nothing was entered" in nothing.text
    alone = room.again(room.clerk, page, receive, units=[""], damaged=["1"], do="save")
    assert "Give how many came in all" in alone.text
    broken = room.again(room.clerk, page, receive, units=["3"], damaged=["4"], do="save")
    assert "No more units can be damaged than came." in broken.text
    assert stock_of(room.shop, cup) == {}
    kept = room.again(room.clerk, refused, receive, units=["5"], more="on", do="save")
    assert kept.status_code == 303
    assert stock_of(room.shop, cup) == {"warehouse": 5}


def test_goods_kept_by_lot_come_in_with_lot_and_last_day(room: StockRoom) -> None:
    tea = room.goods(in_store=2)
    assert room.manager.post(room.url(f"lots/{tea}/keep"), data={"do": "keep"}).status_code == 303
    receive = f"purchases/{room.bought((tea, 6))}/receive"
    page = room.fill(room.clerk, receive, units=["4"], do="save")
    assert "Say which lot came" in page.text
    page = room.again(room.clerk, page, receive, lot_of=str(tea))
    lots = {"units": ["4", "2"], "damaged": ["", ""], "lot": ["A1", "A2"]}
    days = {"expires": [TOMORROW.isoformat(), "soon"]}
    wrong = room.again(room.clerk, page, receive, **lots, **days, do="save")
    assert "Choose a day." in wrong.text
    days = {"expires": [TOMORROW.isoformat(), ""]}
    assert room.again(room.clerk, page, receive, **lots, **days, do="save").status_code == 303
    assert lots_in(room.shop, tea) == {
        ("store", ""): 2,
        ("warehouse", "A1"): 4,
        ("warehouse", "A2"): 2,
    }
    shown = room.clerk.get(room.url("lots")).text
    assert "A1" in shown
    assert "A2" not in shown, "it never expires"
    (lot,) = [e for e in read(room.shop, lots_of, variant_ids=[tea]) if not e.code]
    told = {"lot": str(lot.lot_id), "place": str(room.shop.store), "code": "A1", "units": "9"}
    address = f"lots/{tea}/relabel"
    day = TOMORROW.isoformat()
    short = room.fill(room.manager, f"lots?goods={tea}", address, **told, expires=day)
    assert "Only 2 units of this lot are here." in short.text
    told["units"] = "2"
    wrong = room.fill(room.manager, f"lots?goods={tea}", address, **told, expires="2031-01-01")
    assert "on the books with another expiry date" in wrong.text
    done = room.fill(room.manager, f"lots?goods={tea}", address, **told, expires=day)
    assert done.status_code == 303
    assert lots_in(room.shop, tea)["store", "A1"] == 2


def test_costs_are_for_those_who_may_see_them_and_ordering_is_for_managers(
    room: StockRoom,
) -> None:
    cup = room.goods()
    purchase = room.bought((cup, 3))
    assert "12.50" in room.manager.get(room.url(f"purchases/{purchase}")).text
    assert "37.50" in room.manager.get(room.url(f"purchases/{purchase}/paper")).text
    for who in (room.clerk, room.dispatcher):
        page = room.url(f"purchases/{purchase}")
        assert "12.50" not in who.get(page).text
        for path in ("paper", "order", "close", "expect", "edit"):
            answer = who.open(f"{page}/{path}", method="GET" if path == "paper" else "POST")
            assert answer.status_code == 403, path
        for path in ("suppliers/new", "purchases/new", "reorder/rule"):
            assert who.get(room.url(path)).status_code == 403
        sheet = room.sheet(f"P-{new_code(4)}", room.goods(in_store=1))
        assert who.post(room.url(f"counts/{sheet}/approve")).status_code == 403
        assert room.manager.post(room.url(f"counts/{sheet}/drop")).status_code == 303


def test_a_supplier_is_added_and_changed(room: StockRoom) -> None:
    facts = {"code": "WYS", "name": "Tea Growers", "lead_days": "8"}
    taken = room.fill(room.manager, "suppliers/new", **{**facts, "code": "JDZ"})
    assert "Another supplier has the code JDZ" in taken.text
    nameless = room.fill(room.manager, "suppliers/new", **{**facts, "name": ""})
    assert nameless.status_code == 422
    added = room.fill(room.manager, "suppliers/new", **facts)
    assert "/purchases/new?supplier=" in added.location
    found = next(each for each in read(room.shop, suppliers) if each.code == "WYS")
    path = f"suppliers/{found.id}"
    before = sent_by(room.manager.get(room.url(path)).text, room.url(path))
    assert room.fill(room.manager, path, name="Wuyi Growers", active="y").status_code == 303
    stale = room.manager.post(room.url(path), data={**before, "name": "Growers"})
    assert stale.status_code == 409
    assert "Wuyi Growers" in stale.text
    assert room.fill(room.manager, path, lead_days="9999").status_code == 422
    assert room.manager.get(room.url(f"suppliers/{new_id()}")).status_code == 404


def test_a_transfer_is_packed_sent_and_taken_in_with_its_differences_settled(
    room: StockRoom,
) -> None:
    cup, other = room.goods(in_warehouse=8), room.goods(in_warehouse=1)
    transfer = room.moving(cup, 6)
    paper = room.clerk.get(room.url(f"transfers/{transfer}/paper")).text
    assert room.sku(cup) in paper
    assert "6 on the way" in room.clerk.get(room.url(f"?q={room.sku(cup)}")).text
    receive = f"transfers/{transfer}/receive"
    page = room.fill(room.clerk, receive, units=["4"], find=room.sku(other), do="find")
    assert "not on the paper" in page.text
    unsaid = room.again(room.clerk, page, receive, find="", do="save")
    assert "Only 0 more units are expected" in unsaid.text
    why = room.again(room.clerk, page, receive, find="", more="on", do="save")
    assert "Say why in 1 to 200 characters" in why.text
    there = room.again(room.clerk, why, receive, more="on", reason="wrong box", do="save")
    assert there.status_code == 303, there.text
    assert stock_of(room.shop, cup) == {"warehouse": 2, "store": 4, "transit": 2}
    settle = room.url(f"transfers/{transfer}/settle")
    assert room.clerk.post(settle, data={"reason": "x"}).status_code == 403
    refused = room.dispatcher.post(settle, data={"do": "lost", "reason": " "})
    assert refused.status_code == 409
    lost = {"do": "lost", "reason": "fell off the truck"}
    assert room.dispatcher.post(settle, data=lost).status_code == 303
    assert stock_of(room.shop, cup) == {"warehouse": 2, "store": 4}
    told = room.manager.get(room.url("discrepancies")).text
    assert "fell off the truck" in told
    assert "wrong box" in told
    assert room.dispatcher.post(settle, data=lost).status_code == 409


def test_a_transfer_comes_back_is_called_off_or_comes_another_day(room: StockRoom) -> None:
    cup = room.goods(in_warehouse=5)
    transfer = room.moving(cup, 2)
    day = room.url(f"transfers/{transfer}/expect")
    assert room.clerk.post(day, data={"expected": "some day"}).status_code == 409
    assert room.clerk.post(day, data={"expected": TOMORROW.isoformat()}).status_code == 303
    back = {"do": "back", "reason": "store closed"}
    settle = room.url(f"transfers/{transfer}/settle")
    assert room.dispatcher.post(settle, data=back).status_code == 303
    assert stock_of(room.shop, cup) == {"warehouse": 5}
    draft = room.moving(cup, 5, sent=False)
    assert level_at(room.shop, cup, room.shop.warehouse).held == 5
    more = {"units": ["6"], "do": "save"}
    short = room.fill(room.manager, f"transfers/{draft}/edit", **more)
    assert "Only 5 left; you asked for 6." in short.text
    cancel = room.url(f"transfers/{draft}/cancel")
    assert room.clerk.post(cancel).status_code == 303
    assert room.clerk.post(cancel).status_code == 409
    assert level_at(room.shop, cup, room.shop.warehouse).held == 0
    assert "has left already" in room.clerk.get(room.url(f"transfers/{draft}/send")).text
    assert read(room.shop, transfer_by_id, transfer_id=draft)[0].state is TransferState.CANCELLED


def test_a_transfer_needs_two_places_and_no_more_than_was_asked_for_leaves(
    room: StockRoom,
) -> None:
    cup = room.goods(in_warehouse=4)
    line = {"variant": [str(cup)], "units": ["1"], "do": "save"}
    same = {"origin": str(room.shop.store), "destination": str(room.shop.store)}
    refused = room.fill(room.manager, "transfers/new", **line, **same)
    assert "a transfer needs two different ones" in refused.text
    unsaid = room.fill(room.manager, "transfers/new", **line)
    assert unsaid.status_code == 422
    draft = room.moving(cup, 3, sent=False)
    send = f"transfers/{draft}/send"
    beyond = room.fill(room.dispatcher, send, units=["4"], do="save")
    assert "At most 3 units were asked for." in beyond.text
    nothing = room.fill(room.dispatcher, send, units=[""], do="save")
    assert "Nothing is packed yet" in nothing.text
    part = room.fill(room.dispatcher, send, units=["2"], expected="never", do="save")
    assert "Choose a day." in part.text
    page = room.fill(room.dispatcher, send, find=room.sku(cup), do="find")
    assert room.again(room.dispatcher, page, send, find="", do="save").status_code == 303
    assert stock_of(room.shop, cup) == {"warehouse": 3, "transit": 1}
    assert level_at(room.shop, cup, room.shop.warehouse).held == 0


def test_whoever_counts_is_told_nothing_of_the_books_and_counts_again_what_differs(
    room: StockRoom,
) -> None:
    cup, bowl, zone = room.goods(in_store=37), room.goods(in_store=5), f"C-{new_code(4)}"
    sheet = room.sheet(zone, cup, bowl, tolerance=1)
    path = f"counts/{sheet}"
    scanned = room.fill(room.clerk, path, find=room.sku(cup), scanned="1")
    page = room.clerk.get(scanned.location)
    assert sent_by(page.text, room.url(path))["units"] == ["1"], "a scan is one piece"
    words = re.sub(r"<[^>]*>", " ", page.text.split("<main")[1]).replace(room.sku(cup), "")
    assert "37" not in re.findall(r"\b[0-9]+\b", words), "what the books say"
    onward = room.clerk.post(
        room.url(path), data={"variant": str(cup), "units": "30", "find": room.sku(bowl)}
    )
    assert f"goods={bowl}" in onward.location
    assert "Please count once more" in room.clerk.get(room.url(f"{path}?goods={cup}")).text
    unfinished = room.manager.post(room.url(f"{path}/approve"))
    assert unfinished.status_code == 409
    assert "Count them once more." in unfinished.text
    assert "These goods have not been counted." in unfinished.text
    again = {"variant": str(cup), "units": "36"}
    assert room.clerk.post(room.url(path), data=again).status_code == 303
    five = {"variant": str(bowl), "units": "5"}
    assert room.clerk.post(room.url(path), data=five).status_code == 303
    assert "look through what differs" in room.manager.get(f"{room.desk.root}/").text
    review = room.manager.get(room.url(f"{path}/review")).text
    assert "688.00" in review
    assert room.manager.post(room.url(f"{path}/approve")).status_code == 303
    assert stock_of(room.shop, cup) == {"store": 36}
    assert room.clerk.post(room.url(path), data=five).status_code == 422
    assert room.manager.post(room.url(f"{path}/approve")).status_code == 409


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Scan or type a code."),
        ({"variant": "it"}, "Say how many units you counted."),
        ({"variant": "it", "units": "a few"}, "Give a whole number of units."),
        ({"variant": "it", "units": "10000001"}, "must be between 0 and 10000000"),
        ({"find": "nothing like it"}, "Nothing has the code"),
    ],
)
def test_a_figure_that_cannot_be_meant_is_not_written_down(
    room: StockRoom, typed: dict[str, str], told: str
) -> None:
    cup = room.goods(in_store=2)
    path = room.url(f"counts/{room.sheet(f'F-{new_code(4)}', cup)}")
    sent = {name: str(cup) if value == "it" else value for name, value in typed.items()}
    answer = room.clerk.post(path, data=sent)
    assert answer.status_code == 422
    assert told in answer.text


def test_goods_that_nobody_finds_are_struck_and_a_sheet_is_dropped(room: StockRoom) -> None:
    cup, bowl, zone = room.goods(in_store=2), room.goods(in_store=3), f"D-{new_code(4)}"
    sheet = room.sheet(zone, cup, bowl)
    overlap = room.fill(room.clerk, "counts/", place=str(room.shop.store), zone=zone)
    assert "are being counted on another sheet" in overlap.text
    path = room.url(f"counts/{sheet}")
    assert room.manager.post(f"{path}/strike", data={"variant": str(new_id())}).status_code == 409
    one = {"variant": str(cup)}
    assert room.manager.post(f"{path}/strike", data=one).status_code == 303
    struck = room.clerk.post(path, data={**one, "units": "2"})
    assert "These goods were struck from this sheet." in struck.text
    assert room.manager.post(f"{path}/strike").status_code == 303
    assert room.manager.post(f"{path}/drop").status_code == 303
    states = {each.id: each.state for each in read(room.shop, count_sheets)}
    assert states[sheet] == "cancelled"
    assert stock_of(room.shop, bowl) == {"store": 3}


def test_damaged_goods_are_set_aside_put_back_or_written_off_with_a_reason(
    room: StockRoom,
) -> None:
    cup = room.goods(in_store=6)
    page = f"aside?goods={cup}"
    typed = {"place": str(room.shop.store), "units": "3", "reason": "chipped"}
    for wrong, told in (
        ({"reason": ""}, "Say why in 1 to 200 characters"),
        ({"units": "9"}, "Only 6 of them are free; 9 are to leave."),
        ({"units": "some"}, "Give a whole number of units."),
        ({"place": ""}, "Choose the goods and the place first."),
    ):
        refused = room.fill(room.clerk, page, "aside", **{**typed, **wrong})
        assert refused.status_code == 422
        assert told in refused.text
    assert room.fill(room.clerk, page, "aside", **typed).status_code == 303
    assert stock_of(room.shop, cup) == {"store": 3, "quarantine": 3}
    (aside,) = [e for e in _levels(room, cup) if e[0] != room.shop.store]
    row = {"variant": str(cup), "place": str(aside[0]), "reason": "looked at", "lot": ""}
    decide = room.url("aside/decide")
    assert room.clerk.post(decide, data=row).status_code == 403
    back = {**row, "units": "1", "do": "back", "wish": str(new_id())}
    for _once_and_again in range(2):
        assert room.dispatcher.post(decide, data=back).status_code == 303
    off = {**row, "units": "2", "do": "off", "wish": str(new_id())}
    assert room.dispatcher.post(decide, data=off).status_code == 303
    assert stock_of(room.shop, cup) == {"store": 4}


def test_what_lies_in_transit_without_a_transfer_is_brought_in(room: StockRoom) -> None:
    cup = room.goods(in_warehouse=5)
    order = room.desk.paid_order((cup, 1))
    terms = {"order_id": order.id, "location_id": room.shop.warehouse, "actor_id": new_id()}
    do(room.shop, ship_order, durable=room.desk.durable, **terms)
    room.moving(cup, 2)
    with room.shop.database.transaction(room.shop.scope) as session:
        transit = session.scalars(text("SELECT id FROM location WHERE kind = 'transit'")).one()
        session.execute(
            text(
                "UPDATE level SET on_hand = on_hand + 3 WHERE location_id = :at AND variant_id = :v"
            ),
            {"at": transit, "v": cup},
        )
        lines = [Units(cup, transit, 3)]
        merchant_id, kind = room.shop.merchant.id, MovementKind.RETURNED
        book(session, merchant_id=merchant_id, kind=kind, lines=lines, sign=1)
    for page in (f"orders/{order.id}", "products/import/"):
        drawn = room.manager.get(f"{room.desk.root}/{page}").text
        assert f'value="{transit}"' not in drawn, "nobody can choose it"
    place = f"{room.desk.root}/stores/{transit}"
    named = {**sent_by(room.manager.get(place).text, place), "name": "On the road"}
    assert room.manager.post(place, data=named).status_code == 303
    assert "On the road" in room.manager.get(place).text
    assert "In transit without a transfer" in room.manager.get(room.url("aside")).text
    row = {"variant": str(cup), "place": str(room.shop.store), "wish": str(new_id())}
    mute = room.manager.post(room.url("aside/bring-in"), data=row)
    assert "Say why in 1 to 200 characters" in mute.text
    for _once_and_again in range(2):
        told = {**row, "reason": "booked there by mistake"}
        assert room.manager.post(room.url("aside/bring-in"), data=told).status_code == 303
    assert stock_of(room.shop, cup) == {"warehouse": 2, "transit": 2, "store": 3}
    assert "without a transfer" not in room.manager.get(room.url("aside")).text
    assert_the_doctor_is_silent(room.shop.database)


def test_goods_are_put_on_shelves_by_scanning(room: StockRoom) -> None:
    cup = room.goods(in_store=2)
    put = {"place": str(room.shop.store), "zone": "b-07", "find": room.sku(cup)}
    answer = room.clerk.post(room.url("shelves"), data=put, follow_redirects=True)
    assert "lies on shelf B-07 now" in answer.text
    assert level_at(room.shop, cup, room.shop.store).zone == "B-07"
    for wrong, told in (
        ({"find": "nothing like it"}, "Nothing has the code"),
        ({"find": ""}, "Scan or type a code."),
        ({"place": ""}, "Choose a place."),
        ({"zone": "x" * 41}, "Zones have at most 40 characters."),
    ):
        refused = room.clerk.post(room.url("shelves"), data={**put, **wrong})
        assert refused.status_code == 422
        assert told in refused.text


def test_a_rule_proposes_and_a_button_drafts_what_somebody_agrees_to(room: StockRoom) -> None:
    cup, bowl = room.goods(in_store=2, in_warehouse=30), room.goods(in_warehouse=1)
    rule = f"reorder/rule?goods={cup}&place={room.shop.store}"
    from_depot = {
        "point": "4",
        "up_to": "10",
        "pack": "6",
        "source": f"place:{room.shop.warehouse}",
    }
    for wrong in ({"up_to": "4"}, {"source": f"place:{room.shop.store}"}, {"source": ""}):
        refused = room.fill(room.manager, rule, "reorder/rule", **{**from_depot, **wrong})
        assert refused.status_code == 422
    done = room.fill(room.manager, rule, "reorder/rule", **from_depot)
    assert done.status_code == 303, done.text
    bought = {"point": "2", "up_to": "12", "source": f"supplier:{room.supplier}", "cost": "9.90"}
    rule = f"reorder/rule?goods={bowl}&place={room.shop.warehouse}"
    assert room.fill(room.manager, rule, "reorder/rule", **bought).status_code == 303
    page = room.manager.get(room.url("reorder")).text
    keys = [f"{cup}:{room.shop.store}", f"{bowl}:{room.shop.warehouse}"]
    drawn = sent_by(page, room.url("reorder"))
    assert drawn[f"units:{keys[0]}"] == ["12"], "whole packs"
    wrong = room.manager.post(room.url("reorder"), data={**drawn, f"units:{keys[0]}": "x"})
    assert "Give a whole number of units." in wrong.text
    nothing = room.manager.post(room.url("reorder"), data={"wish": str(new_id())})
    assert "Tick what is to be drafted." in nothing.text
    few = {"accept": keys[:1], f"units:{keys[0]}": "500", "wish": str(new_id())}
    assert "Only 30 left" in room.manager.post(room.url("reorder"), data=few).text
    agreed = {**drawn, "accept": keys}
    for _once_and_again in range(2):
        assert room.manager.post(room.url("reorder"), data=agreed).status_code == 303
    assert [each.asked for each in read(room.shop, transfers) if _asks(room, each.id, cup)] == [12]
    assert keys[0] not in room.manager.get(room.url("reorder")).text
    drop = room.url(f"reorder/{cup}/{room.shop.store}/drop")
    assert room.manager.post(drop).status_code == 303
    assert room.manager.post(drop).status_code == 404
    assert {each.variant_id for each in read(room.shop, reorder_rules)} == {bowl}


def test_a_clerk_works_with_the_stock_of_the_own_store_alone(room: StockRoom) -> None:
    cup = room.goods(in_warehouse=6, in_store=2)
    clerk = staff_id(room, Role.CLERK)
    owner = room.desk.as_role(Role.OWNER)
    posts = f"{room.desk.root}/staff/{clerk}/posts"
    assert room.manager.post(posts, data={"post": str(room.shop.store)}).status_code == 403
    assert owner.post(posts, data={"post": str(room.shop.store)}).status_code == 303
    transfer, sent = room.moving(cup, 2, sent=False), room.moving(cup, 1)
    purchase = room.bought((cup, 3))
    for path in (f"transfers/{transfer}/send", f"purchases/{purchase}/receive"):
        for method in ("GET", "POST"):
            assert room.clerk.open(room.url(path), method=method).status_code == 403, path
    opened = room.fill(room.clerk, "counts/", place=str(room.shop.warehouse))
    assert opened.status_code == 422
    aside = {"place": str(room.shop.warehouse), "units": "1", "reason": "x", "variant": str(cup)}
    assert room.fill(room.clerk, f"aside?goods={cup}", "aside", **aside).status_code == 422
    shelf = {"place": str(room.shop.warehouse), "zone": "A", "find": room.sku(cup)}
    refused = room.clerk.post(room.url("shelves"), data=shelf)
    assert "You work with the stock of other places." in refused.text
    assert room.clerk.get(room.url(f"transfers/{sent}/receive")).status_code == 200
    hub = room.clerk.get(room.url("work")).text
    assert f"transfers/{sent}/receive" in hub
    assert f"transfers/{transfer}/send" not in hub
    do(room.shop, post_keeper, staff_id=clerk, location_ids=[])
    assert room.clerk.get(room.url(f"transfers/{transfer}/send")).status_code == 200


def test_today_tells_what_arrives_and_what_is_overdue(room: StockRoom) -> None:
    cup = room.goods(in_warehouse=3)
    late, due = room.bought((cup, 1)), room.moving(cup, 1)
    day = {"expected": (utc_now() - timedelta(days=3)).date().isoformat()}
    assert room.manager.post(room.url(f"purchases/{late}/expect"), data=day).status_code == 303
    far = room.url(f"purchases/{late}/expect")
    assert room.manager.post(far, data={"expected": "2300-01-01"}).status_code == 409
    told = room.clerk.get(f"{room.desk.root}/").text
    assert "overdue:" in told
    hub = room.clerk.get(room.url("work"))
    assert f"purchases/{late}/receive" in hub.text
    assert f"transfers/{due}/receive" in hub.text
    assert hub.headers["Permissions-Policy"].startswith("camera=(self)")
    assert "camera=()" in room.clerk.get(room.url("")).headers["Permissions-Policy"]


def _levels(room: StockRoom, variant: UUID) -> list[tuple[UUID, int]]:
    rows = read(room.shop, levels_of, variant_ids=[variant])
    return [(each.location_id, each.on_hand) for each in rows if each.on_hand]


def _asks(room: StockRoom, transfer: UUID, variant: UUID) -> bool:
    _row, lines = read(room.shop, transfer_by_id, transfer_id=transfer)
    return any(line.variant_id == variant for line in lines)

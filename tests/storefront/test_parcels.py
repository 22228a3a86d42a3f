"""A parcel from the packing room to the door: label, papers, messages of its carrier, the shopper's page."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.fulfilment.labels.accounts import set_up_carrier
from commerce.fulfilment.labels.process import settle_label
from commerce.fulfilment.labels.queries import labels_of_part, scans_of
from commerce.fulfilment.labels.rows import LabelRow, LabelState
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.rows import FulfilmentRow, FulfilmentState
from commerce.fulfilment.service import begin_picking, pack, pick
from commerce.kernel.bearer import Opens, token_of
from commerce.kernel.durable import Work
from commerce.kernel.ids import new_id
from commerce.orders.queries import timeline_of
from commerce.orders.rows import Actor, EventKind, EventRow, OrderRow
from commerce.park.permissions import Role
from commerce.web.mails import OrderLetters
from integrations.sandbox.carrier.depot import public_scans
from storefront import shop as shop_pages
from storefront.shop.order_journey import sent_in_time
from tests.integrations.conformance.carrier_bench import CarrierBench, sandbox_carrier
from tests.storefront.desk import Desk, seat_in
from tests.support.forms import sent_by
from tests.support.postgres import TestServer
from tests.support.shop import own_shop, stock_product
from tests.support.stockroom import do, read

PLUGIN = "sandbox-carrier"


@dataclass
class Yard:
    """A desk with the carrier simulator behind it, and the shop's pages."""

    desk: Desk
    bench: CarrierBench
    clerk: FlaskClient

    def packed(self) -> tuple[OrderRow, str]:
        """Let somebody order two teapots and pack them; return the part's address at the desk."""
        pot = stock_product(self.desk.shop, in_warehouse=5)
        order = self.desk.paid_order((pot, 2))
        part, clerk = self.part(order), new_id()
        do(self.desk.shop, begin_picking, fulfilment_id=part.id, clerk_id=clerk)
        do(self.desk.shop, pick, fulfilment_id=part.id, variant_id=pot, units=2)
        do(self.desk.shop, pack, fulfilment_id=part.id, clerk_id=clerk)
        return order, f"{self.desk.root}/packing/{part.id}"

    def part(self, order: OrderRow) -> FulfilmentRow:
        (part,) = read(self.desk.shop, fulfilments_of, order_id=order.id)
        found: FulfilmentRow = part
        return found

    def labels(self, order: OrderRow) -> tuple[LabelRow, ...]:
        found: tuple[LabelRow, ...] = read(
            self.desk.shop, labels_of_part, fulfilment_id=self.part(order).id
        )
        return found

    def work(self) -> None:
        """Let the worker ask the carrier of everything that is not settled."""
        services = self.desk.app.extensions["quayside"]
        work = Work(self.desk.shop.database, services.settings, services.parts)
        with self.desk.shop.database.reading(self.desk.shop.scope) as connection:
            open_still = connection.execute(
                text("SELECT id FROM parcel_label WHERE state IN ('asked', 'cancelling')")
            ).scalars()
            waiting = list(open_still)
        for label in waiting:
            settle_label(work, self.desk.shop.merchant.id, label)

    def booked(self) -> tuple[OrderRow, str, LabelRow]:
        order, root = self.packed()
        answer = self.clerk.post(
            f"{root}/label",
            data={"wish": new_id(), "weight": 2100, "offer": f"{PLUGIN}/express"},
        )
        assert answer.status_code == 303, answer.text
        self.work()
        (label,) = self.labels(order)
        return order, root, label

    def sent(self) -> tuple[OrderRow, LabelRow]:
        order, root, label = self.booked()
        assert self.clerk.post(f"{root}/leave", data={"wish": new_id()}).status_code == 303
        return order, label

    def news(self, label: LabelRow, *, scans: int, name: str = "") -> bytes:
        """Return the message about a parcel's latest scan, after it met so many."""
        known = next(each for each in self.bench.labels() if each.id == label.handle)
        while len(known.scans) < scans:
            self.bench.move(known.id)
            known = next(each for each in self.bench.labels() if each.id == label.handle)
        message = {
            "id": name or f"evt_{label.id}_{scans}",
            "type": "parcel.scanned",
            "created": time.time(),
            "label": known.public(self.bench.address),
            "scans": public_scans(known)[scans - 1 : scans],
        }
        return json.dumps(message).encode()

    def tell(self, body: bytes, *, slug: str = "", **how: Any) -> TestResponse:
        """Send a message as the carrier does: no cookie, no browser."""
        how.setdefault("moment", int(time.time()))
        return self.desk.app.test_client().post(
            f"/webhooks/{slug or self.desk.shop.merchant.slug}/{PLUGIN}",
            data=body,
            headers=self.bench.sign(body, **how),
        )

    def tracked(self, order: OrderRow) -> list[str]:
        events = read(self.desk.shop, timeline_of, order_id=order.id, everything=True)
        return [each.facts["stage"] for each in events if each.kind is EventKind.TRACKED]

    def shopper(self, order: OrderRow, language: str = "en") -> str:
        token = token_of(self.desk.vault, Opens.ORDER, order.id)
        page = self.desk.app.test_client().get(
            f"/{language}/{self.desk.shop.merchant.slug}/order/{token}"
        )
        assert page.status_code == 200
        return page.text


@pytest.fixture(scope="module")
def yard(postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with own_shop(postgres_server) as shop, sandbox_carrier() as bench:
        desk = seat_in(
            shop,
            tmp_path_factory.mktemp("var"),
            environment={"QUAYSIDE_SIMULATOR_CARRIER": bench.address},
        )
        shop_pages.register(desk.app)
        do(
            shop,
            set_up_carrier,
            vault=desk.vault,
            plugin=PLUGIN,
            enabled=True,
            settings={},
            secrets={"api_key": bench.settings.api_key.get_secret_value()},
        )
        yield Yard(desk, bench, desk.as_role(Role.FULFILMENT))
        desk.durable.close()


def test_a_clerk_books_a_label_by_an_offer_and_prints_it(yard: Yard) -> None:
    order, root = yard.packed()
    assert "Book a label" in yard.clerk.get(root).text

    page = yard.clerk.get(f"{root}/label").text
    assert "Harbour Standard" in page
    weight = sent_by(page, f"{root}/label")["weight"][0]
    assert int(weight) > 0, "the goods' own weight is the first guess"
    heavy = yard.clerk.get(f"{root}/label?weight=25000").text
    assert page.count("¥") == heavy.count("¥") + 1, "the lightest service does not take it"

    form = sent_by(page, f"{root}/label")
    wish = {"wish": form["wish"][0], "weight": 2100, "offer": f"{PLUGIN}/express"}
    for _ in range(2):  # the same form, sent twice, books once
        assert yard.clerk.post(f"{root}/label", data=wish).status_code == 303
    waiting = yard.clerk.get(root).text
    assert "The carrier is being asked" in waiting
    assert "Book a label" not in waiting
    yard.work()

    (label,) = yard.labels(order)
    page = yard.clerk.get(root).text
    assert label.tracking_number in page
    pdf = yard.clerk.get(f"{root}/label/{label.id}.pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert pdf.data.startswith(b"%PDF")
    zpl = yard.clerk.get(f"{root}/label/{label.id}.zpl")
    assert "attachment" in zpl.headers["Content-Disposition"]
    assert label.tracking_number in zpl.text
    assert "no-store" in pdf.headers["Cache-Control"]
    assert yard.clerk.get(f"{root}/label/{label.id}.exe").status_code == 404
    _, other, _ = yard.booked()
    assert yard.clerk.get(f"{other}/label/{label.id}.pdf").status_code == 404


def test_a_label_is_cancelled_and_another_one_booked(yard: Yard) -> None:
    order, root, label = yard.booked()
    _, elsewhere = yard.packed()
    assert yard.clerk.post(f"{elsewhere}/label/{label.id}/cancel").status_code == 404
    page = yard.clerk.post(f"{root}/label/{label.id}/cancel", follow_redirects=True).text
    assert "being given back" in page
    yard.work()
    assert [each.state for each in yard.labels(order)] == [LabelState.CANCELLED]
    assert "Book a label" in yard.clerk.get(root).text
    assert yard.clerk.get(f"{root}/label/{label.id}.pdf").status_code == 303

    yard.clerk.post(f"{root}/label", data={"wish": new_id(), "offer": f"{PLUGIN}/standard"})
    yard.work()
    assert [each.state for each in yard.labels(order)] == [
        LabelState.BOOKED,
        LabelState.CANCELLED,
    ]


def test_odd_parcels_and_offers_end_in_a_clear_word(yard: Yard) -> None:
    order, root = yard.packed()
    for typed in (
        {"weight": "0"},
        {"weight": "9" * 40},
        {"weight": "heavy"},
        {"length": "-3"},
        {"weight": "5", "offer": ""},
        {"length": "100"},
    ):
        answer = yard.clerk.post(
            f"{root}/label", data={"wish": new_id(), "offer": f"{PLUGIN}/standard", **typed}
        )
        assert answer.status_code == 422, typed
    for offer in (f"{PLUGIN}/balloon", "nobody/standard", "stripe/standard"):
        answer = yard.clerk.post(
            f"{root}/label", data={"wish": new_id(), "offer": offer}, follow_redirects=True
        )
        assert answer.status_code == 200
    answer = yard.clerk.get(f"{root}/label?weight=heavy").text
    assert "Give a number from" not in answer, "one refusal is enough for a field"
    dear = {"wish": new_id(), "weight": 5000, "offer": f"{PLUGIN}/standard:1"}
    answer = yard.clerk.post(f"{root}/label", data=dear, follow_redirects=True).text
    assert "This parcel costs something else" in answer
    assert 'value="5000"' in answer, "what was typed stays"
    assert not yard.labels(order)
    assert yard.clerk.get(f"{yard.desk.root}/packing/{new_id()}/label").status_code == 404


def test_the_parcel_leaves_with_its_label_and_its_shopper_follows_it(yard: Yard) -> None:
    order, label = yard.sent()
    assert yard.tell(yard.news(label, scans=2)).status_code == 204
    assert yard.tell(yard.news(label, scans=3)).status_code == 204

    page = yard.shopper(order)
    assert page.index("Sent") < page.index("On its way")
    assert "Harbour Hub, Shanghai" in page
    assert f"/track/{label.tracking_number}" in page
    chinese = yard.shopper(order, "zh")
    assert "快递已揽收" in chinese
    assert "海港快递" in chinese
    assert "On its way" in yard.clerk.get(f"{yard.desk.root}/packing/{yard.part(order).id}").text

    assert yard.tell(yard.news(label, scans=5)).status_code == 204
    assert yard.part(order).state is FulfilmentState.DELIVERED
    assert "Delivered" in yard.shopper(order)


def test_the_departure_letter_tells_the_steps_so_far_in_both_languages(yard: Yard) -> None:
    order, label = yard.sent()
    yard.tell(yard.news(label, scans=2))
    shop = yard.desk.shop
    (event,) = (
        each
        for each in read(shop, timeline_of, order_id=order.id, everything=True)
        if each.kind is EventKind.SHIPPED
    )
    letters = OrderLetters(shop.database, yard.desk.durable, "https://s.example", yard.desk.vault)
    told = {"merchant_id": shop.merchant.id, "order_id": order.id, "event_id": event.id}
    mail = letters.tell_departure(**told)
    with shop.database.reading(shop.scope) as connection:
        row = connection.execute(
            text("SELECT * FROM outgoing_mail WHERE id = :id"), {"id": UUID(str(mail))}
        ).one()
    body = json.dumps(dict(row._mapping), default=str)
    assert label.tracking_number in body
    assert "Seen so far:" in body
    assert "With the carrier" in body


def test_forged_stale_and_foreign_news_change_nothing(yard: Yard) -> None:
    order, label = yard.sent()
    body = yard.news(label, scans=2)
    now = int(time.time())
    for how in (
        {"secret": "whsec_other"},
        {"moment": now - 301},
        {"moment": now + 301},
    ):
        refused = yard.tell(body, **how)
        assert refused.status_code == 400, how
        assert "forged-news" in refused.text
    changed = body.replace(b"accepted", b"delivered")
    unsigned = yard.desk.app.test_client().post(
        f"/webhooks/{yard.desk.shop.merchant.slug}/{PLUGIN}",
        data=changed,
        headers=yard.bench.sign(body, moment=now),
    )
    assert unsigned.status_code == 400
    assert yard.tell(b"{}").status_code == 400
    assert yard.tell(b"x" * 300_000).status_code == 413
    assert yard.tell(body, slug="nobody-here").status_code == 404
    assert not yard.tracked(order)
    assert not read(yard.desk.shop, scans_of, label_ids=[label.id])


def test_doubled_and_reordered_news_are_told_once_and_end_the_same(yard: Yard) -> None:
    order, label = yard.sent()
    way = [yard.news(label, scans=count) for count in (2, 3, 4, 5)]
    for body in (way[3], way[1], way[1], way[0], way[2], way[0], way[3]):
        assert yard.tell(body).status_code == 204

    assert sorted(yard.tracked(order)) == [
        "accepted",
        "delivered",
        "in_transit",
        "out_for_delivery",
    ]
    assert yard.part(order).state is FulfilmentState.DELIVERED
    with yard.desk.shop.database.reading(yard.desk.shop.scope) as connection:
        kept = connection.execute(
            text("SELECT count(*) FROM webhook_event WHERE handle = :handle"),
            {"handle": label.handle},
        ).scalar_one()
    assert kept == 4
    page = yard.shopper(order)
    assert page.index("With the carrier") < page.index("Out for delivery")


def test_news_of_a_label_nobody_wrote_down_is_asked_for_again(yard: Yard) -> None:
    _, _, label = yard.booked()
    message = json.loads(yard.news(label, scans=2))
    message["label"] |= {"id": "lab_unknown", "reference": str(new_id())}
    assert yard.tell(json.dumps(message).encode()).status_code == 503
    message["label"]["id"] = "lab_\u0000"
    assert yard.tell(json.dumps(message).encode()).status_code == 400
    message["label"] |= {"id": label.handle, "reference": "no id at all"}
    assert yard.tell(json.dumps(message).encode()).status_code == 400


def test_without_a_carrier_the_number_is_written_by_hand_as_ever(yard: Yard) -> None:
    order, root = yard.packed()
    with yard.desk.shop.database.transaction(yard.desk.shop.scope) as session:
        session.execute(text("UPDATE carrier_account SET enabled = false"))
    try:
        page = yard.clerk.get(root).text
        assert "Book a label" not in page
        assert "Tracking number" in page
        assert "No carrier is set up" in yard.clerk.get(f"{root}/label").text
        yard.clerk.post(
            f"{root}/leave",
            data={"wish": new_id(), "carrier": "sf-express", "tracking": "SF1234567890"},
        )
        assert yard.part(order).state is FulfilmentState.SENT
    finally:
        with yard.desk.shop.database.transaction(yard.desk.shop.scope) as session:
            session.execute(text("UPDATE carrier_account SET enabled = true"))


def test_the_owner_sets_a_carrier_up_tries_it_and_switches_it_off(yard: Yard) -> None:
    owner, page = yard.desk.as_role(Role.OWNER), f"{yard.desk.root}/settings/carriers"
    assert "Test carrier" in owner.get(page).text
    one = f"{page}/{PLUGIN}"
    key = yard.bench.settings.api_key.get_secret_value()
    assert key not in owner.get(one).text
    tried = owner.post(f"{one}/test", follow_redirects=True).text
    assert "knows the keys" in tried
    assert owner.post(one, data={"api_key": "short"}).status_code == 422
    assert owner.post(one, data={"api_key": ""}).status_code == 303
    assert "Off" in owner.get(one).text
    assert owner.post(one, data={"enabled": "on"}).status_code == 303
    assert owner.get(f"{page}/stripe").status_code == 404
    assert yard.clerk.get(page).status_code == 403
    owner.get("/language/zh")
    assert "测试快递" in owner.get(page).text


def test_a_parcel_counts_as_sent_by_its_first_scan_whenever_somebody_said_so() -> None:
    noon, one = datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 23, 13, tzinfo=UTC)
    scanned = {"fulfilment": "a", "stage": "accepted", "scanned_at": noon.isoformat()}
    told = [
        EventRow(new_id(), kind, facts, shopper_sees=True, actor=Actor.STAFF, actor_id=None, at=one)
        for kind, facts in (
            (EventKind.TRACKED, scanned),
            (EventKind.SHIPPED, {"fulfilment": "a"}),
            (EventKind.SHIPPED, {"fulfilment": "b"}),
        )
    ]
    _scan, first, other = sent_in_time(told)
    assert (first.at, other.at) == (noon, one)

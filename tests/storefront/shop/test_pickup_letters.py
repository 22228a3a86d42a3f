"""Who comes for an order is told when it is ready, with a code for the counter, and reminded of it."""

import pytest
from sqlalchemy import text

from commerce.checkout.service import lay_ready, let_pickup_go, remind_of_pickup
from commerce.fulfilment.pickup_codes import spaced
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.rows import FulfilmentRow
from commerce.fulfilment.service import begin_picking, pack, pick, pickup_code
from commerce.kernel.bearer import ORDER_PLACE
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault
from commerce.orders.queries import timeline_of
from commerce.orders.rows import EventKind, OrderRow
from commerce.web.mails import OrderLetters
from tests.storefront.shop.house import House
from tests.storefront.shop.stage import SECRET
from tests.support.orders import picked_up
from tests.support.stockroom import do, read

CLERK = new_id()
VAULT = Vault(SECRET.encode())


@pytest.fixture
def letters(house: House) -> OrderLetters:
    return OrderLetters(house.shop.database, house.stage.durable, "https://shop.example", VAULT)


def laid_ready(house: House, *, language: str = "en") -> tuple[OrderRow, FulfilmentRow]:
    shop, durable = house.shop, house.stage.durable
    variant = house.stock(units=0, in_store=1)
    order = picked_up(shop, durable, variant)
    with shop.database.transaction(shop.scope) as session:
        session.execute(text("UPDATE sales_order SET locale = :locale"), {"locale": language})
    (part,) = read(shop, fulfilments_of, order_id=order.id)
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=CLERK)
    do(shop, pick, fulfilment_id=part.id, variant_id=variant)
    do(shop, pack, fulfilment_id=part.id, clerk_id=CLERK)
    do(shop, lay_ready, durable=durable, vault=VAULT, fulfilment_id=part.id, clerk_id=CLERK)
    (part,) = read(shop, fulfilments_of, order_id=order.id)
    return order, part


def written(house: House) -> list[tuple[str, str, str]]:
    query = text("SELECT subject, text, html FROM outgoing_mail ORDER BY id")
    with house.shop.database.reading(Scope.park()) as connection:
        return [(row.subject, row.text, row.html) for row in connection.execute(query)]


def event(house: House, order: OrderRow, kind: EventKind) -> dict[str, object]:
    told = read(house.shop, timeline_of, order_id=order.id, everything=True)
    found = next(each for each in told if each.kind is kind)
    return {"merchant_id": house.shop.merchant.id, "order_id": order.id, "event_id": found.id}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_ready_is_told_with_its_code_and_until_when_it_is_kept(
    house: House, letters: OrderLetters, language: str
) -> None:
    order, part = laid_ready(house, language=language)
    terms = {"order_id": order.id, "fulfilment_id": part.id, "until": part.collect_by}
    digits = spaced(do(house.shop, pickup_code, vault=VAULT, **terms).digits)
    asked = event(house, order, EventKind.READY)
    assert letters.tell_ready(**asked) == letters.tell_ready(**asked)  # type: ignore[arg-type]  # ids by name
    ((subject, plain, html),) = written(house)
    assert ("is ready for pickup" if language == "en" else "可以自提了") in subject
    for body in (plain, html):
        assert digits in body
        assert ("Nanjing Road" if language == "en" else "南京西路店") in body
        assert "00:00–23:59" in body
    assert f"/order/{ORDER_PLACE}/pickup/{part.id}.png" in html
    browser = house.browser()
    page = browser.get(house.link(order).replace("/en/", f"/{language}/")).text
    assert digits in page
    picture = browser.get(f"{house.link(order)}/pickup/{part.id}.png")
    assert picture.mimetype == "image/png"
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert browser.get(f"{house.link(order)}/pickup/{new_id()}.png").status_code == 404


def test_who_does_not_come_is_reminded_once_and_then_has_the_money_back(
    house: House, letters: OrderLetters
) -> None:
    order, part = laid_ready(house)
    terms = {"durable": house.stage.durable, "fulfilment_id": part.id, "at": part.collect_by}
    assert do(house.shop, remind_of_pickup, **terms)
    reminded = event(house, order, EventKind.PICKUP_REMINDED)
    assert letters.remind_pickup(**reminded) is not None  # type: ignore[arg-type]  # ids by name
    assert do(house.shop, let_pickup_go, **terms)
    assert letters.remind_pickup(**reminded) is None, "it lies there no more"  # type: ignore[arg-type]  # ids by name
    letters.tell_cancelled(merchant_id=house.shop.merchant.id, order_id=order.id)
    (reminder, _, _), (_, called_off, _) = written(house)
    assert "still waits for you" in reminder
    assert "Nobody came for it in time" in called_off
    page = house.browser().get(house.link(order)).text
    assert "Nobody came for the goods in time." in page
    assert "Your pickup code" not in page

"""What a merchant does with orders and stock at the desk, by real forms."""

import csv
import io
import json
import re
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from commerce.checkout.service import ship_order
from commerce.customers.addresses import Address
from commerce.inventory.queries import history, holds_of, levels_of
from commerce.inventory.service.stock_places import quarantine_of
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.orders.queries import timeline_of
from commerce.orders.returns.rows import FoundUnits
from commerce.orders.rows import EventKind, OrderState
from commerce.park.permissions import ApiScope, Role
from commerce.park.service.api_keys import issue_api_key
from commerce.payments.queries import refunds_of
from commerce.pricing.service import add_exchange_rate
from storefront.backoffice.orders.shares import Share, shares_of
from storefront.shop.order_journey import never_left
from tests.storefront.desk import Desk
from tests.support.orders import fill_cart, place
from tests.support.promotions import promote
from tests.support.returns import ask, inspect, pay_back, receive, sent, sold_lines
from tests.support.shop import sell_services, stock_product
from tests.support.tills import cash, command, counter_in, open_register, sell


def on_hand(desk: Desk, variant: UUID) -> int:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[variant])
    return level.on_hand


def refunds(desk: Desk, order_id: UUID) -> list[int]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return [each.amount_minor for each in refunds_of(connection, order_id=order_id)]


def typed(amount_minor: int) -> str:
    return f"{amount_minor / 100:.2f}"


def test_today_greets_and_says_what_to_do_first(desk: Desk) -> None:
    page = desk.as_role(Role.OWNER).get(f"{desk.root}/").text
    assert "needs you." in page or "need you." in page
    assert "The way to the first sale" in page
    assert 'href="/desk/porcelain-road/products/"' in page
    assert "No orders yet" in page


def test_an_order_stands_in_the_list_with_its_goods_and_place(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 2))
    owner = desk.as_role(Role.OWNER)
    page = owner.get(f"{desk.root}/orders/?q={order.number[-5:]}").text
    assert order.number in page
    assert "2 × Celadon teapot" in page
    assert "Shanghai, China" in page
    assert "No tax rate" not in owner.get(f"{desk.root}/orders/{order.id}").text


def test_orders_are_looked_for_by_places_that_serve_them(desk: Desk) -> None:
    with desk.shop.database.transaction(desk.shop.scope) as session:
        aside = quarantine_of(
            session, merchant_id=desk.shop.merchant.id, location_id=desk.shop.warehouse
        )
    page = desk.as_role(Role.OWNER).get(f"{desk.root}/orders/").text
    assert f'<option value="{desk.shop.warehouse}"' in page
    assert f'<option value="{aside}"' not in page


def test_a_chinese_order_reads_as_its_label_and_its_promotions_have_it(desk: Desk) -> None:
    promote(desk.shop)
    promote(desk.shop)
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    home = Address("CN", "林伟", ("中山东一路 17 号",), city="黄浦区", region="上海市")
    with desk.shop.database.transaction(desk.shop.scope) as session:
        session.execute(
            text("UPDATE sales_order SET ship_to = CAST(:home AS jsonb)"),
            {"home": json.dumps(home.as_json())},
        )
    client = desk.as_role(Role.OWNER)
    assert "Shanghai, China" in client.get(f"{desk.root}/orders/").text
    page = client.get(f"{desk.root}/orders/{order.id}").text
    assert page.index("Autumn tea: ¥68.80 off") < page.index("Autumn tea: ¥61.92 off")
    client.set_cookie("quayside_language", "zh")
    page = client.get(f"{desk.root}/orders/{order.id}").text
    assert page.index("上海市黄浦区") < page.index("中山东一路 17 号")
    assert page.index("秋茶节：减 ¥68.80") < page.index("秋茶节：减 ¥61.92")


def test_an_order_to_which_no_rate_applied_tells_no_amount_of_tax(desk: Desk) -> None:
    with desk.shop.database.transaction(Scope.park()) as session:
        session.execute(text("UPDATE tax_rate SET enabled = false"))
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 2))
    page = desk.as_role(Role.OWNER).get(f"{desk.root}/orders/{order.id}").text
    assert "No tax rate" in page


def test_marking_as_sent_twice_sends_once(desk: Desk) -> None:
    teapot = stock_product(desk.shop, in_warehouse=5)
    order = desk.paid_order((teapot, 2))
    client = desk.as_role(Role.FULFILMENT)
    form = {"wish": str(new_id()), "location": str(desk.shop.warehouse), "tracking": "SF12"}
    form["carrier"] = "sf-express"
    for _again in range(2):
        answer = client.post(f"{desk.root}/orders/{order.id}/ship", data=form)
        assert answer.status_code == 303
    assert desk.order(order.id).state is OrderState.COMPLETED
    assert on_hand(desk, teapot) == 3
    page = client.get(f"{desk.root}/orders/{order.id}").text
    assert "SF Express" in page
    assert "SF12" in page
    told = page.split('class="timeline"')[1]
    assert told.index(">Paid<") < told.index(">Sent<"), "the oldest first, as the shopper reads it"
    assert '<li class="wait">' not in told, "nothing that had begun waits any more"
    back = {"wish": str(new_id()), "amount": "100.00", "reason": "return"}
    back |= {"returned_to": str(desk.shop.warehouse), f"back-{teapot}": "1"}
    owner = desk.as_role(Role.OWNER)
    assert owner.post(f"{desk.root}/orders/{order.id}/refund", data=back).status_code == 303
    page = owner.get(f"{desk.root}/orders/{order.id}").text
    assert "1 came back: Lingang warehouse" in page
    assert "1 unit · Lingang warehouse" in page.split('class="timeline"')[1]


def test_what_is_wrong_with_a_number_or_a_carrier_is_said_where_it_was_typed(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    client, url = desk.as_role(Role.FULFILMENT), f"{desk.root}/orders/{order.id}"
    here = desk.shop.warehouse
    form = {"location": str(here), "carrier": "other", "other": "", "tracking": "a/b?"}
    refused = client.post(f"{url}/ship", data={**form, "wish": str(new_id())})
    assert refused.status_code == 422
    for field in ("other", "tracking"):
        assert f'href="#{field}-{here}"' in refused.text
        assert f'id="{field}-{here}-error"' in refused.text
    form["other"] = "小李快跑"
    refused = client.post(f"{url}/ship", data={**form, "wish": str(new_id()), "tracking": "a/b?"})
    assert refused.status_code == 422
    assert 'value="小李快跑"' in refused.text
    wide = {**form, "tracking": " \uff33\uff26\uff11\uff12\uff0d345 6 "}
    assert client.post(f"{url}/ship", data={**wide, "wish": str(new_id())}).status_code == 303
    assert "小李快跑 · tracking number SF12-3456" in client.get(url).text


def test_replies_to_letters_go_where_the_merchant_says(desk: Desk) -> None:
    client, url = desk.as_role(Role.OWNER), f"{desk.root}/settings/mail"
    refused = client.post(url, data={"address": "hello at lingang"})
    assert refused.status_code == 422
    assert 'value="hello at lingang"' in refused.text
    assert client.post(url, data={"address": "Hello@lingang.example"}).status_code == 303
    assert 'value="Hello@lingang.example"' in client.get(url).text
    client.post(url, data={"address": ""})
    assert "lingang.example" not in client.get(url).text


def test_a_packer_sees_and_sends_goods_that_nobody_counts(desk: Desk) -> None:
    bowl = stock_product(desk.shop, name="Bowl", in_warehouse=5)
    sofa = stock_product(desk.shop, name="Sofa", counted=False)
    order = desk.paid_order((bowl, 1), (sofa, 2))
    client = desk.as_role(Role.FULFILMENT)
    page = client.get(f"{desk.root}/orders/{order.id}").text
    assert "1 × Bowl" in page
    assert "2 × Sofa" in page
    assert "2 from Lingang warehouse" in page
    assert "Close the order" not in page
    form = {"wish": str(new_id()), "location": str(desk.shop.warehouse), "tracking": "SF77"}
    client.post(f"{desk.root}/orders/{order.id}/ship", data=form)
    assert desk.order(order.id).state is OrderState.COMPLETED


def test_today_counts_orders_of_uncounted_goods_until_they_leave(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, counted=False), 1))
    client = desk.as_role(Role.OWNER)
    assert "1 order to pack:" in client.get(f"{desk.root}/").text
    form = {"wish": str(new_id()), "location": str(desk.shop.warehouse), "tracking": "SF88"}
    client.post(f"{desk.root}/orders/{order.id}/ship", data=form)
    assert "to pack:" not in client.get(f"{desk.root}/").text


def test_today_says_what_it_left_out_for_lack_of_a_rate(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    with desk.shop.database.transaction(desk.shop.scope) as session:
        session.execute(
            text("UPDATE sales_order SET currency = 'EUR' WHERE id = :order"), {"order": order.id}
        )
    client = desk.as_role(Role.OWNER)
    page = client.get(f"{desk.root}/").text
    assert "without €698.00" in page
    assert "Nobody has said what EUR is worth in CNY" in page
    assert f'href="{desk.root}/settings/rates?currency=EUR"' in page
    assert "count at today" not in page
    with desk.shop.database.transaction(Scope.park()) as session:
        add_exchange_rate(
            session,
            base_currency="EUR",
            quote_currency="CNY",
            rate=Decimal("7.8"),
            valid_from=utc_now() - timedelta(hours=1),
            source="test",
        )
    page = client.get(f"{desk.root}/").text
    assert "¥5,444.40" in page
    assert "Sales in other currencies count at today" in page
    assert "without €" not in page


def test_a_refund_may_name_what_is_no_longer_to_be_sent(desk: Desk) -> None:
    bowl = stock_product(desk.shop, name="Bowl", in_warehouse=5, price_minor=10000)
    order = desk.paid_order((bowl, 3))
    client = desk.as_role(Role.OWNER)
    page = f"{desk.root}/orders/{order.id}"
    assert "Bowl, ¥100.00 each" in client.get(page).text
    form = {"wish": str(new_id()), "amount": "200.00", "reason": "two are enough"}
    assert client.post(f"{page}/refund", data={**form, f"less-{bowl}": "x"}).status_code == 422
    refused = client.post(f"{page}/refund", data={**form, f"less-{bowl}": "4"})
    assert "More goods cannot be given up" in refused.text
    whole = typed(order.total_minor)
    untouched = {**form, "amount": whole, "proposed": whole, f"less-{bowl}": "2"}
    recounted = client.post(f"{page}/refund", data=untouched)
    assert recounted.status_code == 200
    assert 'name="amount" required type="text" value="200.00"' in recounted.text
    asked = {**form, "reason": "", "amount": "x", "do": "recount", f"less-{bowl}": "2"}
    worked_out = client.post(f"{page}/refund", data=asked)
    assert worked_out.status_code == 200
    assert "Fill in this field" not in worked_out.text
    assert 'name="amount" required type="text" value="200.00"' in worked_out.text
    beyond = {**form, "amount": "250.00", f"less-{bowl}": "2"}
    doubted = client.post(f"{page}/refund", data=beyond)
    assert doubted.status_code == 422
    for told in ("are worth ¥200.00", 'value="250.00"', 'name="more"'):
        assert told in doubted.text
    assert refunds(desk, order.id) == []
    assert client.post(f"{page}/refund", data={**form, f"less-{bowl}": "2"}).status_code == 303
    after = client.get(page).text
    assert "1 × Bowl" in after
    assert "No longer to be sent" in after
    assert "1 from Lingang warehouse · 2 no longer to be sent" in after
    assert refunds(desk, order.id) == [20000]


def test_an_order_of_which_all_is_given_up_is_not_to_send_and_closes_with_its_money(
    desk: Desk,
) -> None:
    bowl = stock_product(desk.shop, name="Bowl", in_warehouse=5, price_minor=10000)
    order = desk.paid_order((bowl, 2))
    client = desk.as_role(Role.OWNER)
    page = f"{desk.root}/orders/{order.id}"
    first = {"wish": str(new_id()), "amount": "150.00", "reason": "broken", f"less-{bowl}": "2"}
    assert client.post(f"{page}/refund", data=first).status_code == 303
    assert "Nothing is left to send: close the order." in client.get(page).text
    assert order.number not in client.get(f"{desk.root}/orders/?state=placed").text
    idle = client.get(f"{desk.root}/orders/?state=placed&owing=nothing").text
    assert order.number in idle
    assert "To close" in idle
    today = client.get(f"{desk.root}/").text
    assert "to pack:" not in today
    assert "1 order to close:" in today
    assert "given back: web" not in today
    with desk.shop.database.transaction(desk.shop.scope) as session:
        session.execute(text("UPDATE refund SET state = 'done', settled_at = now()"))
    net = typed(order.total_minor - 15000)
    assert f"given back: web ¥150.00 · tills ¥0.00; net ¥{net}" in client.get(f"{desk.root}/").text
    rest = {"wish": str(new_id()), "amount": typed(order.total_minor - 15000), "reason": "all"}
    assert client.post(f"{page}/refund", data=rest).status_code == 303
    assert desk.order(order.id).state is OrderState.COMPLETED
    listed = client.get(f"{desk.root}/orders/?q={order.number}").text
    assert "Refunded" in listed
    assert ">Completed<" not in listed[listed.index("<tbody") :]
    with desk.shop.database.reading(desk.shop.scope) as connection:
        seen = timeline_of(connection, order_id=order.id, everything=False)
    assert never_left(desk.order(order.id), seen)


def test_a_double_click_on_refund_gives_money_back_once(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    client = desk.as_role(Role.OWNER)
    form = {"wish": str(new_id()), "amount": "100.00", "reason": "late"}
    for _again in range(2):
        answer = client.post(f"{desk.root}/orders/{order.id}/refund", data=form)
        assert answer.status_code == 303
    assert refunds(desk, order.id) == [10000]


def test_a_refund_names_its_wish_and_a_place_of_ours(desk: Desk) -> None:
    teapot = stock_product(desk.shop, in_warehouse=5)
    order = desk.paid_order((teapot, 1))
    client, page = desk.as_role(Role.OWNER), f"{desk.root}/orders/{order.id}/refund"
    form = {"wish": str(new_id()), "amount": "100.00", "reason": "late"}
    assert client.post(page, data={**form, "wish": "one"}).status_code == 400
    elsewhere = {"returned_to": str(new_id()), f"back-{teapot}": "1"}
    refused = client.post(page, data={**form, **elsewhere})
    assert refused.status_code == 422
    assert "Choose from the list." in refused.text
    assert refunds(desk, order.id) == []


def test_a_refund_that_cannot_be_keeps_what_was_typed(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    client = desk.as_role(Role.OWNER)
    for amount, told in (("999999", "can still be refunded"), ("many", "Give an amount such as")):
        form = {"wish": str(new_id()), "amount": amount, "reason": "broken spout"}
        answer = client.post(f"{desk.root}/orders/{order.id}/refund", data=form)
        assert answer.status_code == 422
        assert told in answer.text
        assert 'value="broken spout"' in answer.text
        assert f'value="{amount}"' in answer.text
        assert "Error:" in answer.text
    assert refunds(desk, order.id) == []


def test_cancelling_wants_the_number_typed(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    client = desk.as_role(Role.OWNER)
    form = {"wish": str(new_id()), "reason": "asked", "number": "something"}
    assert client.post(f"{desk.root}/orders/{order.id}/cancel", data=form).status_code == 422
    assert desk.order(order.id).state is OrderState.PLACED
    form["number"] = order.number.lower()
    assert client.post(f"{desk.root}/orders/{order.id}/cancel", data=form).status_code == 303
    assert desk.order(order.id).state is OrderState.CANCELLED
    with desk.shop.database.reading(desk.shop.scope) as connection:
        assert holds_of(connection, owner_id=order.id) == ()


def test_an_adjustment_is_booked_once_with_its_reason(desk: Desk) -> None:
    teapot = stock_product(desk.shop, in_warehouse=5)
    client = desk.as_role(Role.FULFILMENT)
    url = f"{desk.root}/stock/{teapot}/{desk.shop.warehouse}"
    form = {"wish": str(new_id()), "kind": "damaged", "units": "2", "reason": "dropped"}
    for _again in range(2):
        assert client.post(f"{url}/adjust", data=form).status_code == 303
    assert on_hand(desk, teapot) == 3
    with desk.shop.database.reading(desk.shop.scope) as connection:
        ledger = history(connection, variant_id=teapot, location_id=desk.shop.warehouse)
    assert (ledger[0].quantity, ledger[0].reason) == (-2, "dropped")
    assert "dropped" in client.get(url).text


def test_stock_never_falls_below_what_is_promised(desk: Desk) -> None:
    teapot = stock_product(desk.shop, in_warehouse=5)
    desk.paid_order((teapot, 4))
    client = desk.as_role(Role.MANAGER)
    form = {"wish": str(new_id()), "counted": "3", "why": "spring count"}
    answer = client.post(f"{desk.root}/stock/{teapot}/{desk.shop.warehouse}/count", data=form)
    assert answer.status_code == 422
    assert "4 units are promised" in answer.text
    gone = {"wish": str(new_id()), "units": "99", "kind": "damaged", "reason": "fell"}
    answer = client.post(f"{desk.root}/stock/{teapot}/{desk.shop.warehouse}/adjust", data=gone)
    assert "Only 5 lie here" in answer.text
    assert on_hand(desk, teapot) == 5


def test_paid_orders_that_wait_to_leave_are_something_to_do(desk: Desk) -> None:
    teapot = stock_product(desk.shop, in_warehouse=5)
    for _order in range(2):
        desk.paid_order((teapot, 1))
    page = desk.as_role(Role.FULFILMENT).get(f"{desk.root}/").text
    assert "2 orders to pack:" in page
    assert f"{desk.root}/orders/?state=placed" in page
    assert "Nothing needs you" not in page


def test_what_happened_says_whether_units_are_more_or_fewer(desk: Desk) -> None:
    teapot = stock_product(desk.shop, in_warehouse=10)
    client = desk.as_role(Role.OWNER)
    address = f"{desk.root}/stock/{teapot}/{desk.shop.warehouse}"
    for kind in ("received", "damaged", "found", "missing", "missing"):
        form = {"wish": str(new_id()), "kind": kind, "units": "3", "reason": "seen"}
        assert client.post(f"{address}/adjust", data=form).status_code == 303
    assert on_hand(desk, teapot) == 7
    form = {"wish": str(new_id()), "kind": "damaged", "units": "-3", "reason": "seen"}
    assert client.post(f"{address}/adjust", data=form).status_code == 422


def test_a_paid_service_is_a_task_until_somebody_says_that_it_is_delivered(desk: Desk) -> None:
    sell_services(desk.shop)
    order = desk.paid_order((stock_product(desk.shop, name="Customs counsel", is_service=True), 1))
    client = desk.as_role(Role.OWNER)
    today = client.get(f"{desk.root}/").text
    assert "is paid: deliver “Customs counsel”." in today
    client.set_cookie("quayside_language", "zh")
    assert "“青瓷壶”" in client.get(f"{desk.root}/").text
    client.set_cookie("quayside_language", "en")
    assert "To deliver" in client.get(f"{desk.root}/orders/").text
    page = f"{desk.root}/orders/{order.id}"
    assert "The service is delivered" in client.get(page).text
    for _again in range(2):
        client.post(f"{page}/complete", data={"wish": str(order.id)})
    assert desk.order(order.id).state is OrderState.COMPLETED
    assert "Customs counsel”" not in client.get(f"{desk.root}/").text
    assert client.get(page).text.count("Service delivered") == 1
    with desk.shop.database.reading(desk.shop.scope) as connection:
        seen = timeline_of(connection, order_id=order.id, everything=False)
    assert EventKind.SERVICE_DELIVERED in [event.kind for event in seen]


def test_the_timeline_names_the_key_of_the_program_that_acted(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    now = utc_now()
    with desk.shop.database.transaction(desk.shop.scope) as session:
        key = issue_api_key(
            session,
            merchant_id=desk.shop.merchant.id,
            name="Warehouse robot",
            scopes=[ApiScope.WRITE_ORDERS],
            expires_at=now + timedelta(days=9),
            created_by=None,
            now=now,
        )
        ship_order(
            session,
            durable=desk.durable,
            merchant_id=desk.shop.merchant.id,
            order_id=order.id,
            location_id=desk.shop.warehouse,
            actor_id=key.id,
        )
    page = desk.as_role(Role.OWNER).get(f"{desk.root}/orders/{order.id}").text
    assert "API key “Warehouse robot”" in page


def test_cash_is_paid_back_out_of_the_register_that_somebody_chooses(desk: Desk) -> None:
    shop, teapot = desk.shop, stock_product(desk.shop, in_store=2)
    till = counter_in(shop)
    open_register(shop, till)
    sale = command(till, teapot, total=68800, tenders=(cash(68800),))
    sell(shop, sale)
    client, page = desk.as_role(Role.OWNER), f"{desk.root}/orders/{sale.id}"
    assert "Counter 1" in client.get(page).text
    form = {"wish": str(new_id()), "amount": "100", "reason": "scratched"}
    silent = client.post(f"{page}/refund", data=form)
    assert silent.status_code == 422
    assert "Choose the open register that pays it out, or a store" in silent.text
    assert client.post(f"{page}/refund", data={**form, "drawer": str(till)}).status_code == 303
    after = client.get(page).text
    assert "Take ¥100.00 out of the drawer of Counter 1 now and hand it over." in after
    assert "on its way back" not in after
    number = re.search(r"Receipt (\w+)-0*(\d+)<", after)
    assert number is not None
    wide = f"{number[1]}-{number[2]}".lower().translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    found = client.get(f"{desk.root}/orders/", query_string={"q": wide}).text
    assert f'href="{page}"' in found
    assert refunds(desk, sale.id) == [10000]
    with shop.database.reading(shop.scope) as connection:
        moved = connection.execute(text("SELECT amount_minor, reason FROM cash_movement")).all()
    assert [tuple(each) for each in moved] == [(-10000, "scratched")]


def test_a_sale_that_is_half_paid_in_cash_is_called_off_and_a_till_pays_it_back(desk: Desk) -> None:
    """There was no way: the desk refused, and asked for a register that it did not offer."""
    shop, teapot = desk.shop, stock_product(desk.shop, in_store=2)
    till = counter_in(shop)
    open_register(shop, till)
    sale = command(till, teapot, total=68800, tenders=(cash(20000),))
    sell(shop, sale)
    client, page = desk.as_role(Role.OWNER), f"{desk.root}/orders/{sale.id}"
    form = {"reason": "left", "number": desk.order(sale.id).number, "wish": str(new_id())}
    silent = client.post(f"{page}/cancel", data=form)
    assert "Choose the open register that pays it out, or a store" in silent.text
    way = f"store:{shop.store}"
    assert f'value="{way}"' in silent.text
    for _again in range(2):
        answer = client.post(f"{page}/cancel", data={**form, "drawer": way})
        assert answer.status_code == 303
    assert desk.order(sale.id).state is OrderState.CANCELLED
    assert refunds(desk, sale.id) == [20000]
    shown = client.get(page).text
    assert "To be paid at a till" in shown
    (off,) = re.findall(r'action="([^"]+/withdraw)"', shown)
    assert client.post(off, data={"wish": str(new_id())}).status_code == 303
    assert "Called off" in client.get(page).text
    again = {"wish": str(new_id()), "amount": "200", "reason": "left", "drawer": str(till)}
    assert client.post(f"{page}/refund", data=again).status_code == 303
    with shop.database.reading(shop.scope) as connection:
        moved = connection.execute(text("SELECT amount_minor FROM cash_movement")).scalars().all()
    assert moved == [-20000]


def test_orders_of_a_time_are_listed_summed_and_given_to_a_bookkeeper(desk: Desk) -> None:
    bowl = stock_product(desk.shop, name="Bowl", in_warehouse=9, price_minor=10000)
    old, fresh = (desk.paid_order((bowl, 2)) for _ in range(2))
    with desk.shop.database.transaction(desk.shop.scope) as session:
        # 16:30 in London is after midnight in Shanghai.
        session.execute(
            text("UPDATE sales_order SET placed_at = '2026-03-31 16:30Z' WHERE id = :id"),
            {"id": old.id},
        )
    client, url = desk.as_role(Role.ACCOUNTANT), f"{desk.root}/orders/"
    april = client.get(f"{url}?from=2026-04-01&to=2026-04-01").text
    assert old.number in april
    assert fresh.number not in april
    assert "1 order that stands: ¥" in april
    assert old.number not in client.get(f"{url}?to=2026-03-31").text
    backwards = "from=2026-04-02&to=2026-04-01"
    assert "ends before it begins" in client.get(f"{url}?{backwards}").text
    for file in (
        "orders/orders.csv",
        "money/statement/entries.csv",
        "money/statement/accounts.csv",
    ):
        refused = client.get(f"{desk.root}/{file}?{backwards}", follow_redirects=True)
        assert refused.text.count("The time ends before it begins") == 2, file
    tried = text(
        "UPDATE sales_order SET channel = 'till', state = 'cancelled', placed_at = NULL WHERE id = :id"
    )
    with desk.shop.database.transaction(desk.shop.scope) as session:
        given_up = place(desk.shop, fill_cart(desk.shop, (bowl, 1))).order
        session.execute(tried, {"id": given_up.id})
    assert given_up.number not in client.get(url).text
    assert given_up.number not in client.get(f"{desk.root}/").text
    for asked in (f"?q={given_up.number}", "?state=cancelled"):
        assert given_up.number in client.get(url + asked).text
    assert old.number not in client.get(f"{url}?state=refunded").text
    assert client.get(f"{url}?from=soon&to=9999-01-01").status_code == 200
    page = f"{desk.root}/orders/{old.id}"
    form = {"wish": str(new_id()), "amount": "50.00", "reason": "a crack"}
    assert desk.as_role(Role.OWNER).post(f"{page}/refund", data=form).status_code == 303
    assert old.number in client.get(f"{url}?state=refunded").text
    answer = client.get(f"{url}orders.csv?from=2026-04-01&to=2026-04-01")
    head, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    sold = [dict(zip(head, each, strict=True)) for each in rows]
    assert {(row["What it is"], row["Order"], row["Day"]) for row in sold} == {
        ("Sale", old.number, "2026-04-01")
    }, "the money went back on another day"
    (goods, delivery) = sold
    assert (goods["Goods or delivery"], goods["Tax rate"], goods["Country"]) == (
        "Goods",
        "13",
        "CN",
    )
    assert (goods["Placed"], goods["Paid on"][:3]) == ("2026-04-01 00:30", "202")
    assert goods["Paid with"]
    assert sum(Decimal(row["With tax"]) for row in sold) == Decimal(typed(old.total_minor))
    assert sum(Decimal(row["Tax"]) for row in sold) == Decimal(typed(old.tax_minor))
    assert delivery["Goods or delivery"] == "Delivery"
    with desk.shop.database.transaction(desk.shop.scope) as session:
        paid_back = "UPDATE refund SET state = 'done', settled_at = '2026-05-31 17:00Z'"
        session.execute(text(paid_back))
    answer = client.get(f"{url}orders.csv?from=2026-06-01&to=2026-06-01")
    again, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert again == head, "the files of two months go under each other"
    back = [dict(zip(head, each, strict=True)) for each in rows]
    assert {(row["What it is"], row["Order"], row["Paid on"]) for row in back} == {
        ("Refund", old.number, "2026-06-01 01:00")
    }
    assert sum(Decimal(row["With tax"]) for row in back) == Decimal("-50.00")
    assert sum(Decimal(row["Tax"]) for row in back) < 0
    assert "lin@example.com" not in answer.text


def test_a_promised_unit_that_a_till_sold_is_a_task_with_its_order_until_somebody_looks_into_it(
    desk: Desk,
) -> None:
    bowl = stock_product(desk.shop, name="Bowl", in_store=1, price_minor=10000)
    order, register = desk.paid_order((bowl, 1)), counter_in(desk.shop, series="PRM")
    open_register(desk.shop, register)
    sold = command(register, bowl, total=10000, tenders=(cash(10000),), happened=True)
    assert sell(desk.shop, sold)["completed"]
    owner, root = desk.as_role(Role.OWNER), desk.root
    today = owner.get(f"{root}/").text
    assert f"Order {order.number}" in today
    assert "lacks 1 unit that was promised." in today
    counted = {"wish": str(new_id()), "counted": "1", "why": "found in the back"}
    shelf = f"{root}/stock/{bowl}/{desk.shop.store}"
    assert owner.post(f"{shelf}/count", data=counted).status_code == 303
    again = {"wish": str(new_id())}
    assert owner.post(f"{root}/orders/{order.id}/find-goods", data=again).status_code == 303
    assert "lost 1 unit" not in owner.get(f"{root}/").text
    goods = stock_product(desk.shop, in_store=1)
    unpaid = place(desk.shop, fill_cart(desk.shop, (goods, 1)))
    taken = command(register, goods, total=68800, tenders=(cash(68800),), happened=True)
    assert sell(desk.shop, taken)["completed"]
    told = owner.get(f"{root}/").text
    assert f"Order {unpaid.order.number}" in told
    assert "is not paid yet, and a till sold 1 unit" in told


def test_the_books_tell_what_was_given_back_of_goods_and_of_delivery(desk: Desk) -> None:
    tea, vase = (
        stock_product(desk.shop, name=name, in_warehouse=1, price_minor=price)
        for name, price in (("Tea", 2600), ("Vase", 4900))
    )
    order, owner = desk.paid_order((tea, 1), (vase, 1)), desk.as_role(Role.OWNER)
    form = {"wish": str(new_id()), "amount": "26.00", "reason": "broken", f"less-{tea}": "1"}
    url = f"{desk.root}/orders/"
    assert owner.post(f"{url}{order.id}/refund", data=form).status_code == 303
    sent(desk.shop, desk.durable, order)
    sold = {line.variant_id: line for line in sold_lines(desk.shop, order)}
    wish = ask(desk.shop, desk.durable, order, (sold[vase].id, 1))
    receive(desk.shop, desk.durable, wish, {sold[vase].id: 1})
    inspect(desk.shop, wish, FoundUnits(sold[vase].id, restocked=1))
    pay_back(desk.shop, desk.durable, wish, 4400 + order.delivery_minor, "a scratch")
    free = {"wish": str(new_id()), "amount": "1.00", "reason": "sorry"}
    assert owner.post(f"{url}{order.id}/refund", data=free).status_code == 303
    with desk.shop.database.transaction(desk.shop.scope) as session:
        session.execute(text("UPDATE refund SET state = 'done', settled_at = created_at"))
    for role in (Role.CLERK, Role.FULFILMENT):
        colleague = desk.as_role(role)
        assert colleague.get(f"{url}orders.csv").status_code == 403
        assert "orders.csv" not in colleague.get(url).text
    answer = owner.get(f"{url}orders.csv").get_data().decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(answer)) if row["What it is"] == "Refund"]
    asked = ("How a refund was split", "Goods or delivery", "With tax")
    assert [tuple(row[each] for each in asked) for row in rows] == [
        ("By what went back", "Goods", "-26.00"),
        ("By what went back", "Goods", "-44.00"),
        ("By what went back", "Delivery", f"-{typed(order.delivery_minor)}"),
        ("A free sum, by proportion", "Goods", "-1.00"),
    ]
    assert rows[0]["Tax"] == f"-{typed(sold[tea].tax_minor)}"


def test_an_order_that_goes_back_in_parts_leaves_no_cent_of_tax() -> None:
    whole = (
        Share(delivery=False, rate=Decimal("0.13"), net=8849, tax=1151),
        Share(delivery=False, rate=Decimal("0.09"), net=3057, tax=276),
        Share(delivery=True, rate=None, net=943, tax=57),
    )
    for amount in (0, 1, 777, 14332):
        part = shares_of(whole, amount)
        assert sum(each.gross for each in part) == amount
    assert shares_of(whole, 14333) == whole

"""The desk's room for gift cards and credit: issue, find, adjust, block, give, and who may not."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from commerce.customers.service import remember_customer
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from commerce.payments.queries import payments_of
from commerce.payments.stored_value.queries import accounts, credit_of
from commerce.payments.stored_value.rows import ValueAccount, ValueKind
from commerce.payments.stored_value.service import forget_codes
from tests.storefront.desk import Desk
from tests.support.shop import stock_product
from tests.support.stored_value import assert_the_value_is_sound, left_on


def all_accounts(desk: Desk) -> tuple[ValueAccount, ...]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return accounts(connection)


def wish_on(page: str, action: str) -> str:
    """Return what names the form that goes to `action`, as the page carries it."""
    form = re.search(
        rf'action="[^"]*{action}"[^>]*>\s*<input type="hidden" name="wish" value="([^"]+)"', page
    )
    assert form is not None, action
    return form[1]


def test_a_card_is_issued_found_adjusted_and_blocked(desk: Desk) -> None:
    manager, room = desk.as_role(Role.MANAGER), f"{desk.root}/gift-cards/"
    wish = wish_on(manager.get(room).text, "/gift-cards/")
    form = {"wish": wish, "amount": "50", "reason": "a prize"}
    huge = manager.post(room, data={**form, "amount": "100000000"})
    assert huge.status_code == 422
    assert "one gift card may hold at most ¥1,000.00" in huge.text
    page = manager.post(room, data=form).text
    assert wish_on(page, "/gift-cards/") != wish, "the next card is another wish"
    shown = re.search(r'id="code"[^>]*>([0-9A-Z-]{19})<', page)
    assert shown is not None
    assert shown[1] in manager.post(room, data=form).text, "whoever presses twice reads it too"
    assert manager.post(room, data={**form, "amount": "60"}).status_code == 422
    in_an_hour = utc_now() + timedelta(hours=1)
    with desk.shop.database.transaction(Scope.park()) as session:
        assert forget_codes(session, now=in_an_hour) == 1
    again = manager.post(room, data=form).text
    assert shown[1] not in again
    assert "Its code is not shown again" in again
    (card,) = all_accounts(desk)
    assert shown[1].endswith(card.last_four)
    assert "¥50.00" in manager.get(f"{room}?last={card.last_four.lower()}").text
    assert "No such card" in manager.get(f"{room}?last=2222").text
    own = f"{room}{card.id}"
    less = {"wish": str(new_id()), "amount": "20", "reason": "misprinted", "way": "down"}
    for _click in range(2):
        assert manager.post(f"{own}/adjust", data=less).status_code == 303
    assert left_on(desk.shop, card.id) == 3000
    refused = manager.post(f"{own}/adjust", data={**less, "wish": str(new_id()), "amount": "31"})
    assert refused.status_code == 422
    assert "Only ¥30.00 is left" in refused.text
    assert "misprinted" in manager.get(own).text
    manager.post(f"{own}/block", data={"wish": wish_on(manager.get(own).text, "/block")})
    assert "Blocked on" in manager.get(own).text
    manager.post(f"{own}/unblock", data={"wish": wish_on(manager.get(own).text, "/unblock")})
    assert "Blocked on" not in manager.get(own).text
    assert_the_value_is_sound(desk.shop)


def test_a_card_that_is_asked_for_many_times_at_once_is_one_and_everybody_reads_its_code(
    desk: Desk,
) -> None:
    room, manager = f"{desk.root}/gift-cards/", desk.as_role(Role.MANAGER)
    wish = wish_on(manager.get(room).text, "/gift-cards/")
    form = {"wish": wish, "amount": "50", "reason": "a prize"}
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _click: manager.post(room, data=form), range(4)))
    codes = {re.findall(r'id="code"[^>]*>([0-9A-Z-]{19})<', page.text)[0] for page in pages}
    assert [page.status_code for page in pages] == [200] * 4
    assert len(codes) == len(all_accounts(desk)) == 1


def test_a_wish_that_was_used_for_another_amount_gives_nobody_credit(desk: Desk) -> None:
    manager = desk.as_role(Role.MANAGER)
    with desk.shop.database.transaction(desk.shop.scope) as session:
        one, other = (
            remember_customer(
                session, merchant_id=desk.shop.merchant.id, email=f"{name}@example.com"
            ).id
            for name in ("ann", "ben")
        )
    form = {"wish": str(new_id()), "amount": "5", "reason": "late"}
    page = f"{desk.root}/customers"
    for _click in range(2):
        assert manager.post(f"{page}/{one}/credit", data=form).status_code == 303
    assert manager.post(f"{page}/{one}/credit", data={**form, "amount": "7"}).status_code == 422
    assert manager.post(f"{page}/{other}/credit", data=form).status_code == 422
    assert [each.balance_minor for each in all_accounts(desk)] == [500]


def test_who_only_reads_money_issues_nothing(desk: Desk) -> None:
    form = {"wish": str(new_id()), "amount": "50", "reason": "a prize"}
    reader, clerk = desk.as_role(Role.ACCOUNTANT), desk.as_role(Role.CLERK)
    assert "Give a card away" not in reader.get(f"{desk.root}/gift-cards/").text
    assert reader.post(f"{desk.root}/gift-cards/", data=form).status_code == 403
    assert clerk.get(f"{desk.root}/gift-cards/").status_code == 403
    assert all_accounts(desk) == ()


def test_credit_is_given_with_a_reason_and_takes_a_refund(desk: Desk) -> None:
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    with desk.shop.database.transaction(desk.shop.scope) as session:
        lin = remember_customer(
            session, merchant_id=desk.shop.merchant.id, email="somebody@example.com"
        ).id
    manager = desk.as_role(Role.MANAGER)
    back = {"wish": str(new_id()), "amount": "10", "reason": "chipped", "credit": "y"}
    refused = manager.post(f"{desk.root}/orders/{order.id}/refund", data=back)
    assert refused.status_code == 422, "credit is somebody's, and nobody is known yet"
    assert "Nobody left a name." in refused.text
    wish = wish_on(manager.get(f"{desk.root}/customers/{lin}").text, "/credit")
    form = {"wish": wish, "amount": "8.80", "reason": "a late parcel"}
    manager.post(f"{desk.root}/customers/{lin}/credit", data=form)
    assert "¥8.80" in manager.get(f"{desk.root}/customers/{lin}").text
    with desk.shop.database.transaction(desk.shop.scope) as session:
        session.connection().exec_driver_sql(
            "UPDATE sales_order SET customer_id = %s WHERE id = %s", (lin, order.id)
        )
    sent = manager.post(f"{desk.root}/orders/{order.id}/refund", data=back)
    assert sent.status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (credit,) = credit_of(connection, customer_id=lin)
        (payment,) = payments_of(connection, order_id=order.id)
    assert (credit.kind, credit.balance_minor) == (ValueKind.STORE_CREDIT, 1880)
    assert (payment.refunded_minor, payment.refunding_minor) == (1000, 0)
    told = f'href="{desk.root}/gift-cards/{credit.id}">Store credit CNY</a>'
    assert told in manager.get(f"{desk.root}/orders/{order.id}").text
    warehouse = desk.as_role(Role.CLERK).get(f"{desk.root}/orders/{order.id}").text
    assert told not in warehouse
    assert_the_value_is_sound(desk.shop)

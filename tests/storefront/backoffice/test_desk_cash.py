"""Cash at the desk: on until the owner says otherwise, and the box tells the truth."""

import re

from commerce.kernel.money import Money
from commerce.park.permissions import Role
from commerce.registers.service import close_shift, void_sale
from commerce.registers.tenders import takes_cash
from tests.storefront.desk import Desk
from tests.support.shop import stock_product
from tests.support.tills import CLERK, cash, command, counter_in, open_register, sell


def is_ticked(page: str) -> bool:
    (box,) = re.findall(r"<input[^>]*name=\"enabled\"[^>]*>", page)
    return "checked" in box


def test_the_box_says_what_the_tills_do(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    url = f"{desk.root}/settings/payments"
    for sent, taken in (({}, False), ({"enabled": "on"}, True)):
        with desk.shop.database.reading(desk.shop.scope) as connection:
            before = takes_cash(connection)
        assert before is is_ticked(client.get(url).text) is not taken
        assert client.post(url, data=sent).status_code == 303
        assert is_ticked(client.get(url).text) is taken


def test_cash_that_a_till_took_before_it_heard_is_a_task_until_somebody_looks_into_it(
    desk: Desk,
) -> None:
    owner = desk.as_role(Role.OWNER)
    register = counter_in(desk.shop, series="OLD")
    open_register(desk.shop, register)
    pot = stock_product(desk.shop, in_store=3)
    owner.post(f"{desk.root}/settings/payments", data={})
    before = command(register, pot, total=68800, tenders=(cash(68800),), happened=True)
    assert sell(desk.shop, before) == {"completed": True}
    assert "1 sale speaks against a rule:" in owner.get(f"{desk.root}/").text
    page = owner.get(f"{desk.root}/stores/variances").text
    assert "¥688.00 was taken in cash, and the tills take no cash now." in page
    (settle,) = re.findall(r'action="([^"]*/stores/variances/[^"]+)"', page)
    assert desk.as_role(Role.CLERK).post(settle).status_code == 403
    assert desk.as_role(Role.MANAGER).post(settle).status_code == 303
    assert "speaks against a rule" not in owner.get(f"{desk.root}/").text
    assert "Every sale fits the rules" in owner.get(f"{desk.root}/stores/variances").text


def test_a_closed_shift_counts_what_was_kept_and_says_which_way_the_drawer_is_off(
    desk: Desk,
) -> None:
    owner = desk.as_role(Role.OWNER)
    pot = stock_product(desk.shop, in_store=9)
    for series, counted, told in (
        ("SH", 118600, "\N{MINUS SIGN}¥2.00 short"),
        ("OV", 118900, "+¥1.00 over"),
    ):
        register = counter_in(desk.shop, series=series)
        open_register(desk.shop, register)
        sales = [
            command(register, pot, total=68800, tenders=(cash(68800),), happened=True)
            for _ in range(2)
        ]
        for each in sales:
            sell(desk.shop, each)
        with desk.shop.database.transaction(desk.shop.scope) as session:
            void_sale(
                session,
                durable=desk.durable,
                merchant_id=desk.shop.merchant.id,
                sale_id=sales[0].id,
                reason="changed her mind",
                actor_id=CLERK,
            )
        with desk.shop.database.transaction(desk.shop.scope) as session:
            close_shift(
                session,
                merchant_id=desk.shop.merchant.id,
                register_id=register,
                counted=Money(counted, "CNY"),
                actor_id=CLERK,
            )
        z = owner.get(f"{desk.root}/stores/tills/{register}/z/1").text
        assert told in z
        assert "1 sale<" in z
        assert "2 sales" not in z
        assert "¥79.15" in z, "the tax in what was kept"
        assert told in owner.get(f"{desk.root}/stores/tills/{register}").text

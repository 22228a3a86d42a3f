"""Gift cards and credit at the checkout: typed where promotion codes are, told, taken, given back."""

import re

from flask.testing import FlaskClient

from commerce.checkout.service import refund_order
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.orders.rows import OrderState
from commerce.payments.queries import refunds_of
from commerce.payments.rows import Tender
from commerce.payments.stored_value.codes import grouped
from commerce.web.mails import OrderLetters
from tests.storefront.shop.house import House
from tests.storefront.shop.stage import SECRET
from tests.storefront.shop.test_refund_letters import waiting
from tests.support.stored_value import give_card, left_on


def agreed(page: str) -> dict[str, str]:
    """Return the sums that stand on the page."""
    return dict(re.findall(r'name="(agreed(?:_value)?)" value="(\d+)"', page))


def lay(house: House, browser: FlaskClient, code: str) -> str:
    form = {"do": "code", "code": grouped(code).lower(), "email": "anna@example.com"}
    return browser.post(f"{house.root}/checkout", data=form).text


def test_a_card_pays_a_part_and_the_button_says_what_is_left(house: House) -> None:
    vault = Vault(SECRET.encode())
    small, large = (
        give_card(house.shop, 10_000, vault=vault),
        give_card(house.shop, 90_000, vault=vault),
    )
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    page = lay(house, browser, small.code)
    assert f"Gift card ···· {small.code[-4:]}" in page
    assert "Pays ¥100.00; ¥0.00 stays on it." in page
    assert "Order and pay ¥598.00" in page
    assert small.code not in page
    assert f"···· {small.code[-4:]}" in browser.get(f"{house.root}/cart").text
    assert "This code is in your cart already." in lay(house, browser, small.code)
    page = lay(house, browser, large.code)
    assert "Place the order" in page
    assert 'name="method"' not in page, "nothing is left for a bank card"
    assert agreed(page) == {"agreed": "69800", "agreed_value": "69800"}
    drop = re.search(r'name="drop" value="([^"]+)"', page)
    assert drop is not None
    without = browser.post(f"{house.root}/checkout", data={"drop": drop[1]}).text
    assert f"···· {small.code[-4:]}" not in without
    done = house.check_out(browser, **agreed(without))
    assert done.status_code == 303
    (order,) = house.orders()
    assert order.state is OrderState.PLACED
    assert [each.tender for each in house.payments(order)] == [Tender.GIFT_CARD]
    told = browser.get(house.link(order)).text
    assert f"Gift card ···· {large.code[-4:]}" in told
    assert (left_on(house.shop, small.id), left_on(house.shop, large.id)) == (10_000, 20_200)


def test_a_card_that_another_spends_meanwhile_is_told_and_nothing_charged(house: House) -> None:
    card = give_card(house.shop, 10_000, vault=Vault(SECRET.encode()))
    browsers = [house.browser(), house.browser(address="192.0.2.8")]
    tea, pages = house.stock(), []
    for browser in browsers:
        house.send_to_germany(browser)
        house.add(browser, tea)
        pages.append(lay(house, browser, card.code))
    first, second = (
        house.check_out(browser, **agreed(page))
        for browser, page in zip(browsers, pages, strict=True)
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "now pay ¥0.00 of it, not ¥100.00" in second.text
    assert len(house.orders()) == 1


def test_nobody_guesses_a_card(house: House) -> None:
    give_card(house.shop, 10_000, vault=Vault(SECRET.encode()))
    browser = house.browser()
    house.add(browser, house.stock())
    stranger = give_card(house.shop, 5, vault=Vault(b"of another installation")).code
    for _try in range(20):
        assert "no gift card with that code" in lay(house, browser, stranger)
    assert "Too many tries" in lay(house, browser, stranger)


def test_what_is_still_due_is_asked_for_and_each_letter_says_where_the_money_is(
    house: House,
) -> None:
    card = give_card(house.shop, 10_000, vault=Vault(SECRET.encode()))
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    page = lay(house, browser, card.code)
    assert 'value="place" formaction="#top"' in page, "a refusal stands where one looks"
    browser.get(house.check_out(browser, **agreed(page)).location)
    (order,) = house.orders()
    for address in (house.link(order), f"{house.root}/cart"):
        told = browser.get(address).text
        assert "Pay ¥598.00" in told
        assert "Pay ¥698.00" not in told
    bank = next(each for each in house.payments(order) if each.tender is Tender.ONLINE)
    house.stage.house.pay(bank.id)
    browser.get(f"{house.link(order)}/paid")
    mine = {"merchant_id": house.shop.merchant.id}
    with house.shop.database.transaction(house.shop.scope) as session:
        refund_order(
            session,
            **mine,
            durable=house.stage.durable,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(65_000, "CNY"),
            reason="broken lid",
            actor_id=new_id(),
        )
    with house.shop.database.reading(house.shop.scope) as connection:
        refunds = refunds_of(connection, order_id=order.id)
    letters = OrderLetters(
        house.shop.database, house.stage.durable, "https://shop.example", Vault(SECRET.encode())
    )
    letters.confirm(**mine, order_id=order.id)
    (confirmed,) = [letter for letter in waiting(house) if "is placed" in letter.subject]
    for body in (confirmed.text, confirmed.html):
        assert re.search(rf"gift card ···· {card.code[-4:]}\W.*¥100\.00", body)
        assert re.search(r"Paid online.*¥598\.00", body)
    after = browser.get(house.link(order)).text
    assert after.index("Order placed") < after.index(">Paid<")
    assert f"Refund to gift card ···· {card.code[-4:]}" in after
    for each in refunds:
        letters.tell_refund(**mine, refund_id=each.id)
    told = [letter for letter in waiting(house) if "given back for order" in letter.subject]
    assert len(told) == len(refunds) == 2
    for letter in told:
        for body in (letter.text, letter.html):
            assert "with this, ¥650.00 of it is given back." in body
    assert len([each for each in told if f"your gift card ···· {card.code[-4:]}" in each.text]) == 1


def test_a_changed_order_has_its_card_beside_it_again_in_the_browser_that_placed_it(
    house: House,
) -> None:
    card = give_card(house.shop, 10_000, vault=Vault(SECRET.encode()))
    for own in (True, False):
        browser = house.browser()
        house.send_to_germany(browser)
        house.add(browser, house.stock())
        browser.get(house.check_out(browser, **agreed(lay(house, browser, card.code))).location)
        order = next(e for e in house.orders() if e.state is OrderState.AWAITING_PAYMENT)
        assert left_on(house.shop, card.id) == 0
        reader = browser if own else house.browser(address="192.0.2.8")
        assert reader.post(f"{house.link(order)}/change").status_code == 303
        assert left_on(house.shop, card.id) == 10_000
        page = reader.get(f"{house.root}/checkout").text
        assert (f"···· {card.code[-4:]}" in page) is own, "a link to an order spends no card"

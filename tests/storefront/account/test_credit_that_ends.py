"""Store credit and who leaves: told in their file, asked about before it ends, written off once."""

import json
from uuid import UUID

from commerce.customers.queries import customer_by_email
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.payments.stored_value.queries import credit_of, entries_of
from commerce.payments.stored_value.rows import ValueEntryKind
from commerce.payments.stored_value.service import grant_credit
from tests.storefront.account.test_account import ANNA, PASSWORD, open_account
from tests.storefront.account.test_sign_in_and_data import post
from tests.storefront.shop.house import House
from tests.support.stored_value import assert_the_value_is_sound


def give_anna(house: House, amount: Money) -> UUID:
    """Give Anna credit; return her id."""
    with house.shop.database.transaction(house.shop.scope) as session:
        anna = customer_by_email(session, email=ANNA)
        assert anna is not None
        grant_credit(
            session,
            merchant_id=house.shop.merchant.id,
            customer_id=anna.id,
            amount=amount,
            reason="what staff say among themselves",
            request_id=new_id(),
            actor_id=new_id(),
        )
    return anna.id


def test_credit_in_another_currency_is_named_and_pays_nothing(house: House) -> None:
    browser = house.browser()
    open_account(house, browser)
    give_anna(house, Money(8800, "USD"))
    give_anna(house, Money(500, "CNY"))
    house.add(browser, house.stock())
    page = browser.get(f"{house.root}/checkout").text
    assert "Use your store credit of ¥5.00" in page
    assert "You have $88.00 of store credit. It pays orders in USD." in page


def test_credit_is_told_and_ends_with_the_account_only_when_that_was_said(house: House) -> None:
    browser = house.browser()
    open_account(house, browser)
    anna_id = give_anna(house, Money(8800, "CNY"))
    file = post(house, browser, "file", present=PASSWORD)
    (credit,) = json.loads(file.data)["store_credit"]
    assert (credit["balance_minor"], credit["entries"][0]["kind"]) == (8800, "granted")
    assert "among themselves" not in file.text
    assert "You have store credit of ¥88.00." in browser.get(f"{house.root}/account/close").text
    refused = post(house, browser, "close", present=PASSWORD)
    assert refused.status_code == 422
    assert "Tick that your store credit ends" in refused.text
    closed = post(house, browser, "close", present=PASSWORD, give_up="on")
    assert "Your account is closed" in browser.get(closed.location).text
    with house.shop.database.reading(house.shop.scope) as connection:
        (left,) = credit_of(connection, customer_id=anna_id)
        last, _first = entries_of(connection, account_id=left.id)
    assert (left.balance_minor, last.kind, last.amount_minor) == (0, ValueEntryKind.EXPIRED, -8800)
    assert_the_value_is_sound(house.shop)

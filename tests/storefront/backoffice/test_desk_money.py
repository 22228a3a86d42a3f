"""Money at the desk: what is where, payouts line by line, disputes by their day, the books as a file."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from commerce.ledger.queries.settlement import payouts
from commerce.ledger.service import compare_balances, take_in
from commerce.orders.queries import order_by_id
from commerce.park.permissions import Role
from commerce.payments.queries import payment_by_id
from commerce.web.languages import COOKIE
from tests.storefront.desk import Desk, seat_in
from tests.support.ledger import assert_the_books_are_sound
from tests.support.postgres import TestServer
from tests.support.settlement import charged_by_stripe, paid_out
from tests.support.shop import own_shop, stock_product
from tests.support.tills import cash, command, counter_in, open_register, sell

PAGES = ("/money/", "/money/payouts/", "/money/disputes", "/money/statement")
FORMULA = "=HYPERLINK(A1)"


@pytest.fixture(scope="module")
def quiet(postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk at which nothing has happened yet."""
    with own_shop(postgres_server) as shop:
        seated = seat_in(shop, tmp_path_factory.mktemp("var"))
        yield seated
        seated.durable.close()


@pytest.fixture(scope="module")
def accountant(quiet: Desk) -> FlaskClient:
    return quiet.as_role(Role.ACCOUNTANT)


def test_every_page_says_what_will_stand_there(quiet: Desk, accountant: FlaskClient) -> None:
    said = [accountant.get(quiet.root + page) for page in PAGES]
    assert [each.status_code for each in said] == [200] * len(PAGES)
    words = ("No money yet", "No payout yet", "No dispute", "Nothing in this time")
    assert [word in each.text for word, each in zip(words, said, strict=True)] == [True] * 4


@pytest.fixture(scope="module")
def desk(quiet: Desk) -> Desk:
    """Let a week pass: a till sells, two pay by Stripe, it pays out, and a bank takes one back."""
    shop = quiet.shop
    variant, register = stock_product(shop, in_warehouse=9, in_store=9), counter_in(shop)
    open_register(shop, register)
    sell(shop, command(register, variant, total=68800, tenders=(cash(68800),)))
    first, second, open_one = (charged_by_stripe(shop, variant) for _ in range(3))
    report = paid_out(first, second, disputed=(second,))
    at = {"merchant_id": shop.merchant.id}
    with shop.database.transaction(shop.scope) as session:
        take_in(session, **at, plugin="stripe", report=report)
        compare_balances(session, **at, plugin="stripe", held=report.held)
    with shop.database.reading(shop.scope) as connection:
        payment = payment_by_id(connection, payment_id=open_one)
        assert payment is not None
        order = order_by_id(connection, order_id=payment.order_id)
    assert order is not None
    quiet.app.extensions["money.open"] = order.number
    assert_the_books_are_sound(shop.database)
    return quiet


def test_the_first_page_tells_what_is_where_and_that_both_sides_agree(
    desk: Desk, accountant: FlaskClient
) -> None:
    page = accountant.get(f"{desk.root}/money/").text
    assert ">Zero<" in page
    assert "Card and wallets (Stripe)" in page
    assert "Cash at the tills" in page
    assert "¥1,188.00" in page, "drawer: the float and one sale"
    assert desk.app.extensions["money.open"] in page, "the payment that nobody settled is named"
    assert "Needs your answer" in page


def test_a_difference_is_shown_with_its_sign(desk: Desk, accountant: FlaskClient) -> None:
    shop = desk.shop
    at = {"merchant_id": shop.merchant.id}
    with shop.database.transaction(shop.scope) as session:
        compare_balances(session, **at, plugin="stripe", held={"USD": -11184 + 5})
    assert re.search(r">\+[A-Z$ ]*0\.05<", accountant.get(f"{desk.root}/money/").text)


def test_who_answers_for_money_is_told_today_until_when(
    desk: Desk, accountant: FlaskClient
) -> None:
    page = accountant.get(f"{desk.root}/").text
    assert "is disputed over ¥698.00: Payer says it was not them. Answer by" in page


def payout_of(desk: Desk, newest: int = -1) -> str:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        found = payouts(connection, most=9)
    return f"/money/payouts/{found[newest].id}"


def test_a_payout_shows_its_lines_and_gives_them_as_a_file(
    desk: Desk, accountant: FlaskClient
) -> None:
    listed = accountant.get(f"{desk.root}/money/payouts/").text
    assert payout_of(desk) in listed
    page = accountant.get(desk.root + payout_of(desk)).text
    assert page.count("0.13874") == 2
    assert "187.46" in page
    head, *lines = table_of(desk, accountant, f"{payout_of(desk)}/lines.csv")
    assert [dict(zip(head, line, strict=True))["After the fee"] for line in lines] == ["93.73"] * 2


def test_the_statement_balances_and_its_files_hold_every_entry(
    desk: Desk, accountant: FlaskClient
) -> None:
    page = accountant.get(f"{desk.root}/money/statement").text
    assert "Takings" in page
    head, *accounts = table_of(desk, accountant, "/money/statement/accounts.csv")
    sums = {
        unit: sum(float(row[head.index("At the end")]) for row in accounts if row[2] == unit)
        for unit in ("CNY", "USD")
    }
    assert {unit: round(found, 2) for unit, found in sums.items()} == {"CNY": 0, "USD": 0}
    _head, *entries = table_of(desk, accountant, "/money/statement/entries.csv")
    assert len(entries) == page.count('data-label="Debit"') - len(accounts)
    only = table_of(desk, accountant, "/money/statement/entries.csv?provider=cash")
    assert {row[3] for row in only[1:]} == {"Cash at the tills"}


def test_no_cell_is_a_formula(desk: Desk, accountant: FlaskClient) -> None:
    shop = desk.shop
    payment = charged_by_stripe(shop, stock_product(shop, name="Odd bowl", in_warehouse=1))
    report = paid_out(payment)
    odd = replace(report, lines=tuple(replace(each, source=FORMULA) for each in report.lines))
    with shop.database.transaction(shop.scope) as session:
        take_in(session, merchant_id=shop.merchant.id, plugin="stripe", report=odd)
    head, line = table_of(desk, accountant, f"{payout_of(desk, 0)}/lines.csv")
    assert line[head.index("Provider’s name")] == f"'{FORMULA}"


def test_a_long_statement_goes_on_page_by_page(
    desk: Desk, accountant: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.backoffice.money.statement._MOST", 3)
    page = accountant.get(f"{desk.root}/money/statement").text
    (following,) = {
        line.split('href="')[1].split('"')[0].replace("&amp;", "&")
        for line in page.split(">")
        if 'rel="next"' in line
    }
    answer = accountant.get(following)
    assert answer.status_code == 200
    assert 'rel="prev"' in answer.text


def test_the_pages_speak_chinese(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    client.set_cookie(COOKIE, "zh")
    for page in (*PAGES, payout_of(desk)):
        assert "资金" in client.get(desk.root + page).text


@pytest.mark.parametrize("role", [Role.CLERK, Role.FULFILMENT])
def test_who_may_not_see_money_finds_no_door_to_it(desk: Desk, role: Role) -> None:
    client = desk.as_role(role)
    assert [client.get(desk.root + page).status_code for page in PAGES] == [403] * len(PAGES)
    today = client.get(f"{desk.root}/").text
    assert "/money/" not in today
    assert "is disputed" not in today


def table_of(desk: Desk, client: FlaskClient, path: str) -> list[list[str]]:
    answer = client.get(desk.root + path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))

"""What is one's own: password, e-mail address, browsers, one's data, and the way out."""

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.customers.queries import customer_by_email
from commerce.park.queries.security_log import list_security_events
from tests.storefront.account.test_account import (
    ANNA,
    PASSWORD,
    buy,
    letters,
    link_in,
    open_account,
    refund,
)
from tests.storefront.shop.house import BERLIN, House
from tests.support.letters import ReadLetter, letters_as_read
from tests.support.park import create_merchant
from tests.support.statements import statements_sent

NEW_PASSWORD = "ink over rice paper"
NEW = "anna@new.example"
COOKIE = "quayside_shopper_porcelain-road"
PAGES = ("details", "password", "email", "devices", "file", "close")


@pytest.fixture
def browser(house: House) -> FlaskClient:
    """A browser in which Anna has just opened her account."""
    browser = house.browser()
    open_account(house, browser)
    return browser


def sign_in(house: House, email: str, password: str = PASSWORD) -> FlaskClient:
    browser = house.browser()
    browser.post(f"{house.root}/account/signin", data={"email": email, "password": password})
    return browser


def signed_in(house: House, browser: FlaskClient) -> bool:
    return browser.get(f"{house.root}/account").status_code == 200


def post(house: House, browser: FlaskClient, page: str, **typed: str) -> TestResponse:
    return browser.post(f"{house.root}/account/{page}", data=typed)


def ask_for(house: House, browser: FlaskClient, email: str = NEW) -> TestResponse:
    return post(house, browser, "email", email=email, present=PASSWORD)


def mailbox(house: House, email: str) -> list[ReadLetter]:
    vault = house.stage.app.extensions["quayside"].vault
    found = letters_as_read(house.shop.database, vault)
    return [letter for letter in found if letter.recipient == email]


def confirming(house: House, email: str = NEW) -> str:
    """Return the link in the last letter to the new address."""
    found = re.search(r"http://localhost(/\S+/account/email/\S+)", mailbox(house, email)[-1].text)
    assert found
    return found[1]


def end_orders(house: House) -> None:
    with house.shop.database.transaction(house.shop.scope) as session:
        session.execute(text("UPDATE sales_order SET state = 'completed'"))


def logged(house: House) -> list[str]:
    with house.shop.database.reading(house.shop.scope) as connection:
        events = list_security_events(connection, merchant_id=house.shop.merchant.id)
    return [event.action for event in events]


def test_a_new_password_needs_the_present_one_and_signs_out_everybody_else(
    house: House, browser: FlaskClient
) -> None:
    other, before = sign_in(house, ANNA), browser.get_cookie(COOKIE)
    wrong = post(house, browser, "password", present="guess", password=NEW_PASSWORD)
    assert (wrong.status_code, 'id="present-error"' in wrong.text) == (422, True)
    weak = post(house, browser, "password", present=PASSWORD, password="short")
    assert (weak.status_code, 'id="password-error"' in weak.text) == (422, True)
    assert signed_in(house, other)

    answer = post(house, browser, "password", present=PASSWORD, password=NEW_PASSWORD)

    assert "Your new password is set" in browser.get(answer.location).text
    assert not signed_in(house, other)
    thief = house.browser()
    assert before
    thief.set_cookie(COOKIE, before.value)
    assert not signed_in(house, thief)
    assert not signed_in(house, sign_in(house, ANNA))
    assert signed_in(house, sign_in(house, ANNA, NEW_PASSWORD))
    assert mailbox(house, ANNA)[-1].template == "account-password-changed"


def test_whoever_found_the_phone_cannot_go_on_guessing_the_password(
    house: House, browser: FlaskClient
) -> None:
    guesses = [
        post(house, browser, page, present="guess", email=NEW, password=NEW_PASSWORD).status_code
        for page in ("password", "email", "close", "password", "email")
    ]
    assert guesses == [422] * 5
    late = post(house, browser, "close", present=PASSWORD)
    assert (late.status_code, "Too many tries" in late.text) == (429, True)
    assert signed_in(house, sign_in(house, ANNA)), "the owner is not kept out elsewhere"


def test_an_account_moves_to_an_address_that_its_owner_reads(
    house: House, browser: FlaskClient
) -> None:
    buy(house, house.browser())
    (order,) = house.orders()
    sent = ask_for(house, browser)
    house.browser().post(f"{house.root}/account/forgotten", data={"email": ANNA})
    reset = link_in(letters(house)[-1])
    assert "your present address counts" in browser.get(sent.location).text
    asked = mailbox(house, ANNA)[-2]
    assert asked.template == "account-email-asked"
    assert f"{house.root}/account/signin" in asked.text
    assert house.browser().get(reset).status_code == 200, "nothing has changed yet"
    link = confirming(house)
    assert signed_in(house, sign_in(house, ANNA)), "until then the old one counts"
    assert f"with {NEW} instead of {ANNA}" in browser.get(link).text

    answer = browser.post(link)

    page = browser.get(answer.location).text
    assert ("has its new e-mail address" in page, NEW in page) == (True, True)
    assert order.number in page, "what was bought as a guest with the old address stays"
    assert not signed_in(house, sign_in(house, ANNA))
    assert signed_in(house, sign_in(house, NEW))
    (notice,) = mailbox(house, ANNA)[-1:]
    assert notice.template == "account-email-moved"
    assert NEW not in notice.text
    assert "customer-readdressed" in logged(house)
    assert browser.post(link).status_code == 410
    assert house.browser().get(reset).status_code == 410
    stranger = house.browser()
    open_account(house, stranger)
    found = stranger.get(f"{house.root}/account").text + post(house, stranger, "file").text
    assert order.number not in found, "the mailbox has somebody else now"
    assert "10435" not in found


def test_a_link_that_confirms_works_for_its_own_account_alone(
    house: House, browser: FlaskClient
) -> None:
    """Or anybody could talk a buyer into confirming an account that is not theirs."""
    mallory = house.browser()
    open_account(house, mallory, email="mallory@example.com")
    ask_for(house, browser)
    link = confirming(house)
    assert mallory.get(link).status_code == 410
    assert mallory.post(link).status_code == 410
    nobody = house.browser()
    asked = nobody.get(link)
    assert asked.location.startswith(f"{house.root}/account/signin?to=email/")
    form = {"email": ANNA, "password": PASSWORD}
    assert nobody.post(asked.location, data=form).location == link
    away = nobody.post(f"{house.root}/account/signin?to=email/../../x", data=form)
    assert away.location == f"{house.root}/account"
    create_merchant(house.shop.database, slug="harbour-imports")
    cookie = browser.get_cookie(COOKIE)
    assert cookie
    browser.set_cookie("quayside_shopper_harbour-imports", cookie.value)
    elsewhere = "/en/harbour-imports/account"
    for path in (link.replace("porcelain-road", "harbour-imports"), f"{elsewhere}/file"):
        assert browser.post(path).location.startswith(f"{elsewhere}/signin")
    with house.shop.database.reading(house.shop.scope) as connection:
        assert customer_by_email(connection, email=NEW) is None


def test_a_later_link_a_new_password_and_a_day_make_a_link_useless(
    house: House, browser: FlaskClient
) -> None:
    ask_for(house, browser)
    first = confirming(house)
    assert f"A link to {NEW} waits" in browser.get(f"{house.root}/account/email").text
    ask_for(house, browser, "anna@third.example")
    second = confirming(house, "anna@third.example")
    assert browser.post(first).status_code == 410
    assert mailbox(house, NEW) == [], "nobody else's mailbox is kept"
    post(house, browser, "password", present=PASSWORD, password=NEW_PASSWORD)
    assert browser.post(second).status_code == 410
    post(house, browser, "email", email=NEW, present=NEW_PASSWORD)
    with house.shop.database.transaction(house.shop.scope) as session:
        session.execute(text("UPDATE account_link SET expires_at = expires_at - interval '1 day'"))
    assert browser.post(confirming(house)).status_code == 410


def test_nobody_learns_which_addresses_have_an_account(house: House, browser: FlaskClient) -> None:
    taken = "mallory@example.com"
    open_account(house, house.browser(), email=taken)
    told = []
    for email in (taken, NEW):
        answer = ask_for(house, browser, email)
        page = browser.get(f"{house.root}/account/email").text.replace(email, "somebody")
        told.append((answer.status_code, answer.location, re.sub(r'nonce="[^"]*"', "", page)))
    assert told[0] == told[1]
    assert mailbox(house, taken)[-1].template == "account-open", "the later one took its place"
    ask_for(house, browser, taken)
    letter = mailbox(house, taken)[-1]
    assert letter.template == "account-email-taken"
    assert "http" not in letter.text
    same = ask_for(house, browser, ANNA.upper())
    assert "of your account already" in same.text


def test_an_address_that_was_taken_meanwhile_stays_with_its_account(
    house: House, browser: FlaskClient
) -> None:
    ask_for(house, browser)
    link = confirming(house)
    open_account(house, house.browser(), email=NEW)
    assert browser.post(link).status_code == 409
    assert ANNA in browser.get(f"{house.root}/account").text
    assert signed_in(house, sign_in(house, NEW))
    assert f"until {NEW} is confirmed" in browser.get(f"{house.root}/account").text
    kept = post(house, browser, "email", do="withdraw")
    assert "Your e-mail address stays as it is" in browser.get(kept.location).text
    assert browser.post(link).status_code == 410


def test_what_was_bought_as_a_guest_with_the_new_address_comes_along(
    house: House, browser: FlaskClient
) -> None:
    guest = "guest@example.com"
    house.browser().post(f"{house.root}/account/open", data={"email": guest})
    opening = link_in(letters(house)[-1])
    buy(house, house.browser())
    (order,) = house.orders()
    with house.shop.database.transaction(house.shop.scope) as session:
        known = customer_by_email(session, email=guest)
        assert known
        session.execute(
            text("UPDATE sales_order SET email = :email, customer_id = :id"),
            {"email": guest, "id": known.id},
        )
    assert order.number not in browser.get(f"{house.root}/account").text
    ask_for(house, browser, guest)
    browser.post(confirming(house, guest))
    assert order.number in browser.get(f"{house.root}/account").text
    assert house.browser().get(opening).status_code == 410


def test_browsers_are_listed_and_signed_out_one_by_one_or_all(
    house: House, browser: FlaskClient
) -> None:
    other = sign_in(house, ANNA)
    mallory = house.browser()
    open_account(house, mallory, email="mallory@example.com")
    page = browser.get(f"{house.root}/account/devices").text
    assert "192.0.2.7" in page
    (end,) = re.findall(r'action="([^"]+/devices/[0-9a-f-]{36})"', page)
    mallory.post(end)
    assert signed_in(house, other), "nobody signs out somebody else"
    browser.post(end)
    assert not signed_in(house, other)
    others = [sign_in(house, ANNA), sign_in(house, ANNA)]
    browser.post(f"{house.root}/account/devices/others")
    assert [signed_in(house, each) for each in (*others, browser)] == [False, False, True]
    last = sign_in(house, ANNA)
    ended = browser.post(f"{house.root}/account/devices/everywhere")
    assert "signed out in every browser" in browser.get(ended.location).text
    assert [signed_in(house, each) for each in (last, browser, mallory)] == [False, False, True]


def test_name_telephone_and_language_are_ones_own_to_change(
    house: House, browser: FlaskClient
) -> None:
    wrong = post(house, browser, "details", name="Anna Müller", phone="12", locale="zh")
    assert (wrong.status_code, 'value="Anna Müller"' in wrong.text) == (422, True)
    post(house, browser, "details", name=" Anna  Müller ", phone="+49 30 901820", locale="zh")
    with house.shop.database.reading(house.shop.scope) as connection:
        anna = customer_by_email(connection, email=ANNA)
    assert anna
    assert (anna.name, anna.phone, anna.locale) == ("Anna Müller", "+4930901820", "zh")


def test_ones_data_leave_as_one_file_about_nobody_else(house: House, browser: FlaskClient) -> None:
    open_account(house, house.browser(), email="mallory@example.com")
    buy(house, browser)
    refund(house)
    with statements_sent() as sent:
        answer = post(house, browser, "file")
    few = len(sent)
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    told = json.loads(answer.data)
    assert told["person"]["email"] == ANNA
    assert [each["number"] for each in told["orders"]] == [house.orders()[0].number]
    assert told["orders"][0]["payments"][0]["amount_minor"] == house.orders()[0].total_minor
    assert told["orders"][0]["timeline"]
    assert told["orders"][0]["refunds"][0]["amount_minor"] == 100
    assert "one of them limps" not in answer.text, "that is what the desk is promised"
    assert "mallory" not in answer.text
    assert "customer-took-file" in logged(house)
    buy_again(house, browser)
    with statements_sent() as sent:
        assert len(json.loads(post(house, browser, "file").data)["orders"]) == 2
    assert len(sent) == few
    answers = [post(house, browser, "file").status_code for _ in range(4)]
    assert answers[-1] == 429


def buy_again(house: House, browser: FlaskClient) -> None:
    house.add(browser, house.stock("Celadon cup"))
    browser.get(house.check_out(browser).location)
    order = house.orders()[0]
    house.stage.house.pay(house.payments(order)[0].id)
    browser.get(f"{house.link(order)}/paid")


def test_an_account_is_closed_once_nothing_is_under_way(house: House, browser: FlaskClient) -> None:
    buy(house, browser)
    (order,) = house.orders()
    page = browser.get(f"{house.root}/account/close").text
    assert order.number in page
    assert 'name="present"' not in page
    refused = post(house, browser, "close", present=PASSWORD)
    assert (refused.status_code, order.number in refused.text) == (409, True)
    end_orders(house)
    other = sign_in(house, ANNA)
    page = browser.get(f"{house.root}/account/close").text
    assert "tax and commercial law keep them" in page
    assert post(house, browser, "close", present="guess").status_code == 422

    answer = post(house, browser, "close", present=PASSWORD)

    assert "Your account is closed" in browser.get(answer.location).text
    assert [signed_in(house, each) for each in (browser, other)] == [False, False]
    assert not signed_in(house, sign_in(house, ANNA))
    (kept,) = house.orders()
    assert (kept.number, kept.email, kept.total_minor) == (order.number, "", order.total_minor)
    assert mailbox(house, ANNA) == []
    assert "customer-left" in logged(house)
    again = house.browser()
    open_account(house, again)
    assert order.number not in again.get(f"{house.root}/account").text


def test_nothing_of_a_former_address_is_left_when_the_account_is_closed(
    house: House, browser: FlaskClient
) -> None:
    ask_for(house, browser)
    browser.post(confirming(house))
    told = json.loads(post(house, browser, "file").data)
    assert told["person"]["former_emails"] == [ANNA]
    assert {each["to"] for each in told["letters"]} >= {ANNA, NEW}
    assert post(house, browser, "close", present=PASSWORD).status_code == 303
    with house.shop.database.reading(house.shop.scope) as connection:
        rows = connection.execute(
            text(
                "SELECT t::text FROM customer t UNION ALL SELECT t::text FROM account_link t"
                " UNION ALL SELECT t::text FROM outgoing_mail t"
            )
        ).scalars()
        everything = "\n".join(rows)
    assert ANNA not in everything
    assert NEW not in everything


def test_every_page_speaks_chinese_and_asks_the_database_little(
    house: House, browser: FlaskClient
) -> None:
    for page in PAGES:
        assert house.browser().get(f"{house.root}/account/{page}").location.endswith("/signin")
        path = f"/zh/porcelain-road/account/{page}"
        browser.get(path)
        with statements_sent() as sent:
            answer = browser.get(path)
        assert (answer.status_code, '<html lang="zh' in answer.text) == (200, True)
        assert len(sent) <= 8, page
        main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
        words = re.sub(r"<[^>]+>|[\w.]+@[\w.]+|English|JSON", " ", main)
        assert not re.search(r"[a-z]{3,} [a-z]{3,}", words), words


def test_a_sign_in_from_an_unknown_browser_is_written_of_once(
    house: House, browser: FlaskClient
) -> None:
    def written(agent: str) -> list[ReadLetter]:
        house.browser().post(
            f"{house.root}/account/signin",
            data={"email": ANNA, "password": PASSWORD},
            headers={"User-Agent": agent},
        )
        found = mailbox(house, ANNA)
        return [each for each in found if each.template == "account-new-browser"]

    sign_in(house, ANNA)
    assert not [each for each in mailbox(house, ANNA) if "new-browser" in each.template]
    (letter,) = written("Mozilla/5.0 (iPhone) Version/19.0 Safari/604.1")
    assert "Safari · iPhone" in letter.text
    assert f"{house.root}/account/signin" in letter.text
    assert len(written("Mozilla/5.0 (iPhone) Version/19.1 Safari/605.1")) == 1, "an update is none"
    for agent in ("Firefox/1 Windows", "Firefox/1 Android", "Firefox/1 Linux", "Edg/1 Windows"):
        several = written(agent)
    assert len(several) == 3, "nobody fills a mailbox this way"


def test_signing_in_turns_the_shop_to_the_usual_address(house: House, browser: FlaskClient) -> None:
    house.send_to_germany(house.browser())
    house.stock()
    added = browser.post(f"{house.root}/account/addresses", data={**BERLIN, "do": "keep"})
    assert added.status_code == 303
    there = sign_in(house, ANNA)
    kept = there.get_cookie("quayside_destination")
    assert kept is not None
    assert kept.value.startswith("DE.")
    chosen = house.browser()
    chosen.set_cookie("quayside_destination", "CN.CNY")
    chosen.post(f"{house.root}/account/signin", data={"email": ANNA, "password": PASSWORD})
    assert chosen.get_cookie("quayside_destination").value == "CN.CNY"  # type: ignore[union-attr]

"""The cart: it can be changed and mended, and tells the whole price before anything personal."""

import re
from dataclasses import replace
from uuid import UUID

import pytest

from commerce.fulfilment.queries import delivery_settings
from commerce.fulfilment.rows import DeliveryPrice
from commerce.fulfilment.service import put_delivery_option
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.pricing.promotions.rows import Shipping
from tests.storefront.shop.house import House, put_tea
from tests.support.promotions import promote


def test_what_is_put_in_shows_with_delivery_tax_and_total(house: House) -> None:
    browser = house.browser()
    assert house.add(browser, house.stock(), 2).location == f"{house.root}/cart"
    page = browser.get(f"{house.root}/cart").text
    assert "Celadon teapot" in page
    assert "¥1,376.00" in page
    assert "¥1,386.00" in page, "with ten yuan of delivery"
    assert "Tax included" in page


def test_goods_without_a_picture_show_a_parcel_wherever_they_are_seen(house: House) -> None:
    browser, variant = house.browser(), house.stock()
    house.send_to_germany(browser)
    house.add(browser, variant)
    order = house.check_out(browser).location.removesuffix("/pay")
    house.add(browser, variant)
    for page in ("/", f"/p/{house.handle(variant)}", "/search", "/cart", "/search?vendor=Nobody"):
        shown = browser.get(f"{house.root}{page}").text
        assert ("no-picture.svg#parcel" in shown) is ("Nobody" not in page), page
        assert 'class="picture"></' not in shown
    assert "no-picture.svg#parcel" in browser.get(order).text


def test_a_line_changes_leaves_and_comes_back(house: House) -> None:
    browser, variant = house.browser(), house.stock()
    house.add(browser, variant)
    line = f"{house.root}/cart/lines/{variant}"
    browser.post(line, data={"quantity": "3"})
    assert 'value="3"' in browser.get(f"{house.root}/cart").text
    gone = browser.post(line, data={"quantity": "0"})
    assert gone.location == f"{house.root}/cart?undo={variant}.3"
    page = browser.get(gone.location).text
    assert "“Celadon teapot” was taken out." in page
    assert "Your cart is empty" in page
    browser.post(line, data={"quantity": "3"})
    assert "¥2,064.00" in browser.get(f"{house.root}/cart").text


def test_the_badge_counts_pieces_and_costs_nobody_a_cookie(house: House) -> None:
    browser = house.browser()
    empty = browser.get(f"{house.root}/cart/count")
    assert (empty.text, "Set-Cookie" in empty.headers) == ("", False)
    house.add(browser, house.stock(), 2)
    assert browser.get(f"{house.root}/cart/count").text.startswith("2")


def test_another_currency_keeps_the_goods_at_its_own_prices(house: House) -> None:
    tea, browser = put_tea(house), house.browser()
    house.add(browser, tea["LJ-50"], 2)
    house.send_to_germany(browser, currency="EUR")
    page = browser.get(f"{house.root}/cart").text
    assert "€52.00" in page
    assert "€57.00" in page, "with five euros of delivery"
    assert "Tax included" not in page, "an export bears no tax here"


def test_what_is_not_sold_in_the_new_currency_is_named_and_not_counted(house: House) -> None:
    put_tea(house)
    browser = house.browser()
    house.add(browser, house.stock("Gaiwan"))
    house.send_to_germany(browser, currency="EUR")
    page = browser.get(f"{house.root}/cart").text
    assert "“Gaiwan” is no longer sold this way" in page
    assert "To the checkout" not in page


def test_more_than_there_is_stays_in_the_cart_and_says_so(house: House) -> None:
    browser, variant = house.browser(), house.stock(units=2)
    house.add(browser, variant, 4)
    assert "Only 2 left" in browser.get(f"{house.root}/cart").text


def test_what_is_sold_out_or_withdrawn_is_named_not_counted_and_taken_out_first(
    house: House,
) -> None:
    browser, cup = house.browser(), house.stock("Cup", units=0)
    house.add(browser, cup)
    alone = browser.get(f"{house.root}/cart").text
    assert "“Cup” is sold out and not counted." in alone
    assert "Nothing of ours goes there" not in alone
    assert "Total" not in alone
    house.add(browser, house.stock(price_minor=68800))
    both = browser.get(f"{house.root}/cart").text
    assert "¥698.00" in both, "the teapot and its delivery"
    assert "Only 0 left" not in both
    assert "To the checkout" not in both
    assert browser.get(f"{house.root}/checkout").location == f"{house.root}/cart"
    browser.post(f"{house.root}/cart/lines/{cup}", data={"quantity": "0"})
    assert "To the checkout" in browser.get(f"{house.root}/cart").text


def test_a_pickup_costs_nothing_and_is_chosen_in_the_cart(house: House) -> None:
    browser = house.browser()
    house.add(browser, house.stock(in_store=1))
    browser.post(f"{house.root}/cart/delivery", data={"country": "CN", "delivery": "pickup"})
    page = browser.get(f"{house.root}/cart").text
    assert 'value="pickup" checked' in page
    assert "¥698.00" not in page


def test_nonsense_is_refused_with_a_sentence(house: House) -> None:
    browser = house.browser()
    answer = browser.post(f"{house.root}/cart/lines", data={"variant": "teapot"})
    assert answer.status_code == 422
    assert "Choose a quantity" in answer.text
    unknown = browser.get(f"{house.root}/cart?undo={UUID(int=1)}.3")
    assert "was taken out" not in unknown.text


def test_what_the_shop_does_not_have_is_not_found(house: House) -> None:
    browser, line = house.browser(), str(new_id())
    lines = f"{house.root}/cart/lines"
    assert browser.post(lines, data={"variant": line, "quantity": 1}).status_code == 404
    house.add(browser, house.stock())
    assert browser.post(f"{lines}/{line}", data={"quantity": 1}).status_code == 404


def test_a_number_of_five_thousand_digits_is_refused_with_a_sentence(house: House) -> None:
    browser, teapot = house.browser(), house.stock()
    for digits in ("9" * 20, "9" * 5000):
        typed = {"variant": str(teapot), "quantity": digits}
        assert browser.post(f"{house.root}/cart/lines", data=typed).status_code == 422
    undo = f"{house.root}/cart?undo={teapot}.{'9' * 5000}"
    assert browser.get(undo).status_code == 200


def test_a_quantity_that_is_none_is_told_in_its_line_which_keeps_the_old_one(house: House) -> None:
    browser, teapot = house.browser(), house.stock()
    house.add(browser, teapot, 2)
    line = f"{house.root}/cart/lines/{teapot}"
    for odd in ("", "1000", "two"):
        told = browser.post(line, data={"quantity": odd})
        assert (told.status_code, "Choose a quantity from 1 to 999." in told.text) == (422, True)
        assert re.search(rf'id="q-{teapot}" name="quantity" value="2"[^>]*autofocus', told.text)
        assert f'href="{house.root.replace("/en/", "/zh/")}/cart"' in told.text
    strange = f"{house.root}/cart/lines/{new_id()}"
    assert f'href="{house.root}/cart"' in browser.post(strange, data={"quantity": ""}).text


def test_a_full_cart_still_changes_and_says_why_it_takes_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.checkout.service.cart.MOST_LINES", 2)
    browser = house.browser()
    first, second, third = (house.stock(name) for name in ("Teapot", "Gaiwan", "Bowl"))
    house.add(browser, first)
    house.add(browser, second)
    full = house.add(browser, third)
    assert full.status_code == 422
    assert "This cart holds 2 different things, the most it can." in full.text
    for quantity in ("3", "1", "0"):
        changed = browser.post(f"{house.root}/cart/lines/{first}", data={"quantity": quantity})
        assert changed.status_code == 303, changed.text
    assert house.add(browser, third).status_code == 303


def test_the_choice_of_country_never_leads_to_another_site(house: House) -> None:
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "/zh/other/"):
        form = {"country": "DE", "currency": "CNY", "to": wanted}
        answer = house.browser().post(f"{house.root}/destination", data=form)
        assert answer.location == f"{house.root}/"


def test_who_changes_the_country_is_asked_about_its_currency_once(house: House) -> None:
    put_tea(house)
    browser = house.browser()
    wish = {"country": "DE", "currency": "CNY"}
    asked = browser.post(f"{house.root}/destination", data=wish)
    assert asked.status_code == 200
    assert "In which currency?" in asked.text
    assert 'value="EUR" checked' in asked.text
    assert browser.get_cookie("quayside_destination") is None, "nothing is chosen silently"
    browser.post(f"{house.root}/destination", data={**wish, "asked": "1"})
    cookie = browser.get_cookie("quayside_destination")
    assert cookie
    assert cookie.value == "DE.CNY"


def test_a_cart_for_germany_offers_to_count_in_euros(house: House) -> None:
    tea = put_tea(house)
    browser = house.browser()
    house.add(browser, tea["LJ-50"])
    browser.post(f"{house.root}/cart/delivery", data={"country": "DE"})
    page = browser.get(f"{house.root}/cart").text
    assert "There are prices in euros, too." in page
    assert "¥" in page
    house.send_to_germany(browser, "EUR")
    page = browser.get(f"{house.root}/cart").text
    assert "€26.00" in page
    assert "There are prices in" not in page


def test_where_nothing_travels_in_a_currency_the_one_in_which_it_does_is_offered(
    house: House,
) -> None:
    tea = put_tea(house)
    with house.shop.database.transaction(house.shop.scope) as session:
        (parcel,) = (each for each in delivery_settings(session) if each.code == "parcel")
        put_delivery_option(
            session,
            merchant_id=house.shop.merchant.id,
            option=replace(parcel, prices=(DeliveryPrice(Money(1000, "CNY")),)),
        )
    browser = house.browser()
    wish = {"country": "DE", "currency": "CNY"}
    answer = browser.post(f"{house.root}/destination", data=wish)
    assert answer.status_code == 303, "euros, in which nothing is sent there, are not proposed"
    house.send_to_germany(browser, "EUR")
    house.add(browser, tea["LJ-50"])
    for page in ("p/longjing", "cart"):
        told = browser.get(f"{house.root}/{page}").text
        assert "elivered to Germany in euros" in told
        assert "Count in Chinese yuan" in told
        assert 'name="currency" value="CNY"' in told
    house.send_to_germany(browser, "CNY")
    assert "elivered to Germany in" not in browser.get(f"{house.root}/p/longjing").text
    assert "There are prices in" not in browser.get(f"{house.root}/cart").text


def test_nothing_is_offered_in_a_currency_in_which_a_part_is_not_sold(house: House) -> None:
    tea = put_tea(house)
    browser = house.browser()
    house.add(browser, tea["LJ-50"])
    house.add(browser, house.stock())
    browser.post(f"{house.root}/cart/delivery", data={"country": "DE"})
    assert "There are prices in" not in browser.get(f"{house.root}/cart").text


def test_a_code_takes_off_what_it_says_on_every_page_until_it_is_left_out(house: House) -> None:
    promote(house.shop, code="TEA-10")
    browser = house.browser()
    house.add(browser, house.stock())
    codes = f"{house.root}/cart/codes"
    assert browser.post(codes, data={"code": " tea-10 "}).location == f"{house.root}/cart#codes"
    for page in ("cart", "checkout"):
        shown = browser.get(f"{house.root}/{page}").text
        assert "Autumn tea: ¥68.80 off" in shown, page
        assert "¥629.20" in shown, "with ten yuan of delivery"
    assert "秋茶节：减 ¥68.80" in browser.get(f"{house.root}/cart".replace("/en/", "/zh/")).text
    browser.post(codes, data={"drop": "TEA-10"})
    assert "¥698.00" in browser.get(f"{house.root}/cart").text
    promote(house.shop, Shipping(), code="POST")
    browser.post(codes, data={"code": "post"})
    row = browser.get(f"{house.root}/cart").text.partition('id="delivery"')[2]
    assert re.search(r"<del[^>]*>¥10.00</del>.*?free", row.partition("</label>")[0], re.DOTALL)


def test_a_code_that_takes_nothing_off_says_why(house: House) -> None:
    promote(house.shop, code="BIG", minimum_amounts={"CNY": 100_000})
    browser = house.browser()
    house.add(browser, house.stock())
    browser.post(f"{house.root}/cart/codes", data={"code": "BIG"})
    assert "once you add ¥312.00 more" in browser.get(f"{house.root}/cart").text
    wrong = browser.post(f"{house.root}/cart/codes", data={"code": "B1G"})
    assert wrong.status_code == 422
    assert "There is no code “B1G”. Check its spelling." in wrong.text
    assert 'value="B1G"' in wrong.text
    for _ in range(20):
        last = browser.post(f"{house.root}/cart/codes", data={"code": "GUESS"})
    assert "Too many tries" in last.text


def test_a_shop_without_codes_asks_for_none(house: House) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    for page in ("cart", "checkout"):
        assert "promotion code" not in browser.get(f"{house.root}/{page}").text


def test_a_code_typed_at_the_checkout_counts_before_anything_is_placed(house: House) -> None:
    promote(house.shop, code="TEA-10")
    browser = house.browser()
    house.add(browser, house.stock())
    told = house.check_out(browser, code="tea-10")
    assert (told.status_code, house.orders()) == (200, ())
    assert "Autumn tea: ¥68.80 off" in told.text
    assert 'value="Anna Müller"' in told.text, "what was typed stays"
    unknown = house.check_out(browser, code="tea-11")
    assert (unknown.status_code, "There is no code “tea-11”" in unknown.text) == (422, True)
    order = house.check_out(browser, agreed="62920").location.removesuffix("/pay")
    assert "Autumn tea" in browser.get(order).text
    assert "\N{MINUS SIGN}¥68.80" in browser.get(order).text

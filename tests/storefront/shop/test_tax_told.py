"""The tax that a price holds is told alike on every page and in the letter, and so is what it lacks."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.kernel.database import Scope
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.pricing.charged import charged
from commerce.pricing.service import add_tax_rate, define_tax_class
from commerce.web.mails import OrderLetters
from commerce.web.tax_words import IMPORT, TaxTerm, tax_term
from storefront.shop.destination import country_in_sentence
from tests.storefront.shop.house import House, put_tea
from tests.storefront.shop.stage import SECRET
from tests.support.promotions import promote

SHANGHAI = {
    "country": "CN",
    "name": "林薇",
    "region": "上海市",
    "city": "静安区",
    "lines": "南京西路 1 号",
    "postcode": "200040",
    "phone": "13800138000",
}


@pytest.fixture
def cream(house: House) -> UUID:
    """A cream whose price holds the tax of retail imports: 9.1 percent."""
    variant = house.stock("Night cream", price_minor=10910)
    with house.shop.database.transaction(Scope.park()) as session:
        define_tax_class(session, code="retail-import", name="Retail import", name_zh="零售进口")
        add_tax_rate(
            session,
            country="CN",
            tax_class="retail-import",
            rate=Decimal("0.091"),
            valid_from=date(2019, 4, 1),
            source="test",
            component=IMPORT,
        )
        session.execute(text("UPDATE product SET tax_class = 'retail-import'"))
    return variant


def letter(house: House) -> tuple[str, str]:
    (order,) = house.orders()
    letters = OrderLetters(
        house.shop.database, house.stage.durable, "https://shop.example", Vault(SECRET.encode())
    )
    letters.confirm(merchant_id=house.shop.merchant.id, order_id=order.id)
    with house.shop.database.reading(house.shop.scope) as connection:
        row = connection.execute(text("SELECT text, html FROM outgoing_mail")).one()
    return row.text, row.html


def test_import_tax_is_said_with_its_amount_from_the_product_to_the_letter(
    house: House, cream: UUID
) -> None:
    browser = house.browser()
    product = browser.get(f"{house.root}/p/{house.handle(cream)}").text
    assert "Import tax of ¥9.10 included" in product
    house.add(browser, cream)
    for page in ("cart", "checkout"):
        assert "Import tax included" in browser.get(f"{house.root}/{page}").text
    assert house.check_out(browser, **SHANGHAI).status_code == 303
    (order,) = house.orders()
    page = browser.get(house.link(order)).text
    assert "Import tax included" in page
    for body in letter(house):
        assert "Import tax included" in body


def test_what_a_country_may_ask_on_arrival_is_said_from_the_product_to_the_letter(
    house: House,
) -> None:
    sentence = "Taxes that Germany may ask on arrival are not included"
    browser = house.browser()
    house.send_to_germany(browser)
    variant = house.stock()
    house.add(browser, variant)
    for page in (f"p/{house.handle(variant)}", "cart", "checkout"):
        shown = browser.get(f"{house.root}/{page}").text
        assert sentence in shown, page
        assert "Tax included" not in shown
    house.check_out(browser)
    assert sentence in browser.get(house.link(house.orders()[0])).text
    for body in letter(house):
        assert sentence in body


def test_a_sentence_gives_a_country_its_article() -> None:
    named = [country_in_sentence(code, "en") for code in ("US", "DE")]
    assert [*named, country_in_sentence("US", "zh")] == ["the United States", "Germany", "美国"]


def test_taxes_of_several_kinds_are_not_called_by_the_name_of_one() -> None:
    vat = {"kind": "tax", "ground": "charged", "component": "vat"}
    border = {"kind": "tax", "ground": "charged", "component": IMPORT}
    assert tax_term([vat, border]) is TaxTerm.INCLUDED
    assert tax_term([border]) is TaxTerm.IMPORT_INCLUDED
    assert tax_term([{"kind": "tax", "ground": "exempt"}]) is TaxTerm.NONE


def test_a_pickup_says_what_its_tax_adds_and_units_less_discounts_are_the_total(
    house: House,
) -> None:
    """Two for 26 euros each leave China untaxed; picked up there, they are sold there."""
    promote(house.shop, code="TEA-10")
    tea, browser = put_tea(house), house.browser()
    house.send_to_germany(browser, "EUR")
    product = f"{house.root}/p/longjing?v=LJ-50"
    assert "Picked up it costs €29.38, with the tax of China" in browser.get(product).text
    assert "自提价 €29.38（含中国税费）" in browser.get(product.replace("/en/", "/zh/")).text
    house.add(browser, tea["LJ-50"], 2)
    parcel = browser.get(f"{house.root}/cart").text
    assert "€26.00 each" in parcel
    assert "Goods €58.76, with the tax of China" in parcel
    browser.post(f"{house.root}/cart/delivery", data={"country": "DE", "delivery": "pickup"})
    browser.post(f"{house.root}/cart/codes", data={"code": "TEA-10"})
    pickup = browser.get(f"{house.root}/cart".replace("/en/", "/zh/")).text
    assert "单价 €29.38" in pickup
    assert "秋茶节：减 €5.88" in pickup
    assert "商品合计 €52.88（含中国税费）" in pickup
    assert (
        "商品合计 €52.88（含中国税费）"
        in browser.get(f"{house.root}/checkout".replace("/en/", "/zh/")).text
    )
    page = browser.get(house.check_out(browser, delivery="pickup").location.removesuffix("/pay"))
    assert "2 × €29.38" in page.text
    assert "\N{MINUS SIGN}€5.88" in page.text
    assert "€52.88" in page.text


def test_a_unit_that_does_not_divide_the_line_is_told_as_rounded() -> None:
    euros = [Money(minor, "EUR") for minor in (333, 2634, 1999)]
    seven = charged(quantity=7, unit=euros[0], off=(), gross=euros[1])
    assert (seven.unit.amount_minor, seven.even) == (376, False)
    given = charged(quantity=1, unit=euros[2], off=[euros[2]], gross=Money(0, "EUR"))
    assert (given.unit, given.off, given.even) == (euros[2], (euros[2],), True)

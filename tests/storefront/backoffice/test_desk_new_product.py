"""A new product at the desk: everything for a first sale on one page, and nothing typed is lost."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from commerce.catalogue.queries import every_product_sheet, pictures_of
from commerce.catalogue.records import ProductSheet
from commerce.inventory.queries import levels_of
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from commerce.pricing.queries.lists import listed_prices
from tests.storefront.desk import Desk
from tests.support.pricing import state_tax_rate

USUAL = {
    "en_name": "Linen towel",
    "status": "active",
    "kind": "physical",
    "tax_class": "standard",
    "counted": "y",
}


@dataclass
class Owner:
    """An owner with one browser, before the page for a new product."""

    desk: Desk
    client: FlaskClient

    @property
    def page(self) -> str:
        return self.client.get(f"{self.desk.root}/products/new").text

    def field(self, begins: str) -> str:
        """Return the whole name of a field of the page."""
        found = re.search(rf'name="({begins}-[0-9a-f-]+)"', self.page)
        assert found is not None, begins
        return found[1]

    def save(self, **typed: object) -> TestResponse:
        form = {**USUAL, "wish": str(new_id()), **typed}
        return self.client.post(
            f"{self.desk.root}/products/new", data=form, content_type="multipart/form-data"
        )

    def change(self, sheet: ProductSheet, **typed: object) -> int:
        form = {**USUAL, "wish": str(new_id()), "handle": sheet.handle, **typed}
        return self.client.post(f"{self.desk.root}/products/{sheet.id}", data=form).status_code


@pytest.fixture
def owner(desk: Desk) -> Owner:
    return Owner(desk, desk.as_role(Role.OWNER))


def sheets(desk: Desk) -> list[ProductSheet]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return list(every_product_sheet(connection, statuses=("draft", "active")))


def prices(desk: Desk, variants: list[UUID]) -> dict[UUID, tuple[int, int | None]]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return {
            each.variant_id: (
                each.amount.amount_minor,
                each.compare_at.amount_minor if each.compare_at else None,
            )
            for each in listed_prices(connection, variant_ids=variants)
        }


def test_the_address_begins_empty_and_is_made_from_the_name(owner: Owner) -> None:
    found = re.search(r'<input[^>]*name="handle"[^>]*>', owner.page)
    assert found is not None
    assert 'value=""' in found[0]
    assert owner.save().status_code == 303
    assert owner.save().status_code == 303
    assert {sheet.handle for sheet in sheets(owner.desk)} == {"linen-towel", "linen-towel-2"}
    assert {sheet.variants[0].sku for sheet in sheets(owner.desk)} == {
        "LINEN-TOWEL",
        "LINEN-TOWEL-2",
    }


def test_a_tax_class_says_what_it_bears_in_the_shop_s_own_country(owner: Owner) -> None:
    database = owner.desk.shop.database
    state_tax_rate(database, tax_class="books", rate="0.09")
    state_tax_rate(database, country="DE", tax_class="farming", rate="0.07")
    (choices,) = re.findall(r'<select[^>]*name="tax_class".*?</select>', owner.page, re.DOTALL)
    assert "Books: 9%<" in choices
    assert "Farming: 13%, as the standard rate<" in choices
    assert "Exempt<" in choices


def test_what_is_typed_for_one_variant_stays(owner: Owner) -> None:
    typed = {
        owner.field("sku"): "TT",
        owner.field("grams"): "180",
        owner.field("price"): "88",
        owner.field("compare"): "108",
    }
    assert owner.save(**typed).status_code == 303
    (sheet,) = sheets(owner.desk)
    (variant,) = sheet.variants
    assert (variant.sku, variant.weight_grams) == ("TT", 180)
    assert variant.id != UUID(int=0)
    assert prices(owner.desk, [variant.id]) == {variant.id: (8800, 10800)}


def test_with_options_every_variant_has_the_price_the_weight_and_the_beginning_of_the_sku(
    owner: Owner,
) -> None:
    typed = {
        owner.field("sku"): "TT",
        owner.field("grams"): "180",
        owner.field("price"): "88",
        "option-0-en": "Colour",
        "option-0-values": "Red\nBlue",
    }
    assert owner.save(**typed).status_code == 303
    (sheet,) = sheets(owner.desk)
    assert [(v.sku, v.weight_grams) for v in sheet.variants] == [("TT-RED", 180), ("TT-BLUE", 180)]
    ids = [variant.id for variant in sheet.variants]
    assert prices(owner.desk, ids) == dict.fromkeys(ids, (8800, None))


def test_what_is_wrong_is_said_at_its_field_and_named_at_the_top(owner: Owner) -> None:
    price, gtin = owner.field("price"), owner.field("gtin")
    sku = {owner.field("sku"): ""}
    answer = owner.save(**{**sku, gtin: "123", price: "abc"})
    assert answer.status_code == 422
    for name in (price, gtin):
        assert f'id="{name}-error"' in answer.text
        assert f'aria-describedby="{name}-error"' in answer.text
    assert re.search(rf'href="#{gtin}">Barcode of this product: “123” is not', answer.text)
    assert re.search(rf'href="#{price}">[^<]+ of this product: Give an amount', answer.text)
    unnamed = owner.save(zh_name="", en_name="")
    assert "Name (English): Give the product a name in one language" in unnamed.text
    assert owner.save(**{**sku, gtin: "4006381333931", price: "599,50"}).status_code == 303
    taken = owner.save(**{**sku, gtin: "4006381333931"})
    assert f'href="#{gtin}"' in taken.text


def test_a_barcode_for_several_variants_is_refused_and_everything_typed_stays(owner: Owner) -> None:
    gtin = owner.field("gtin")
    answer = owner.save(
        **{
            owner.field("sku"): "",
            gtin: "4006381333931",
            owner.field("price"): "88",
            "option-0-en": "Colour",
            "option-0-values": "Red\nBlue",
        }
    )
    assert answer.status_code == 422
    assert "A barcode belongs to one variant." in answer.text
    assert f'href="#{gtin}"' in answer.text
    for kept in ('value="4006381333931"', 'value="88"', 'value="Colour"', "Red\nBlue"):
        assert kept in answer.text
    assert re.search(r"<details[^>]* open>\s*<summary>Options", answer.text)
    assert sheets(owner.desk) == []


def test_everything_wrong_is_said_at_once_and_files_are_asked_for_again(owner: Owner) -> None:
    compare, grams = owner.field("compare"), owner.field("grams")
    answer = owner.save(
        en_name="",
        commodity_code="12",
        pictures=[(io.BytesIO(b"picture"), "towel.png")],
        **{owner.field("sku"): "", owner.field("price"): "88", compare: "80", grams: "heavy"},
    )
    assert answer.status_code == 422
    for field in ("en_name", "commodity_code", compare, grams):
        assert f'href="#{field}"' in answer.text, field
    assert 'id="en_name-error"' in answer.text
    assert "Choose the pictures again" in answer.text


def test_options_given_later_take_over_the_price_of_the_whole(owner: Owner) -> None:
    assert owner.save(**{owner.field("sku"): "TT", owner.field("price"): "88"}).status_code == 303
    (sheet,) = sheets(owner.desk)
    old = sheet.variants[0].id
    shown = owner.client.get(f"{owner.desk.root}/products/{sheet.id}").text
    price = re.search(rf'name="(price-{old}-[0-9a-f-]+)"', shown)
    assert price is not None
    typed = {
        f"sku-{old}": "TT",
        price[1]: "88.00",
        "option-0-en": "Colour",
        "option-0-values": "Red\nBlue",
    }
    assert owner.change(sheet, **typed) == 303
    (sheet,) = sheets(owner.desk)
    ids = [variant.id for variant in sheet.variants]
    assert ids[0] == old
    assert [variant.sku for variant in sheet.variants] == ["TT", "TT-BLUE"]
    assert prices(owner.desk, ids) == dict.fromkeys(ids, (8800, None))


def test_pictures_and_opening_stock_come_with_the_first_saving(owner: Owner) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(picture, "PNG")
    picture.seek(0)
    opening = owner.field("opening")
    assert owner.save(pictures=[(picture, "towel.png")], **{opening: "12"}).status_code == 303
    (sheet,) = sheets(owner.desk)
    shop = owner.desk.shop
    with shop.database.reading(shop.scope) as connection:
        (hung,) = pictures_of(connection, product_id=sheet.id, locale="en")
        levels = levels_of(connection, variant_ids=[sheet.variants[0].id])
    assert hung.state == "ready"
    assert [level.on_hand for level in levels if level.on_hand] == [12]
    shown = owner.client.get(f"{owner.desk.root}/products/{sheet.id}").text
    assert f"{owner.desk.root}/stock/?q=LINEN-TOWEL" in shown


def test_units_that_are_no_number_are_refused_at_their_field(owner: Owner) -> None:
    opening = owner.field("opening")
    answer = owner.save(**{opening: "a dozen"})
    assert answer.status_code == 422
    assert f'id="{opening}-error"' in answer.text
    assert 'value="a dozen"' in answer.text


def test_a_form_that_is_sent_twice_makes_one_product(owner: Owner) -> None:
    wish = str(new_id())
    for _again in range(2):
        answer = owner.save(wish=wish)
        assert owner.client.get(answer.headers["Location"]).status_code == 200
    assert len(sheets(owner.desk)) == 1


def test_stock_of_goods_can_be_counted_or_not_and_saving_leaves_it_so(owner: Owner) -> None:
    assert owner.save(counted="").status_code == 303
    (sheet,) = sheets(owner.desk)
    assert not sheet.variants[0].stock_tracked
    sku = {f"sku-{sheet.variants[0].id}": "TT"}
    assert owner.change(sheet, **sku, counted="") == 303
    assert not sheets(owner.desk)[0].variants[0].stock_tracked
    assert owner.change(sheet, **sku) == 303
    assert sheets(owner.desk)[0].variants[0].stock_tracked


def test_nothing_of_a_service_is_counted_or_sent(owner: Owner) -> None:
    assert owner.save(kind="service").status_code == 303
    (variant,) = sheets(owner.desk)[0].variants
    assert not variant.stock_tracked
    assert not variant.requires_shipping


def test_a_rate_of_the_shops_own_converts_its_prices_and_its_history_stays(owner: Owner) -> None:
    root, client = owner.desk.root, owner.client
    assert "All your prices are in one currency" in client.get(f"{root}/settings/rates").text
    owner.save(**{owner.field("price"): "100"})
    day = utc_now().astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    typed = {"currency": "usd", "rate": "0.15", "first": day, "source": "Our bank", "convert": "y"}
    refused = client.post(f"{root}/settings/rates", data={**typed, "rate": "much", "source": ""})
    assert refused.status_code == 422
    for told in ("number above zero", 'value="much"', "Fill in this field."):
        assert told in refused.text
    assert client.post(f"{root}/settings/rates", data=typed).status_code == 303
    choices = client.get(f"{root}/settings/prices").text
    assert '<option value="JPY">JPY · Japanese Yen</option>' in choices
    dollars = {"code": "usd", "name": "Dollars", "name_zh": "美元价", "currency": "USD"}
    terms = {"derived": "y", "ending": "0", "includes_tax": "y"}
    assert client.post(f"{root}/settings/prices", data={**dollars, **terms}).status_code == 303
    (sheet,) = sheets(owner.desk)
    (variant,) = sheet.variants

    def in_dollars() -> int:
        with owner.desk.shop.database.reading(owner.desk.shop.scope) as connection:
            found = listed_prices(connection, variant_ids=[variant.id])
        return next(each.amount.amount_minor for each in found if each.amount.currency == "USD")

    assert in_dollars() == 1500
    page = client.get(f"{root}/products/{sheet.id}").text
    shown = dict(re.findall(r'name="((?:price|sku)-[^"]+)" value="([^"]*)"', page))
    assert owner.change(sheet, **shown) == 303
    assert client.post(f"{root}/settings/rates", data={**typed, "rate": "0.16"}).status_code == 303
    assert in_dollars() == 1600
    page = client.get(f"{root}/settings/rates").text
    for line in ("1 CNY = 0.16 USD", "1 CNY = 0.15 USD", "Our bank", "Use the park"):
        assert line in page
    later = (utc_now() + timedelta(days=9)).date().isoformat()
    client.post(f"{root}/settings/rates", data={**typed, "first": later})
    page = client.get(f"{root}/settings/rates").text
    assert "your converted price lists follow then" in page
    assert "price lists follow</span>" in page
    unknown = client.post(f"{root}/settings/rates", data={**typed, "currency": "XQX"})
    assert "Choose from the list." in unknown.text
    gone = client.post(f"{root}/settings/rates/park", data={"currency": "USD"})
    assert gone.status_code == 303
    assert "No rate yet" in client.get(f"{root}/settings/rates").text

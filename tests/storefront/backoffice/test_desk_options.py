"""Options of goods that are there already: variants go on with their stock, holds and history."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from commerce.catalogue.queries import every_product_sheet
from commerce.catalogue.records import ProductSheet
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Units
from commerce.inventory.service import open_stock
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from tests.storefront.desk import Desk
from tests.support.shop import stock_product

USUAL = {"en_name": "Cup", "status": "active", "kind": "physical", "tax_class": "standard"}
GLAZES = {"option-0-en": "Glaze", "option-0-values": "Jade\nSnow"}
SIZES = {"option-1-en": "Size", "option-1-values": "Small\nLarge"}


class Cups:
    """Four cups in the warehouse, sold as one thing, before the page of the product."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cup = stock_product(desk.shop, in_warehouse=4)
        self.client: FlaskClient = desk.as_role(Role.MANAGER)

    @property
    def sheet(self) -> ProductSheet:
        with self.desk.shop.database.reading(self.desk.shop.scope) as connection:
            (only,) = every_product_sheet(connection, statuses=("draft", "active", "archived"))
        return only

    @property
    def sold(self) -> dict[tuple[str, ...], UUID]:
        return {variant.choice: variant.id for variant in self.sheet.variants}

    def units(self, variant_id: UUID) -> int:
        with self.desk.shop.database.reading(self.desk.shop.scope) as connection:
            return sum(each.on_hand for each in levels_of(connection, variant_ids=[variant_id]))

    def save(self, **typed: object) -> str:
        """Save and return what the page asks or refuses; nothing when it was kept."""
        sheet = self.sheet
        form = {**USUAL, "wish": str(new_id()), "handle": sheet.handle, **typed}
        answer = self.client.post(f"{self.desk.root}/products/{sheet.id}", data=form)
        assert answer.status_code in {303, 422}
        return answer.text if answer.status_code == 422 else ""


@pytest.fixture
def cups(desk: Desk) -> Cups:
    return Cups(desk)


def test_goods_in_stock_are_asked_for_which_of_the_new_values_they_are(cups: Cups) -> None:
    page = cups.save(**GLAZES)
    assert "What is what from now on?" in page
    assert "4 units in stock" in page
    assert f'href="#becomes-{cups.cup}"' in page
    assert "Jade\nSnow" in page
    assert cups.sold == {(): cups.cup}
    assert cups.save(**GLAZES, **{f"becomes-{cups.cup}": "=snow"}) == ""
    assert cups.sold[("snow",)] == cups.cup
    assert cups.units(cups.cup) == 4
    assert cups.units(cups.sold[("jade",)]) == 0


def test_a_second_option_leaves_variants_and_their_holds_where_they_are(cups: Cups) -> None:
    cups.desk.paid_order((cups.cup, 2))
    cups.save(**GLAZES, **{f"becomes-{cups.cup}": "=jade"})
    snow = cups.sold[("snow",)]
    assert cups.save(**GLAZES, **SIZES, **{f"becomes-{cups.cup}": "=jade|large"}) == ""
    assert cups.sold[("jade", "large")] == cups.cup
    assert cups.sold[("snow", "small")] == snow
    skus = {variant.choice: variant.sku for variant in cups.sheet.variants}
    assert skus[("jade", "small")] == f"{skus[('jade', 'large')]}-SMALL"
    with cups.desk.shop.database.reading(cups.desk.shop.scope) as connection:
        assert sum(each.held for each in levels_of(connection, variant_ids=[cups.cup])) == 2


def test_a_value_may_be_called_otherwise_and_is_asked_for_when_another_takes_its_place(
    cups: Cups,
) -> None:
    named = {"option-0-en": "Glaze", "option-0-values": "Jade | 玉色\nSnow | 雪白"}
    cups.save(**named, **{f"becomes-{cups.cup}": "=jade"})
    before = cups.sold
    renamed = {"option-0-en": "Glazing", "option-0-values": "Jade green | 玉色\nSnow | 雪"}
    assert cups.save(**renamed) == ""
    assert list(cups.sold.values()) == list(before.values())
    assert [option.names["en"] for option in cups.sheet.options] == ["Glazing"]
    changed = {"option-0-en": "Glazing", "option-0-values": "Ash\nSnow | 雪"}
    assert f'id="becomes-{cups.cup}"' in cups.save(**changed)
    assert cups.save(**changed, **{f"becomes-{cups.cup}": "-"}) == ""
    assert cups.cup not in cups.sold.values()
    assert set(cups.sold) == {("ash",), ("snow",)}


def test_two_variants_with_stock_never_become_one_unasked(cups: Cups) -> None:
    cups.save(**GLAZES, **{f"becomes-{cups.cup}": "=jade"})
    snow = cups.sold[("snow",)]
    shop = cups.desk.shop
    with shop.database.transaction(shop.scope) as session:
        arrived = [Units(snow, shop.warehouse, 3)]
        open_stock(session, merchant_id=shop.merchant.id, lines=arrived, reason="test")
    emptied = {"option-0-en": "", "option-0-values": ""}
    assert "becomes-" in cups.save(**emptied)
    both = {f"becomes-{cups.cup}": "=", f"becomes-{snow}": "="}
    assert "cannot become the same" in cups.save(**emptied, **both)
    skus = {variant.id: variant.sku for variant in cups.sheet.variants}
    exchanged = {f"sku-{cups.cup}": skus[snow], f"sku-{snow}": skus[cups.cup]}
    assert cups.save(**GLAZES, **exchanged) == ""
    assert [variant.sku for variant in cups.sheet.variants] == [skus[snow], skus[cups.cup]]
    assert cups.save(**emptied, **{**both, f"becomes-{cups.cup}": "-"}) == ""
    assert cups.sold == {(): snow}


def test_a_combination_that_was_taken_away_stays_away_until_it_is_wanted(cups: Cups) -> None:
    cups.save(**GLAZES, **{f"becomes-{cups.cup}": "=jade"})
    cups.save(**GLAZES, remove=str(cups.sold[("snow",)]))
    assert cups.save(**GLAZES) == ""
    assert set(cups.sold) == {("jade",)}
    page = cups.client.get(f"{cups.desk.root}/products/{cups.sheet.id}").text
    assert re.search(r'name="add" value="=snow"', page)
    cups.save(**GLAZES, add="=snow")
    assert set(cups.sold) == {("jade",), ("snow",)}
    assert cups.save(**{"option-0-en": "", "option-0-values": ""}) == ""
    assert cups.sold == {(): cups.cup}

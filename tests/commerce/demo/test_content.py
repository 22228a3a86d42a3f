"""The demo park's content holds together, and the loader says so when it does not."""

import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
from stdnum import ean

from commerce.admission.taxes import known_rates
from commerce.customers.addresses import postal_lines
from commerce.demo.content import DemoContentError, Park, load_park, pictures_of
from commerce.demo.content.catalogue import checked_park, read_park
from commerce.demo.content.records import Shopper
from commerce.demo.seeding.address_book import book_of, home_of

HALF_WIDTH_AFTER_HAN = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[()][\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    return read_park(files("commerce.demo.content"))


def faults_after(tree: dict[str, Any], spoil: Callable[[dict[str, Any]], None]) -> tuple[str, ...]:
    """Spoil a copy of the content and return what the loader says about it."""
    spoiled = deepcopy(tree)
    spoil(spoiled)
    with pytest.raises(DemoContentError) as refused:
        checked_park(spoiled)
    return refused.value.faults


def first_product(tree: dict[str, Any]) -> dict[str, Any]:
    product: dict[str, Any] = tree["merchant"][0]["product"][0]
    return product


def test_three_merchants_open_with_sixty_products_or_more() -> None:
    sizes = {merchant.slug: len(merchant.product) for merchant in load_park().merchant}

    assert sizes.keys() == {"porcelain-road", "harbour-imports", "lingang-counsel"}
    assert sizes["porcelain-road"] >= 30
    assert sizes["harbour-imports"] >= 24
    assert sizes["lingang-counsel"] >= 8


def test_tea_comes_before_silk_because_the_merchant_says_so() -> None:
    categories = [p.category for p in load_park().merchant_named("porcelain-road").product]

    assert categories[0].startswith("tea/")
    assert categories[-1].startswith("silk/")


def test_every_sku_and_every_article_number_is_used_once_and_checks_out() -> None:
    variants = [v for m in load_park().merchant for p in m.product for v in p.variant]
    numbers = [variant.gtin for variant in variants if variant.gtin is not None]

    assert len({variant.sku for variant in variants}) == len(variants)
    assert len(set(numbers)) == len(numbers)
    assert all(ean.is_valid(number) and number.startswith("24") for number in numbers)


def test_chinese_copy_uses_chinese_punctuation(tree: dict[str, Any]) -> None:
    def texts(node: Any) -> list[str]:
        if isinstance(node, str):
            return [node]
        if isinstance(node, dict):
            return [text for child in node.values() for text in texts(child)]
        return [text for child in node for text in texts(child)] if isinstance(node, list) else []

    assert [text for text in texts(tree) if HALF_WIDTH_AFTER_HAN.search(text)] == []


def test_goods_carry_what_a_declaration_asks_for_and_services_do_not() -> None:
    for merchant in load_park().merchant:
        for product in merchant.product:
            if product.kind == "service":
                assert product.customs is None
                assert all(not v.stock and not v.grams and not v.gtin for v in product.variant)
            else:
                assert product.customs is not None
                assert product.customs.cn10 is not None
                assert all(v.stock and v.grams > 0 for v in product.variant)


def test_both_experience_stores_have_hours_and_languages() -> None:
    stores = [p for p in load_park().premises if p.kind == "experience-store"]

    assert {store.handle for store in stores} == {"nanjing-road", "the-bund"}
    for store in stores:
        assert set(store.hours) == {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
        assert {"zh", "en"} <= set(store.languages)


def test_in_every_store_a_merchant_has_something_of_its_own_to_touch() -> None:
    shown = [
        thing.en
        for merchant in load_park().merchant
        for place in merchant.location
        if place.kind == "experience-store"
        for thing in place.to_touch
    ]

    assert len(shown) >= 12
    assert len(set(shown)) == len(shown)


def test_every_merchant_tells_two_or_three_stories_about_its_own_goods() -> None:
    for merchant in load_park().merchant:
        assert 2 <= len(merchant.story) <= 3
        assert all(len(story.products) >= 2 for story in merchant.story)
        assert all("infant" not in handle for story in merchant.story for handle in story.products)


def test_a_story_about_goods_of_somebody_else_is_refused(tree: dict[str, Any]) -> None:
    def spoil(park: dict[str, Any]) -> None:
        park["merchant"][0]["story"][0] |= {"products": ["olive-soap"], "landscape": "moon"}

    faults = faults_after(tree, spoil)

    assert any("unknown product olive-soap" in fault for fault in faults)
    assert any("unknown landscape moon" in fault for fault in faults)


def test_every_store_has_a_register_and_a_clerk() -> None:
    for merchant in load_park().merchant:
        stores = {p.handle for p in merchant.location if p.kind == "experience-store"}
        assert {register.location for register in merchant.register} == stores
        assert {s.location for s in merchant.staff if s.role == "clerk"} == stores


def test_every_merchant_has_an_owner_and_all_mail_goes_nowhere() -> None:
    park = load_park()
    roles = Counter((m.slug, s.role) for m in park.merchant for s in m.staff)
    addresses = [s.email for m in park.merchant for s in m.staff]
    addresses += [s.email for s in park.staff] + [s.email for s in park.shopper]

    assert all(roles[merchant.slug, "owner"] == 1 for merchant in park.merchant)
    assert all(address.endswith(".example") for address in addresses)
    assert {s.role for s in park.staff} == {"park-operator", "supervision-officer"}


def test_one_country_belongs_to_one_delivery_group() -> None:
    countries = [c for group in load_park().country_group.values() for c in group]

    assert len(set(countries)) == len(countries)


def test_every_tax_row_names_its_source() -> None:
    rates = known_rates()

    assert all(rate.source and rate.source_zh for rate in rates)
    assert all(rate.note and rate.note_zh for rate in rates if not rate.sure)
    assert all((rate.source_read is None) <= (not rate.source_url) for rate in rates)
    standard = [
        r for r in rates if (r.country, r.scheme, r.applies_to) == ("CN", "domestic", "standard")
    ]
    assert [rate.basis_points for rate in standard] == [1300]


def test_every_foreign_currency_has_a_dated_rate_that_names_its_source() -> None:
    park = load_park()
    known = {(rate.base, rate.quote) for rate in park.exchange_rate if rate.source}
    for merchant in park.merchant:
        for currency in set(merchant.currencies) - {merchant.base_currency}:
            assert (currency, merchant.base_currency) in known


def test_what_is_a_teapot_in_english_is_one_in_chinese() -> None:
    for merchant in load_park().merchant:
        for product in merchant.product:
            if "teapot" in product.en.name.lower():
                assert "茶壶" in product.zh.name, product.handle


def test_every_gallery_has_three_pictures_and_words_in_both_languages() -> None:
    for merchant in load_park().merchant:
        for product in merchant.product:
            pictures = list(pictures_of(product))
            assert len(pictures) >= 3
            assert len({picture.file_name for picture in pictures}) == len(pictures)
            assert all(p.alt.en.startswith(product.en.name) for p in pictures)
            assert all(p.alt.zh.startswith(product.zh.name) for p in pictures)


def test_a_product_sold_in_four_colours_shows_four_fronts() -> None:
    square = load_park().merchant_named("porcelain-road").product_named("mulberry-silk-square")

    pictures = [picture for picture in pictures_of(square) if picture.option_value]

    assert [p.option_value for p in pictures] == ["blush", "celadon", "sky", "amber"]
    assert len({picture.svg for picture in pictures}) == 4


def test_asking_for_a_stranger_is_a_lookup_error() -> None:
    park: Park = load_park()
    with pytest.raises(LookupError):
        park.merchant_named("nobody")
    with pytest.raises(LookupError):
        park.merchant[0].product_named("nothing")


def test_a_sku_used_twice_is_named(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["variant"][1]["sku"] = "PR-LJ-050"

    assert faults_after(tree, spoil) == ("SKU PR-LJ-050 stands 2 times",)


def test_a_wrong_check_digit_is_named(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["variant"][0]["gtin"] = "2401000000380"

    (fault,) = faults_after(tree, spoil)
    assert "PR-LJ-050 has the faulty GTIN 2401000000380" in fault


def test_an_article_number_that_could_belong_to_somebody_is_refused(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["variant"][0]["gtin"] = "6901234567892"

    (fault,) = faults_after(tree, spoil)
    assert "outside the restricted range" in fault


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("motif", "unicorn", "unknown motif unicorn"),
        ("tone", "neon", "unknown tone neon"),
        ("setting", "moon-base", "unknown setting moon-base"),
        ("category", "tea/blue", "unknown category tea/blue"),
        ("tags", ["kind:spaceship"], "unknown tag kind:spaceship"),
        ("tax", "luxury", "unknown tax class luxury"),
    ],
)
def test_a_name_nobody_knows_is_named(
    tree: dict[str, Any], field: str, value: object, told: str
) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)[field] = value

    assert faults_after(tree, spoil) == (f"porcelain-road: west-lake-longjing: {told}",)


def test_a_missing_translation_is_named(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["zh"]["care"] = ""

    assert faults_after(tree, spoil) == ("porcelain-road: west-lake-longjing: zh.care is empty",)


def test_english_in_the_chinese_column_is_noticed(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["zh"] = first_product(spoiled)["en"]

    assert faults_after(tree, spoil) == ("porcelain-road: west-lake-longjing: zh holds no Chinese",)


def test_a_national_code_must_extend_the_international_one(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["customs"]["eu8"] = "69111000"

    (fault,) = faults_after(tree, spoil)
    assert fault.endswith("eu8 69111000 does not extend 090210")


def test_a_price_missing_in_one_currency_is_named(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        del first_product(spoiled)["variant"][0]["prices"]["EUR"]

    (fault,) = faults_after(tree, spoil)
    assert fault.endswith("PR-LJ-050 is not priced in exactly CNY, USD, EUR")


def test_a_choice_the_options_do_not_offer_is_named(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["variant"][0]["choice"] = ["75-g"]

    (fault,) = faults_after(tree, spoil)
    assert "which the options do not offer" in fault


def test_a_misspelt_field_is_refused_with_its_place(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["colour"] = "green"

    (fault,) = faults_after(tree, spoil)
    assert fault.startswith("merchant.0.product.0.colour:")


def test_all_faults_are_told_at_once(tree: dict[str, Any]) -> None:
    def spoil(spoiled: dict[str, Any]) -> None:
        first_product(spoiled)["tone"] = "neon"
        spoiled["merchant"][1]["register"][0]["location"] = "the-moon"

    assert len(faults_after(tree, spoil)) == 2


@pytest.mark.parametrize("shopper", load_park().shopper, ids=lambda shopper: shopper.email)
def test_every_shopper_lives_where_a_parcel_can_be_sent(shopper: Shopper) -> None:
    home = home_of(shopper)

    assert home.lines == shopper.address.lines
    assert home.phone.startswith("+")
    if home.country == "CN":
        sorted_by = shopper.address.district or shopper.address.city
        assert sorted_by.endswith("区"), "parcels are sorted by district"
        assert postal_lines(home)[1].endswith(sorted_by)


def test_an_address_book_is_written_in_the_formats_of_its_countries() -> None:
    holders = [shopper for shopper in load_park().shopper if shopper.also]

    assert [shopper.merchants[-1] for shopper in holders] == [
        "porcelain-road",
        "harbour-imports",
        "lingang-counsel",
    ]
    anneke, *_others = holders
    _home, office, friend = book_of(anneke)
    assert postal_lines(office) == (
        "Atelier Noord",
        "Anneke Vermeulen",
        "Hoogstraat 96",
        "3011 PV ROTTERDAM",
    )
    assert postal_lines(friend)[1:3] == ("浙江省杭州市拱墅区", "大兜路 121 号 2 幢 301 室")

"""Synthetic products are plausible, unique, bilingual and streamed."""

from itertools import islice

from stdnum import ean

from commerce.demo.content import generate_products, load_park
from commerce.demo.drawings import motif_names, setting_names, tone_names


def test_a_thousand_products_share_no_handle_sku_or_article_number() -> None:
    products = list(generate_products(1000))
    variants = [variant for product in products for variant in product.variant]
    numbers = {variant.gtin for variant in variants}

    assert len({product.handle for product in products}) == 1000
    assert len({variant.sku for variant in variants}) == 2000
    assert len(numbers) == 2000
    assert all(number is not None and ean.is_valid(number) for number in numbers)


def test_synthetic_numbers_never_meet_those_of_the_demo_catalogue() -> None:
    real = {v.gtin for m in load_park().merchant for p in m.product for v in p.variant}

    assert not real & {v.gtin for p in generate_products(500) for v in p.variant}


def test_the_first_products_are_the_same_however_many_follow() -> None:
    assert list(generate_products(5)) == list(islice(generate_products(10_000_000), 5))


def test_they_fit_the_catalogue_they_are_poured_into() -> None:
    park = load_park()
    merchant = park.merchant_named("porcelain-road")
    tags = {f"{facet.handle}:{value.handle}" for facet in park.facet for value in facet.values}

    for product in generate_products(300):
        assert product.category in {category.handle for category in merchant.category}
        assert set(product.tags) <= tags
        assert product.motif in motif_names()
        assert product.tone in tone_names()
        assert product.setting in setting_names()
        for variant in product.variant:
            assert set(variant.prices) == set(merchant.currencies)
            assert set(variant.stock) == {place.handle for place in merchant.location}
            assert min(variant.prices.values()) > 0


def test_they_speak_both_languages() -> None:
    product = next(generate_products(1))

    assert product.en.name.isascii()
    assert not product.zh.name.isascii()
    assert "{" not in product.en.story + product.zh.story

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from commerce.catalogue import queries
from commerce.catalogue.errors import (
    GtinTakenError,
    HandleTakenError,
    InvalidProductError,
    ProductNotFoundError,
    SkuTakenError,
)
from commerce.catalogue.records import ProductPage, ProductSheet, Words
from commerce.catalogue.service import products
from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.kernel.database import Database, Scope
from tests.support.catalogue import option, product_sheet
from tests.support.park import create_merchant

COLOURS = option("Colour", "Celadon", "Ink", zh={"Colour": "颜色", "Celadon": "青瓷", "Ink": "墨"})
SIZES = option("Size", "Small", "Large", zh={"Size": "尺寸", "Small": "小", "Large": "大"})


def create(database: Database, merchant: UUID, sheet: ProductSheet) -> ProductSheet:
    with database.transaction(Scope.merchant(merchant)) as session:
        return products.create_product(session, merchant_id=merchant, sheet=sheet)


def version(database: Database, merchant: UUID) -> int:
    with database.reading(Scope.merchant(merchant)) as connection:
        return connection.scalar(text("SELECT content_version FROM merchant"))


def page(database: Database, merchant: UUID, handle: str, locale: str = "en") -> ProductPage | None:
    with database.reading(Scope.merchant(merchant)) as connection:
        return queries.product_by_handle(connection, handle=handle, locale=locale)


def test_a_product_comes_back_as_it_was_kept(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for path, name in (("porcelain", "Porcelain"), ("porcelain/cups", "Cups")):
            create_category(
                session, merchant_id=merchant, path=path, texts={"en": CategoryText(name)}
            )
    sheet = product_sheet(
        "cup",
        zh="茶杯",
        options=[COLOURS, SIZES],
        tags=("material:porcelain", "gift"),
        vendor="Jingdezhen No. 3",
        categories=("porcelain/cups", "porcelain"),
        commodity_code="6911.10",
        customs_names={"en": "Porcelain cup", "zh": "瓷杯"},
    )
    kept = create(database, merchant, sheet)
    with database.reading(Scope.merchant(merchant)) as connection:
        assert queries.product_for_edit(connection, product_id=kept.id) == kept
    assert kept == replace(sheet, commodity_code="691110")


def test_the_page_speaks_the_language_asked_for(database: Database, merchant: UUID) -> None:
    create(database, merchant, product_sheet("cup", zh="茶杯", options=[COLOURS, SIZES]))
    shown = page(database, merchant, "cup", "zh")
    assert shown.words.name == "茶杯"
    assert [o.name for o in shown.options] == ["颜色", "尺寸"]
    assert [v.title for v in shown.variants] == ["青瓷 / 小", "青瓷 / 大", "墨 / 小", "墨 / 大"]
    assert shown.other_words["en"].name == "Cup"


def test_another_language_fills_every_gap(database: Database, merchant: UUID) -> None:
    sheet = product_sheet(
        "cup", words={"en": Words(name="Cup", care="Wash by hand."), "zh": Words(name="茶杯")}
    )
    create(database, merchant, sheet)
    shown = page(database, merchant, "cup", "zh")
    assert (shown.words.name, shown.words.care) == ("茶杯", "Wash by hand.")
    assert page(database, merchant, "cup", "fr").words.name == "Cup"


def test_the_page_shows_the_way_down_the_tree(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for path, name in (("tea", "茶"), ("tea-ware", "茶具"), ("tea/green", "绿茶")):
            create_category(
                session, merchant_id=merchant, path=path, texts={"zh": CategoryText(name)}
            )
    create(database, merchant, product_sheet("longjing", categories=("tea/green",)))
    trail = page(database, merchant, "longjing").trail
    assert [(branch.path, branch.name) for branch in trail] == [
        ("tea", "茶"),
        ("tea/green", "绿茶"),
    ]


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_shoppers_do_not_see_what_is_not_on_sale(
    database: Database, merchant: UUID, status: str
) -> None:
    create(database, merchant, product_sheet("cup", status=status))
    assert page(database, merchant, "cup") is None
    with database.reading(Scope.merchant(merchant)) as connection:
        preview = queries.product_preview(connection, handle="cup", locale="en")
    assert preview is not None
    assert preview.status == status


def test_publishing_keeps_its_first_day(database: Database, merchant: UUID) -> None:
    kept = create(database, merchant, product_sheet("cup", status="draft"))
    days = set()
    for verb in (products.publish, products.archive, products.publish):
        with database.transaction(Scope.merchant(merchant)) as session:
            verb(session, merchant_id=merchant, product_id=kept.id)
        with database.reading(Scope.merchant(merchant)) as connection:
            preview = queries.product_preview(connection, handle="cup", locale="en")
            days.add(preview.published_at)
    assert len(days) == 1
    assert preview.status == "active"


def test_every_change_gives_the_shop_a_new_version(database: Database, merchant: UUID) -> None:
    before = version(database, merchant)
    kept = create(database, merchant, product_sheet("cup"))
    created = version(database, merchant)
    with database.transaction(Scope.merchant(merchant)) as session:
        products.archive(session, merchant_id=merchant, product_id=kept.id)
    assert before < created < version(database, merchant)


def test_a_variant_that_is_left_out_is_retired_and_its_sku_is_free_again(
    database: Database, merchant: UUID
) -> None:
    kept = create(
        database, merchant, product_sheet("cup", options=[SIZES], skus=["CUP-S", "CUP-L"])
    )
    with database.transaction(Scope.merchant(merchant)) as session:
        products.set_variants(
            session,
            merchant_id=merchant,
            product_id=kept.id,
            options=kept.options,
            variants=kept.variants[:1],
        )
    other = create(database, merchant, product_sheet("mug", skus=["CUP-L"]))
    with database.reading(Scope.merchant(merchant)) as connection:
        old, new = kept.variants[1].id, other.variants[0].id
        known = queries.variants_by_ids(connection, variant_ids=[old, new], locale="en")
        scanned = queries.find_variant_by_code(connection, code="CUP-L", locale="en")
    assert known[old].retired
    assert not known[old].sellable
    assert known[new].sellable
    assert scanned is not None
    assert scanned.id == new


def test_a_taken_address_sku_or_barcode_is_named(database: Database, merchant: UUID) -> None:
    first = product_sheet("cup", skus=["CUP"])
    first = replace(first, variants=(replace(first.variants[0], gtin="6901234567892"),))
    create(database, merchant, first)
    with pytest.raises(HandleTakenError, match="cup"):
        create(database, merchant, product_sheet("cup", skus=["OTHER"]))
    with pytest.raises(SkuTakenError, match="CUP"):
        create(database, merchant, product_sheet("mug", skus=["CUP"]))
    second = product_sheet("mug", skus=["MUG"])
    second = replace(second, variants=(replace(second.variants[0], gtin="6901234567892"),))
    with pytest.raises(GtinTakenError, match="6901234567892"):
        create(database, merchant, second)


def test_another_merchant_may_use_the_same_names_and_sees_nothing(
    database: Database, merchant: UUID
) -> None:
    other = create_merchant(database, slug="harbour-imports")
    kept = create(database, merchant, product_sheet("cup", skus=["CUP"]))
    assert page(database, other, "cup") is None
    create(database, other, product_sheet("cup", skus=["CUP"], name="Other cup"))
    assert page(database, other, "cup").words.name == "Other cup"
    with (
        pytest.raises(ProductNotFoundError),
        database.transaction(Scope.merchant(other)) as session,
    ):
        products.publish(session, merchant_id=other, product_id=kept.id)


def test_the_database_itself_refuses_two_variants_alike(database: Database, merchant: UUID) -> None:
    create(database, merchant, product_sheet("cup", options=[SIZES]))
    with (
        pytest.raises(IntegrityError, match="choice"),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        session.execute(text("UPDATE variant SET choice = '{small}'"))


def test_all_faults_are_named_with_their_fields(database: Database, merchant: UUID) -> None:
    sheet = product_sheet("two words", options=[SIZES], name=" ")
    faulty = replace(
        sheet,
        words={"en": Words(name=" ")},
        commodity_code="69-11",
        variants=(
            replace(sheet.variants[0], gtin="6901234567890", origin_country="China"),
            replace(sheet.variants[1], sku=sheet.variants[0].sku, choice=("huge",)),
        ),
    )
    with pytest.raises(InvalidProductError) as refused:
        create(database, merchant, faulty)
    assert {problem.pointer for problem in refused.value.problems} == {
        "/handle",
        "/words/en/name",
        "/commodity_code",
        "/variants/0/gtin",
        "/variants/0/origin_country",
        "/variants/1/choice",
        "/variants",
    }


def test_stories_lose_everything_that_could_act(database: Database, merchant: UUID) -> None:
    story = (
        '<p onclick="steal()">Fine <b>tea</b><script>steal()</script>'
        '<a href="javascript:steal()">x</a><img src=x onerror=steal()></p>'
    )
    kept = create(
        database, merchant, product_sheet("tea", words={"en": Words(name="Tea", story_html=story)})
    )
    assert kept.words["en"].story_html == (
        '<p>Fine <b>tea</b><a rel="noopener noreferrer nofollow">x</a></p>'
    )


def test_a_product_that_is_not_there_cannot_be_changed(database: Database, merchant: UUID) -> None:
    with (
        pytest.raises(ProductNotFoundError),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        products.change_product(session, merchant_id=merchant, sheet=product_sheet("ghost"))


def test_texts_that_no_index_holds_are_refused_by_name(database: Database, merchant: UUID) -> None:
    long = "x" * 100_000
    sheet = product_sheet(
        "cup",
        name=long,
        options=[option(long, "Small")],
        tags=(long,),
        vendor=long,
        customs_names={"en": long},
    )
    with pytest.raises(InvalidProductError) as refused:
        create(database, merchant, sheet)
    assert {problem.pointer for problem in refused.value.problems} == {
        "/words/en/name",
        "/options/0/names",
        "/tags",
        "/vendor",
        "/customs_names/en",
    }


def test_an_endless_story_is_kept_and_found_by_its_beginning(
    database: Database, merchant: UUID
) -> None:
    story = "unforgettable " + " ".join(f"wörd{n}{'я' * 50}" for n in range(20_000))
    words = {"en": Words(name="Cup", story_html=story)}
    create(database, merchant, product_sheet("cup", words=words))
    with database.reading(Scope.merchant(merchant)) as connection:
        found = queries.list_products(connection, locale="en", query="unforgettable")
    assert len(found.cards) == 1


def test_characters_that_cannot_be_stored_do_no_harm(database: Database, merchant: UUID) -> None:
    kept = create(
        database, merchant, product_sheet("cup\x00", name="Cup\x00 \ud800", skus=["C\x001"])
    )
    assert (kept.handle, kept.words["en"].name) == ("cup", "Cup")
    assert page(database, merchant, "cup\x00\ud800") is not None
    with database.reading(Scope.merchant(merchant)) as connection:
        assert queries.find_variant_by_code(connection, code="C1\x00", locale="en")
        for facets in ({"tag": ["\x00"]}, {"\x00": ["\ud800"]}, {"price": ["\x00-1"]}):
            page_of = queries.list_products(
                connection, locale="en", category="a\x00", query="\x00", facets=facets
            )
            queries.facets(connection, locale="en", category="\ud800", chosen=facets)
            assert page_of.cards == ()


def test_a_scan_finds_by_sku_and_by_barcode_with_or_without_leading_zeros(
    database: Database, merchant: UUID
) -> None:
    sheet = product_sheet("cup", zh="杯", skus=["CUP-1"])
    sheet = replace(sheet, variants=(replace(sheet.variants[0], gtin="012345678905"),))
    variant_id = create(database, merchant, sheet).variants[0].id
    with database.reading(Scope.merchant(merchant)) as connection:
        for code in ("CUP-1", " CUP-1\n", "012345678905", "0012345678905", "00012345678905"):
            found = queries.find_variant_by_code(connection, code=code, locale="zh")
            assert found is not None, code
            assert (found.id, found.product_name) == (variant_id, "杯")
        for code in ("cup", "12345678901", ""):
            assert queries.find_variant_by_code(connection, code=code, locale="zh") is None


def test_the_till_gets_everything_on_sale_page_by_page(database: Database, merchant: UUID) -> None:
    for handle in ("a", "b", "c"):
        create(database, merchant, product_sheet(handle, options=[SIZES]))
    create(database, merchant, product_sheet("hidden", status="draft"))
    seen = []
    with database.reading(Scope.merchant(merchant)) as connection:
        while rows := queries.till_catalogue(
            connection, locale="en", after=seen[-1].id if seen else None, limit=4
        ):
            seen += rows
    assert [row.sku for row in seen] == ["A-1", "A-2", "B-1", "B-2", "C-1", "C-2"]
    assert seen[1].title == "Large"

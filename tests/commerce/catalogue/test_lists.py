from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from commerce.catalogue import queries
from commerce.catalogue.errors import InvalidCursorError
from commerce.catalogue.records import FacetTable
from commerce.catalogue.service import products
from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.catalogue.service.labels import name_tag, name_tag_group
from commerce.kernel.database import Database, Scope
from tests.support.catalogue import option, product_sheet
from tests.support.park import create_merchant

Shelf = tuple[Database, UUID]
TREE = {"tea": "茶", "tea/green": "绿茶", "tea/black": "红茶", "ware": "茶具"}
SHELF = [
    # handle, category, vendor, tags, price in fen, sizes
    ("longjing", "tea/green", "West Lake", ("taste:fresh", "gift"), 12_000, ("50 g", "100 g")),
    ("biluochun", "tea/green", "Dongting", ("taste:fresh",), 9_800, ("50 g",)),
    ("keemun", "tea/black", "Anhui", ("taste:malty", "gift"), 4_500, ("100 g",)),
    ("gaiwan", "ware", "Jingdezhen", ("gift",), 26_000, ()),
    ("tray", "ware", "West Lake", (), None, ()),
]


@pytest.fixture(scope="module")
def shelf(module_database_url: str) -> Iterator[tuple[Database, UUID]]:
    database = Database(module_database_url)
    merchant = create_merchant(database)
    with database.transaction(Scope.merchant(merchant)) as session:
        for path, name in TREE.items():
            texts = {"en": CategoryText(path.title()), "zh": CategoryText(name)}
            create_category(session, merchant_id=merchant, path=path, texts=texts)
        cheapest = {}
        for handle, category, vendor, tags, price, sizes in SHELF:
            weight = option("Weight", *sizes, zh={"Weight": "重量"})
            sheet = product_sheet(
                handle,
                categories=(category,),
                vendor=vendor,
                tags=tags,
                options=[weight] if sizes else [],
            )
            kept = products.create_product(session, merchant_id=merchant, sheet=sheet)
            cheapest[kept.id] = price
        products.rank_prices(session, merchant_id=merchant, cheapest=cheapest)
        names = {"en": "Fresh", "zh": "清新"}
        name_tag(session, merchant_id=merchant, tag="taste:fresh", names=names)
        name_tag_group(
            session, merchant_id=merchant, group="taste", names={"en": "Taste", "zh": "口味"}
        )
        hidden = product_sheet("secret", categories=("tea",), status="draft")
        products.create_product(session, merchant_id=merchant, sheet=hidden)
    yield database, merchant
    database.close()


def handles(shelf: Shelf, **conditions: Any) -> list[str]:
    database, merchant = shelf
    with database.reading(Scope.merchant(merchant)) as connection:
        page = queries.list_products(connection, locale="en", **conditions)
    return [card.handle for card in page.cards]


def filters(shelf: Shelf, locale: str = "en", **conditions: Any) -> FacetTable:
    database, merchant = shelf
    with database.reading(Scope.merchant(merchant)) as connection:
        return queries.facets(connection, locale=locale, **conditions)


def counts(table: FacetTable, group: str) -> dict[str, int]:
    return {
        v.label: v.count for facet in table.facets if facet.group == group for v in facet.values
    }


def test_a_category_holds_everything_below_it(shelf: Shelf) -> None:
    assert set(handles(shelf, category="tea")) == {"longjing", "biluochun", "keemun"}
    assert set(handles(shelf, category="tea/green")) == {"longjing", "biluochun"}


def test_drafts_are_only_in_the_merchants_own_list(shelf: Shelf) -> None:
    assert "secret" not in handles(shelf)
    assert "secret" in handles(shelf, statuses=["draft", "active"], sort="changed")


def test_the_newest_come_first(shelf: Shelf) -> None:
    # All were published in one transaction: the later id wins.
    assert handles(shelf) == ["tray", "gaiwan", "keemun", "biluochun", "longjing"]


def test_prices_sort_both_ways_and_the_unpriced_count_as_dear(shelf: Shelf) -> None:
    upwards = ["keemun", "biluochun", "longjing", "gaiwan", "tray"]
    assert handles(shelf, sort="price-up") == upwards
    assert handles(shelf, sort="price-down") == upwards[::-1]


@pytest.mark.parametrize("sort", queries.SORTS)
@pytest.mark.parametrize("query", [None, "west lake"])
@pytest.mark.parametrize("limit", [1, 2])
def test_pages_join_without_gap_or_repetition(
    shelf: Shelf, sort: queries.Sort, query: str | None, limit: int
) -> None:
    database, merchant = shelf
    whole = handles(shelf, sort=sort, query=query)
    seen: list[str] = []
    cursor = None
    with database.reading(Scope.merchant(merchant)) as connection:
        for _ in whole:
            page = queries.list_products(
                connection, locale="en", sort=sort, query=query, cursor=cursor, limit=limit
            )
            seen += [card.handle for card in page.cards]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert cursor is None
    assert seen == whole


@pytest.mark.parametrize("cursor", ["x", "!!", "WyJuZXdlc3QiXQ", "bnVsbA", "é", "W10"])
def test_a_cursor_of_somebody_elses_making_is_refused(shelf: Shelf, cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        handles(shelf, cursor=cursor)


def test_a_card_says_what_a_shelf_needs(shelf: Shelf) -> None:
    database, merchant = shelf
    with database.reading(Scope.merchant(merchant)) as connection:
        page = queries.list_products(connection, locale="zh", category="tea/green")
        card = page.cards[1]
        variants = queries.variants_of_products(connection, product_ids=[card.id])
        again = queries.cards_by_ids(connection, product_ids=[card.id], locale="zh")
    assert (card.handle, card.name, card.variant_count) == ("longjing", "Longjing", 2)
    assert card.default_variant_id == variants[card.id][0]
    assert card.rank_price_minor == 12_000
    assert again == (card,)


def test_choices_in_one_group_widen_and_in_two_groups_narrow(shelf: Shelf) -> None:
    both = {"tag:taste": ["fresh", "malty"]}
    assert set(handles(shelf, facets=both)) == {"longjing", "biluochun", "keemun"}
    assert handles(shelf, facets={**both, "vendor": ["Anhui"]}) == ["keemun"]
    assert handles(shelf, facets={"option:weight": ["100 g"], "tag": ["gift"]}) == [
        "keemun",
        "longjing",
    ]


def test_price_filters_leave_the_upper_end_out(shelf: Shelf) -> None:
    assert handles(shelf, facets={"price": ["4500-9800"]}) == ["keemun"]
    assert handles(shelf, facets={"price": ["12000-"]}) == ["gaiwan", "longjing"]
    assert handles(shelf, facets={"price": ["cheap"]}) == []


def test_every_filter_counts_what_it_would_show(shelf: Shelf) -> None:
    table = filters(shelf)
    assert table.total == 5
    assert counts(table, "category") == {"Tea": 3, "Tea/Green": 2, "Tea/Black": 1, "Ware": 2}
    assert counts(table, "vendor") == {"West Lake": 2, "Anhui": 1, "Dongting": 1, "Jingdezhen": 1}
    assert counts(table, "tag:taste") == {"Fresh": 2, "malty": 1}
    assert counts(table, "tag") == {"gift": 3}
    assert counts(table, "option:weight") == {"50 g": 2, "100 g": 2}
    assert sum(counts(table, "price").values()) == 4


def test_a_chosen_value_leaves_its_neighbours_to_choose(shelf: Shelf) -> None:
    table = filters(shelf, chosen={"vendor": ["West Lake"]})
    assert table.total == 2
    assert counts(table, "vendor") == {"West Lake": 2, "Anhui": 1, "Dongting": 1, "Jingdezhen": 1}
    assert counts(table, "tag") == {"gift": 1}
    for facet in table.facets:
        for value in facet.values:
            chosen = {"vendor": ["West Lake"]} | {facet.group: [value.key]}
            if facet.group != "vendor":
                assert len(handles(shelf, facets=chosen)) == value.count


def test_every_price_band_holds_what_it_says(shelf: Shelf) -> None:
    table = filters(shelf, category="tea")
    (prices,) = [facet for facet in table.facets if facet.group == "price"]
    assert len(prices.values) > 1
    for band in prices.values:
        listed = handles(shelf, category="tea", facets={"price": [band.key]})
        assert len(listed) == band.count > 0
    chosen = filters(shelf, category="tea", chosen={"price": [prices.values[0].key]})
    assert chosen.total == prices.values[0].count
    assert counts(chosen, "price") == counts(table, "price")


def test_filters_are_named_in_the_pages_language(shelf: Shelf) -> None:
    table = filters(shelf, "zh")
    labels = {facet.group: facet.label for facet in table.facets}
    assert (labels["tag:taste"], labels["option:weight"]) == ("口味", "重量")
    assert counts(table, "tag:taste") == {"清新": 2, "malty": 1}
    assert counts(table, "category")["绿茶"] == 2


def test_a_chosen_value_that_is_gone_stays_on_the_page_to_be_lifted(shelf: Shelf) -> None:
    table = filters(shelf, chosen={"option:weight": ["gone"]})
    assert table.total == 0
    assert counts(table, "option:weight") == {"gone": 0, "50 g": 2, "100 g": 2}


def test_the_tree_counts_what_is_on_sale(shelf: Shelf) -> None:
    database, merchant = shelf
    with database.reading(Scope.merchant(merchant)) as connection:
        tree = queries.category_tree(connection, locale="zh")
    assert [(c.name, c.product_count) for c in tree] == [("茶", 3), ("茶具", 2)]
    assert [(c.path, c.product_count) for c in tree[0].children] == [
        ("tea/black", 1),
        ("tea/green", 2),
    ]


def test_words_without_letters_find_nothing(shelf: Shelf) -> None:
    assert handles(shelf, query="!?") == []
    assert filters(shelf, query="!?") == FacetTable(0, ())


def test_goods_are_found_by_what_their_filter_is_called(shelf: Shelf) -> None:
    fresh = handles(shelf, facets={"tag:taste": ["fresh"]})
    assert fresh
    assert sorted(handles(shelf, query="清新")) == sorted(fresh)

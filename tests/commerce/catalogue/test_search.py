from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import TextClause, text

from commerce.catalogue import queries
from commerce.catalogue.ddl import (
    EXACT_MATCH,
    FORGIVING_MATCH,
    HEARD,
    HEARD_MATCH,
    SEARCH_FUNCTION,
    SETTINGS,
)
from commerce.catalogue.queries.documents import stale_documents
from commerce.catalogue.records import Words
from commerce.catalogue.search import search_query
from commerce.catalogue.service import products
from commerce.catalogue.service.categories import CategoryText, change_category, create_category
from commerce.catalogue.service.documents import read_anew
from commerce.catalogue.service.put import put_products
from commerce.kernel.database import Database, Scope
from tests.support.catalogue import product_sheet
from tests.support.park import create_merchant

Shop = tuple[Database, UUID]
SHELF = {
    "gaiwan": ("Blue-and-white porcelain gaiwan", "青花瓷盖碗", "Fired in Jingdezhen"),
    "teapot": ("Purple clay teapot", "紫砂壶", "From Yixing, for dark tea"),
    "longjing": ("Longjing green tea", "龙井绿茶", "Picked before the rain"),
    "scarf": ("Mulberry silk scarf", "桑蚕丝围巾", "Suzhou, washed by hand"),
    "oolong": ("High mountain oolong", "臺灣高山烏龍", "Rolled by hand"),
    "sofa": ("Yellow sofa", "黄色沙发", "Seats three"),
    "jacket": ("Soft winter jacket", "软棉冬衣", "Filled with down"),
    "kettle": ("Café kettle", "手冲壶", "Women's favourite, 5G ready"),
}


@pytest.fixture(scope="module")
def shop(module_database_url: str) -> Iterator[tuple[Database, UUID]]:
    database = Database(module_database_url)
    merchant = create_merchant(database)
    with database.transaction(Scope.merchant(merchant)) as session:
        for handle, (name, zh, story) in SHELF.items():
            words = {"en": Words(name=name, story_html=f"<p>{story}</p>"), "zh": Words(name=zh)}
            sheet = product_sheet(handle, words=words, skus=[f"QS-{handle}"])
            products.create_product(session, merchant_id=merchant, sheet=sheet)
        draft = replace(
            product_sheet("stand", words={"en": Words(name="Kettel stand")}), status="draft"
        )
        products.create_product(session, merchant_id=merchant, sheet=draft)
    yield database, merchant
    database.close()


def search(shop: Shop, query: str) -> list[str]:
    database, merchant = shop
    with database.reading(Scope.merchant(merchant)) as connection:
        page = queries.list_products(connection, locale="en", query=query)
    return [card.handle for card in page.cards]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("porcelain", "gaiwan"),
        ("Porcel", "gaiwan"),
        ("white gaiwan", "gaiwan"),
        ("青花", "gaiwan"),
        ("花瓷", "gaiwan"),
        ("盖碗 porcelain", "gaiwan"),
        ("茶", "longjing"),
        ("丝围巾", "scarf"),
        ("jingdezhen", "gaiwan"),
        ("cafe", "kettle"),
        ("womens", "kettle"),
        ("women's 5g", "kettle"),
        ("qs-teapot", "teapot"),
        ("圍巾", "scarf"),
        ("桑蠶絲", "scarf"),
        ("龍井綠茶", "longjing"),
        ("紫砂壺", "teapot"),
        ("臺灣", "oolong"),
        ("台湾", "oolong"),
        ("烏龍", "oolong"),
    ],
)
def test_words_of_both_scripts_find_the_product(shop: Shop, query: str, found: str) -> None:
    assert search(shop, query)[0] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("porclain", "gaiwan"),
        ("porcelian gaiwan", "gaiwan"),
        ("mulbery scraf", "scarf"),
        ("longjin tee green", "longjing"),
        ("teapots", "teapot"),
        ("scraf", "scarf"),
        ("sikl", "scarf"),
        ("tae", "longjing"),
        ("ketlte", "kettle"),
        ("kettel cafe", "kettle"),
        ("sikl scraf", "scarf"),
        ("oolnog", "oolong"),
        ("porcelaim", "gaiwan"),
        ("porclai", "gaiwan"),
        ("prucelain", "gaiwan"),
        ("桑蠶絲圍斤 scraf", "scarf"),
        ("青花磁", "gaiwan"),
        ("龙景茶", "longjing"),
        ("围斤", "scarf"),
        ("紫沙壶", "teapot"),
        ("tea pot", "teapot"),
        ("桑残丝围巾", "scarf"),
    ],
)
def test_typing_errors_are_forgiven(shop: Shop, query: str, found: str) -> None:
    assert search(shop, query)[:1] == [found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lvcha", "longjing"),
        ("longjinglvcha", "longjing"),
        ("cansi", "scarf"),
        ("wei jin", "scarf"),
        ("scswj", "scarf"),
        ("swj", "scarf"),
        ("ZISHAHU", "teapot"),
        ("zsh", "teapot"),
        ("gaoshan", "oolong"),
        ("shafa", "sofa"),
    ],
)
def test_a_chinese_name_is_found_by_how_it_sounds(shop: Shop, query: str, found: str) -> None:
    assert search(shop, query)[:1] == [found]


def test_sounds_are_asked_only_where_nothing_is_written_so(shop: Shop) -> None:
    assert search(shop, "sofa") == ["sofa"]
    assert search(shop, "long") == ["longjing"], "the oolong is a dragon only by its sound"


def test_words_like_the_typed_one_count_only_where_nothing_has_it(shop: Shop) -> None:
    assert search(shop, "sofa") == ["sofa"]
    assert search(shop, "sofas")[0] == "sofa"
    assert set(search(shop, "soaf")) == {"sofa"}
    assert set(search(shop, "softa")) == {"jacket", "sofa"}


def test_a_slip_in_a_draft_does_not_hide_what_a_shopper_means(shop: Shop) -> None:
    assert search(shop, "kettel") == ["kettle"]
    database, merchant = shop
    with database.reading(Scope.merchant(merchant)) as connection:
        every = ("active", "draft")
        page = queries.list_products(connection, locale="en", query="kettel", statuses=every)
        counted = queries.facets(connection, locale="en", query="kettel", statuses=every)
    assert [card.handle for card in page.cards] == ["stand"]
    assert counted.total == 1


@pytest.mark.parametrize("query", ["helicopter", "飞机票", "xx", "zz 飞机", "porcelain helicopter"])
def test_what_is_not_there_is_not_found(shop: Shop, query: str) -> None:
    assert search(shop, query) == []


@pytest.mark.parametrize("query", ["'", "a'b", "x:*", "!tea", "a\\b", "tea & | (", "\x00tea", "%_"])
def test_no_sign_breaks_the_search(shop: Shop, query: str) -> None:
    search(shop, query)


def test_a_name_counts_for_more_than_a_story(shop: Shop) -> None:
    assert search(shop, "tea") == ["longjing", "teapot"]


def test_search_follows_every_change(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        create_category(
            session, merchant_id=merchant, path="tea", texts={"en": CategoryText("Tea")}
        )
        sheet = product_sheet("longjing", categories=("tea",))
        kept = products.create_product(session, merchant_id=merchant, sheet=sheet)
    shop = (database, merchant)
    assert search(shop, "longjing") == ["longjing"]
    with database.transaction(Scope.merchant(merchant)) as session:
        changed = replace(kept, words={"en": Words(name="Dragon well")})
        products.change_product(session, merchant_id=merchant, sheet=changed)
        change_category(
            session,
            merchant_id=merchant,
            path="tea",
            new_path="drinks",
            texts={"en": CategoryText("Drinks"), "zh": CategoryText("饮品")},
            position=0,
        )
    assert search(shop, "dragon") == search(shop, "饮品") == ["longjing"]
    with database.reading(Scope.merchant(merchant)) as connection:
        page = queries.list_products(connection, locale="en", category="drinks")
    assert len(page.cards) == 1


def test_the_function_in_the_database_is_the_one_that_the_code_declares(
    database: Database,
) -> None:
    ((body,),) = _as_owner(database, "SELECT prosrc FROM pg_proc WHERE proname = 'search_products'")
    assert body == SEARCH_FUNCTION.partition("$$")[2].rpartition("$$")[0]


def test_a_document_of_an_older_folding_is_read_anew(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        sheet = product_sheet("oolong", zh="臺灣烏龍")
        products.create_product(session, merchant_id=merchant, sheet=sheet)
        old = {"words": f"'@{merchant}' '臺灣'"}
        session.execute(
            text("UPDATE search_document SET folding = 1, words = CAST(:words AS tsvector)"), old
        )
    assert search((database, merchant), "台湾") == []
    with database.reading(Scope.park()) as connection:
        stale = stale_documents(connection, most=10)
    assert list(stale) == [merchant]
    with database.transaction(Scope.merchant(merchant)) as session:
        read_anew(session, merchant_id=merchant, product_ids=stale[merchant])
    assert search((database, merchant), "台湾") == ["oolong"]
    with database.reading(Scope.park()) as connection:
        assert stale_documents(connection, most=10) == {}


def test_search_shows_nothing_of_another_merchant(shop: Shop) -> None:
    database, _ = shop
    other = create_merchant(database, slug="harbour-imports")
    assert search((database, other), "porcelain") == []
    with database.transaction(Scope.park()) as session:
        rows = session.execute(
            text("SELECT * FROM search_products('''tea''', '{}', '{}', '{}')")
        ).all()
    assert rows == []


def test_ten_thousand_products_are_searched_by_index(database: Database, merchant: UUID) -> None:
    colours = ("celadon", "ink", "indigo", "ochre", "jade", "amber", "ivory", "slate", "rust")
    with database.transaction(Scope.merchant(merchant)) as session:
        session.execute(_many_documents(), {"merchant": merchant, "colours": list(colours)})
    with database.transaction(Scope.merchant(merchant)) as session:
        put_products(
            session,
            merchant_id=merchant,
            sheets=[product_sheet("gaiwan", name="Porcelain gaiwan", zh="青花瓷盖碗")],
        )
    _as_owner(database, "ANALYZE search_document")
    for typed, index, statement in (
        ("porcelain", "ix_search_document_words", EXACT_MATCH),
        ("青花", "ix_search_document_words", EXACT_MATCH),
        ("porclain", "ix_search_document_words", FORGIVING_MATCH),
        ("qinghua", "ix_search_document_words", HEARD_MATCH),
    ):
        assert index in _plan(database, merchant, typed, statement)
        before = _scans(database, index)
        with database.reading(Scope.merchant(merchant)) as connection:
            page = queries.list_products(connection, locale="en", query=typed)
        assert [card.handle for card in page.cards] == ["gaiwan"]
        assert _scans(database, index) > before


def _many_documents() -> TextClause:
    """Ten thousand products with their documents, written by the database itself."""
    return text("""
    WITH made AS (
      INSERT INTO product (merchant_id, id, handle, kind, status, vendor, product_type, tags,
        tax_class, facets, created_at, changed_at, published_at)
      SELECT :merchant, gen_random_uuid(), 'p-' || n, 'physical', 'active', '', '', '{}',
        'standard', '{}', now(), now(), now()
      FROM generate_series(1, 10000) n RETURNING id, handle
    )
    INSERT INTO search_document (merchant_id, id, words, folding)
    SELECT :merchant, id,
      array_to_tsvector(ARRAY['@' || CAST(:merchant AS text), colour, 'bowl', handle, '瓷碗']), 2
    FROM made, LATERAL (
      SELECT (CAST(:colours AS text[]))[1 + abs(hashtext(handle)) % 9] AS colour
    ) c""")


def _as_owner(database: Database, statement: str, given: dict | None = None) -> list:
    with database._engine.connect() as connection:
        result = connection.execute(text(statement), given or {})
        return result.all() if result.returns_rows else []


def _plan(database: Database, merchant: UUID, typed: str, statement: str) -> str:
    words = search_query(typed)
    assert words is not None
    for name, value in (
        ("asking", f"'{merchant}'::uuid"),
        ("exact", "(" + _quoted(words.exact) + ")"),
        ("heard", "(" + _quoted(words.exact.replace("'", f"'{HEARD}", 1)) + ")"),
        ("meant", "(" + _quoted("|".join(f"'{word}'" for word in words.typed)) + ")"),
        ("pairs", "('{" + ",".join(f'"{pair}"' for pair in words.pairs) + "}'::text[])"),
        ("runs", "('{" + ",".join(f'"{run}"' for run in words.runs) + "}'::text[])"),
    ):
        statement = statement.replace(name, value)
    with database._engine.connect() as connection:
        for setting in SETTINGS:
            connection.exec_driver_sql(setting)
        # The driver reads % as a placeholder; text() writes it for the driver.
        escaped = text("EXPLAIN " + statement.replace(":", r"\:"))
        rows = connection.execute(escaped).all()
    return "\n".join(row[0] for row in rows)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _scans(database: Database, index: str) -> int:
    asked = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = :name"
    # Other connections of the pool report what they did when they are asked to close.
    database.close()
    ((scans,),) = _as_owner(database, asked, {"name": index})
    return scans

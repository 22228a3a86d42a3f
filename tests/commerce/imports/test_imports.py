from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from commerce.catalogue import queries as catalogue
from commerce.catalogue.records import ProductPage, Words
from commerce.catalogue.service.products import change_product
from commerce.imports import queries
from commerce.imports.errors import ImportNotFoundError, ImportNotUndoableError, UnknownDialectError
from commerce.imports.export import error_file, export_products
from commerce.imports.looking import faulty_rows
from commerce.imports.planning import ImportTerms
from commerce.imports.preview import preview
from commerce.imports.reading import read_sheet
from commerce.imports.records import ImportReport, Preview
from commerce.imports.run import import_products
from commerce.imports.taking_back import undo_import
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import reserve
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.pricing.queries import listed_prices

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "products"
HEADER = (
    "Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,"
    "Variant Compare At Price,Variant Barcode,Image Src\n"
)
TEA = (
    HEADER
    + "longjing,Longjing,<p>Fresh</p>,West Lake,tea,true,Weight,50 g,LJ-50,50,shopify,7,98,120,"
    "6901234567892,https://pictures.example/a.jpg\n"
    "longjing,,,,,,,100 g,LJ-100,100,shopify,3,180.50,,,https://pictures.example/b.jpg\n"
    "tray,Bamboo tray,,,,false,Title,Default Title,TRAY,900,,,260,,,\n"
)


def take_in(
    database: Database, terms: ImportTerms, content: str | bytes, name: str = "products.csv"
) -> ImportReport:
    given = content.encode() if isinstance(content, str) else content
    return import_products(database, content=given, file_name=name, terms=terms)


def look(database: Database, terms: ImportTerms, content: str) -> Preview:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        return preview(connection, content=content.encode(), terms=terms)


def page(database: Database, terms: ImportTerms, handle: str) -> ProductPage:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        found = catalogue.product_preview(connection, handle=handle, locale=terms.locale)
    assert found is not None
    return found


def prices(database: Database, terms: ImportTerms, shown: ProductPage) -> Mapping[str, str]:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        listed = listed_prices(connection, variant_ids=[v.id for v in shown.variants])
    amounts = {each.variant_id: str(each.amount.major) for each in listed}
    return {v.sku: amounts[v.id] for v in shown.variants if v.id in amounts}


def stock(database: Database, terms: ImportTerms, shown: ProductPage) -> Mapping[str, int]:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        levels = levels_of(connection, variant_ids=[v.id for v in shown.variants])
    on_hand = {level.variant_id: level.on_hand for level in levels}
    return {v.sku: on_hand[v.id] for v in shown.variants if v.id in on_hand}


def export(database: Database, terms: ImportTerms, dialect: str) -> bytes:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        return export_products(
            connection,
            dialect=dialect,
            locale=terms.locale,
            location_id=terms.location_id,
            picture_url=lambda picture: f"https://shop.example/media/{picture.name}",
        )


def test_a_file_becomes_products_with_prices_and_stock(
    database: Database, terms: ImportTerms
) -> None:
    report = take_in(database, terms, TEA)
    assert {action: count for action, count in report.counts.items() if count} == {"created": 2}
    tea = page(database, terms, "longjing")
    assert (tea.words.name, tea.vendor, tea.tags, tea.status) == (
        "Longjing",
        "West Lake",
        ("tea",),
        "active",
    )
    assert [v.title for v in tea.variants] == ["50 g", "100 g"]
    assert tea.variants[0].gtin == "6901234567892"
    assert prices(database, terms, tea) == {"LJ-50": "98.00", "LJ-100": "180.50"}
    assert stock(database, terms, tea) == {"LJ-50": 7, "LJ-100": 3}
    tray = page(database, terms, "tray")
    assert (tray.status, tray.options) == ("draft", ())
    assert not tray.variants[0].stock_tracked
    assert report.pictures == 2


def test_importing_again_changes_nothing(database: Database, terms: ImportTerms) -> None:
    take_in(database, terms, TEA)
    before = page(database, terms, "longjing")
    again = take_in(database, terms, TEA)
    assert again.counts["unchanged"] == 2
    assert page(database, terms, "longjing") == before


def test_a_preview_says_what_an_import_would_do_and_does_nothing(
    database: Database, terms: ImportTerms
) -> None:
    told = look(database, terms, TEA)
    assert told.dialect == "shopify-legacy"
    assert [(each.handle, each.name, each.action, each.variants) for each in told.products] == [
        ("longjing", "Longjing", "created", 2),
        ("tray", "Bamboo tray", "created", 1),
    ]
    assert told.pictures == 2
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        assert connection.scalar(text("SELECT count(*) FROM product")) == 0


def test_absent_columns_keep_and_blank_cells_empty(database: Database, terms: ImportTerms) -> None:
    take_in(database, terms, TEA)
    report = take_in(
        database, terms, "Handle,Title,Vendor,Body (HTML)\nlongjing,Dragon well,,<b>New</b>\n"
    )
    assert report.counts["updated"] == 1
    tea = page(database, terms, "longjing")
    assert (tea.words.name, tea.vendor, tea.words.story_html) == ("Dragon well", "", "<b>New</b>")
    assert tea.tags == ("tea",)
    assert len(tea.variants) == 2
    assert stock(database, terms, tea) == {"LJ-50": 7, "LJ-100": 3}


def test_variants_that_the_file_leaves_out_stay(database: Database, terms: ImportTerms) -> None:
    take_in(database, terms, TEA)
    rows = HEADER + "longjing,Longjing,,,,true,Weight,250 g,LJ-250,250,shopify,1,400,,,\n"
    take_in(database, terms, rows)
    tea = page(database, terms, "longjing")
    assert [v.sku for v in tea.variants] == ["LJ-50", "LJ-100", "LJ-250"]
    assert [v.title for v in tea.variants] == ["50 g", "100 g", "250 g"]


def test_a_product_is_found_by_its_skus_when_its_handle_changed(
    database: Database, terms: ImportTerms
) -> None:
    take_in(database, terms, TEA)
    report = take_in(database, terms, TEA.replace("tray,Bamboo", "bamboo-tray,Bamboo"))
    assert report.counts["unchanged"] == 2


def test_other_languages_stay(database: Database, terms: ImportTerms) -> None:
    take_in(database, terms, TEA)
    chinese = replace(terms, locale="zh")
    take_in(database, chinese, "Handle,Title\nlongjing,龙井茶\n")
    assert page(database, chinese, "longjing").words.name == "龙井茶"
    assert page(database, terms, "longjing").words.name == "Longjing"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("x,X,,,,true,Title,Default Title,X,0,,,abc,,,", "Variant Price", "amount"),
        ("x,X,,,,true,Title,Default Title,X,0,,,-1,,,", "Variant Price", "amount"),
        ("x,X,,,,true,Title,Default Title,X,0,,,1.999,,,", "Variant Price", "decimals"),
        (
            "x,X,,,,true,Title,Default Title,X,0,shopify,many,1,,,",
            "Variant Inventory Qty",
            "number",
        ),
        ("x,X,,,,maybe,Title,Default Title,X,0,,,1,,,", "Published", "boolean"),
        ("x,X,,,,true,Title,Default Title,X,heavy,,,1,,,", "Variant Grams", "weight"),
        ("x,X,,,,true,Title,Default Title,X,0,,,1,,6901234567890,", "Variant Barcode", "gtin"),
        ("x,,,,,true,Title,Default Title,X,0,,,1,,,", "Title", "required"),
        (",,lost,,,true,,,X,0,,,1,,,", "Handle", "no-handle"),
        ("two words,X,,,,true,Title,Default Title,X,0,,,1,,,", "Handle", "handle"),
        ("x,X,,,,true,Size,,X,0,,,1,,,", "Option1 Value", "option-value"),
    ],
)
def test_every_error_names_its_row_and_column(
    database: Database, terms: ImportTerms, row: str, column: str, code: str
) -> None:
    content = HEADER + row + "\n" + "good,Good,,,,true,Title,Default Title,GOOD,0,,,5,,,\n"
    told = look(database, terms, content)
    errors = [(p.row, p.column, p.code) for p in told.problems if p.severity == "error"]
    assert (2, column, code) in errors
    report = take_in(database, terms, content)
    assert report.counts["created"] == 1
    assert page(database, terms, "good").words.name == "Good"
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        assert connection.scalar(text("SELECT count(*) FROM product")) == 1


def test_a_sku_of_two_products_is_refused_for_the_second(
    database: Database, terms: ImportTerms
) -> None:
    row = "%s,Thing,,,,true,Title,Default Title,SAME,0,,,1,,,\n"
    told = look(database, terms, HEADER + row % "a" + row % "b" + row % "c")
    assert [(p.row, p.column, p.code) for p in told.problems] == [
        (3, "Variant SKU", "sku-taken"),
        (4, "Variant SKU", "sku-taken"),
    ]
    assert told.counts["refused"] == 2


def test_doubtful_figures_are_told_and_come_in(database: Database, terms: ImportTerms) -> None:
    row = "x,X,,,,true,Title,Default Title,X,0,shopify,-4,50,40,,\n"
    report = take_in(database, terms, HEADER + row)
    assert {p.code for p in report.problems} == {"negative", "compare-at"}
    assert report.counts["created"] == 1
    assert stock(database, terms, page(database, terms, "x")) == {"X": 0}


def test_the_rows_in_error_come_back_as_a_file_to_mend(
    database: Database, terms: ImportTerms
) -> None:
    content = HEADER + "x,X,=1+1,,,true,Title,Default Title,X,0,,,abc,,,\n"
    report = take_in(database, terms, content)
    assert [p.severity for p in report.problems] == ["error"], "and not that it has no price too"
    rows = faulty_rows(read_sheet(content.encode()), report.problems)
    mend = read_sheet(error_file(rows, heading="Problem", said=str))
    assert mend.lines[0].cells["Problem"] == "Variant Price: “abc” is not a price such as 19.90."
    mended = error_file(rows, heading="Problem", said=str).decode("utf-8-sig").replace("abc", "7")
    assert take_in(database, terms, mended).counts["created"] == 1


def test_stories_come_in_clean_and_formulas_as_text(database: Database, terms: ImportTerms) -> None:
    row = (
        "x,'=1+1,<p onclick=x()>Hi<script>x()</script></p>,,,true,Title,Default Title,X,0,,,1,,,\n"
    )
    take_in(database, terms, HEADER + row)
    words = page(database, terms, "x").words
    assert (words.name, words.story_html) == ("=1+1", "<p>Hi</p>")
    assert b",'=1+1," in export(database, terms, "shopify-legacy")


def test_an_undo_puts_everything_back(database: Database, terms: ImportTerms) -> None:
    take_in(database, terms, TEA)
    before = page(database, terms, "longjing")
    changed = TEA.replace("Longjing", "Other").replace(",7,98,", ",20,99,") + (
        "new,New,,,,true,Title,Default Title,NEW,0,shopify,4,1,,,\n"
    )
    report = take_in(database, terms, changed)
    undone = undo_import(database, merchant_id=terms.merchant_id, import_id=report.id)
    assert set(undone.restored) == {"longjing", "new"}
    assert undone.kept == ()
    tea = page(database, terms, "longjing")
    assert replace(tea, changed_at=before.changed_at) == before
    assert prices(database, terms, tea)["LJ-50"] == "98.00"
    assert stock(database, terms, tea)["LJ-50"] == 7
    new = page(database, terms, "new")
    assert new.status == "archived"
    assert stock(database, terms, new) == {"NEW": 0}
    with pytest.raises(ImportNotUndoableError):
        undo_import(database, merchant_id=terms.merchant_id, import_id=report.id)
    with pytest.raises(ImportNotFoundError):
        undo_import(database, merchant_id=terms.merchant_id, import_id=new_id())


def test_an_undo_keeps_what_others_did_since(database: Database, terms: ImportTerms) -> None:
    report = take_in(database, terms, TEA)
    scope = Scope.merchant(terms.merchant_id)
    tea = page(database, terms, "longjing")
    with database.transaction(scope) as session:
        sheet = catalogue.product_for_edit(
            session.connection(), product_id=page(database, terms, "tray").id
        )
        words = {"en": Words(name="Tray, edited by hand")}
        change_product(session, merchant_id=terms.merchant_id, sheet=replace(sheet, words=words))
        reserve(
            session,
            merchant_id=terms.merchant_id,
            owner_id=new_id(),
            lines=[Units(tea.variants[0].id, terms.location_id, 1)],
            stage=Stage.PLACED,
            expires_at=None,
        )
    undone = undo_import(database, merchant_id=terms.merchant_id, import_id=report.id)
    assert undone.restored == ()
    assert set(undone.kept) == {"tray", "longjing"}
    assert page(database, terms, "longjing").status == "active"


@pytest.mark.parametrize("name", ["apparel.csv", "home-and-garden.csv"])
def test_real_files_come_in_and_go_round(database: Database, terms: ImportTerms, name: str) -> None:
    content = (REAL / name).read_bytes()
    handles = {line.cells["Handle"] for line in read_sheet(content).lines}
    report = take_in(database, terms, content, name)
    assert report.counts["refused"] == 0
    assert report.counts["created"] == len(handles)
    assert not [p for p in report.problems if p.severity == "error"]
    assert take_in(database, terms, content, name).counts["unchanged"] == report.counts["created"]
    for dialect in ("shopify", "shopify-legacy", "woocommerce"):
        again = take_in(database, terms, export(database, terms, dialect))
        assert again.counts["unchanged"] == report.counts["created"]
        assert not [p for p in again.problems if p.severity == "error"]


def test_a_thousand_rows_in_one_go(database: Database, terms: ImportTerms) -> None:
    rows = "".join(
        f"item-{n // 2},{'' if n % 2 else f'Item {n}'},,,,true,Size,{'SL'[n % 2]},SKU-{n},"
        f"10,shopify,{n % 9},{n}.50,,,\n"
        for n in range(1000)
    )
    seen: list[tuple[int, int]] = []
    content = (HEADER + rows).encode()
    report = import_products(
        database,
        content=content,
        file_name="big.csv",
        terms=terms,
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert report.counts["created"] == 500
    assert seen == [(250, 500), (500, 500)]
    undone = undo_import(database, merchant_id=terms.merchant_id, import_id=report.id)
    assert len(undone.restored) == 500


def test_past_imports_are_listed_with_what_they_did(database: Database, terms: ImportTerms) -> None:
    take_in(database, terms, HEADER + "x,X,,,,true,Title,Default Title,X,0,,,abc,,,\n", "bad.csv")
    take_in(database, terms, TEA, "tea.csv")
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        newest, oldest = queries.past_imports(connection)
    assert (newest.file_name, newest.state, newest.counts["created"]) == ("tea.csv", "done", 2)
    assert str(oldest.problems[0]) == "“abc” is not a price such as 19.90."


def test_a_file_of_another_kind_is_refused_with_what_it_lacks(
    database: Database, terms: ImportTerms
) -> None:
    with pytest.raises(UnknownDialectError, match="Handle"):
        take_in(database, terms, "Title,Colour\nTea,green\n")


def test_an_import_without_a_place_leaves_stock_alone(
    database: Database, terms: ImportTerms
) -> None:
    take_in(database, replace(terms, location_id=None), TEA)
    assert stock(database, terms, page(database, terms, "longjing")) == {}


def test_prices_are_in_the_merchants_own_currency(database: Database, terms: ImportTerms) -> None:
    take_in(database, terms, TEA)
    tray = page(database, terms, "tray")
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        (price,) = listed_prices(connection, variant_ids=[tray.variants[0].id])
    assert price.amount == Money(26_000, "CNY")


def test_a_blank_price_takes_the_price_away_and_an_undo_brings_it_back(
    database: Database, terms: ImportTerms
) -> None:
    take_in(database, terms, TEA)
    report = take_in(database, terms, TEA.replace(",260,", ",,"))
    assert [p.code for p in report.problems] == ["no-price"]
    tray = page(database, terms, "tray")
    assert prices(database, terms, tray) == {}
    undo_import(database, merchant_id=terms.merchant_id, import_id=report.id)
    assert prices(database, terms, tray) == {"TRAY": "260.00"}

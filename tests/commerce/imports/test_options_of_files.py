"""A file that adds an option to a product of the shop: its variants keep stock, promises and ids."""

from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.catalogue.queries import product_ids_by_handle, product_sheets
from commerce.catalogue.records import ProductSheet
from commerce.imports.export import export_products
from commerce.imports.planning import ImportTerms
from commerce.imports.preview import preview
from commerce.imports.run import import_products
from commerce.imports.taking_back import undo_import
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import reserve
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id

ONE = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n"
TWO = (
    "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price\n"
)
TEA = (
    ONE
    + "longjing,Longjing,Weight,50 g,LJ-50,shopify,7,98\nlongjing,,,100 g,LJ-100,shopify,3,180\n"
)


def take_in(database: Database, terms: ImportTerms, content: str) -> UUID:
    report = import_products(
        database, content=content.encode(), file_name="products.csv", terms=terms
    )
    assert report.problems == ()
    return report.id


def told(database: Database, terms: ImportTerms, content: str) -> list[tuple[int, str, str]]:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        seen = preview(connection, content=content.encode(), terms=terms)
    return [(each.row, each.column, each.code) for each in seen.problems]


def product(database: Database, terms: ImportTerms, handle: str = "longjing") -> ProductSheet:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        ids = product_ids_by_handle(connection, handles=[handle])
        return product_sheets(connection, product_ids=[ids[handle]])[0]


def choices(sheet: ProductSheet) -> dict[str, tuple[str, ...]]:
    return {variant.sku: variant.choice for variant in sheet.variants}


def test_variants_keep_ids_stock_and_promises_and_go_round(
    database: Database, terms: ImportTerms
) -> None:
    take_in(database, terms, TEA)
    before = product(database, terms)
    ids = [variant.id for variant in before.variants]
    assert terms.location_id is not None
    with database.transaction(Scope.merchant(terms.merchant_id)) as session:
        reserve(
            session,
            merchant_id=terms.merchant_id,
            owner_id=new_id(),
            lines=[Units(ids[0], terms.location_id, 2)],
            stage=Stage.PLACED,
            expires_at=None,
        )
    done = take_in(
        database,
        terms,
        TWO + "longjing,Longjing,Packing,Tin,Weight,50 g,,98\nlongjing,,,Tin,,250 g,LJ-250,400\n",
    )
    after = product(database, terms)
    assert [variant.id for variant in after.variants[:2]] == ids
    assert choices(after) == {
        "LJ-50": ("tin", "50 g"),
        "LJ-100": ("tin", "100 g"),
        "LJ-250": ("tin", "250 g"),
    }
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        levels = {level.variant_id: level for level in levels_of(connection, variant_ids=ids)}
        content = export_products(
            connection,
            dialect="shopify",
            locale="en",
            location_id=terms.location_id,
            picture_url=lambda picture: picture.name,
        )
    assert [(levels[each].on_hand, levels[each].held) for each in ids] == [(7, 2), (3, 0)]
    again = import_products(database, content=content, file_name="round.csv", terms=terms)
    assert (again.counts["unchanged"], again.problems) == (1, ())
    undo_import(database, merchant_id=terms.merchant_id, import_id=done)
    back = product(database, terms)
    assert back.variants == before.variants
    assert back.options == before.options


def test_a_product_without_options_becomes_its_one_row(
    database: Database, terms: ImportTerms
) -> None:
    take_in(database, terms, ONE + "tray,Tray,Title,Default Title,TRAY,shopify,4,260\n")
    (only,) = product(database, terms, "tray").variants
    take_in(database, terms, ONE + "tray,Tray,Size,Large,,shopify,4,260\n")
    (now,) = product(database, terms, "tray").variants
    assert (now.id, now.sku, now.choice) == (only.id, "TRAY", ("large",))


def test_options_in_another_order_are_the_same_options(
    database: Database, terms: ImportTerms
) -> None:
    take_in(database, terms, TWO + "tea,Tea,Weight,50 g,Packing,Tin,A,9\ntea,,,50 g,,Bag,B,8\n")
    before = [variant.id for variant in product(database, terms, "tea").variants]
    take_in(database, terms, TWO + "tea,Tea,Packing,Tin,Weight,50 g,,9\n")
    after = product(database, terms, "tea")
    assert [variant.id for variant in after.variants] == before
    assert choices(after) == {"A": ("tin", "50 g"), "B": ("bag", "50 g")}


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (
            "longjing,Longjing,Weight,50 g,Packing,Tin,,98\nlongjing,,,50 g,,Bag,,90\n",
            [(2, "Option2 Value", "which-variant"), (3, "Option2 Value", "which-variant")],
        ),
        (
            "longjing,Longjing,Weight,250 g,Packing,Tin,,98\nlongjing,,,250 g,,Bag,,90\n",
            [(2, "Option2 Value", "which-value"), (2, "Option2 Value", "which-value")],
        ),
        (
            (
                "longjing,Longjing,Weight,50 g,Packing,Tin,LJ-50,98\n"
                "longjing,,,100 g,,Tin,LJ-100,180\nlongjing,,,50 g,,Bag,LJ-50-BAG,90\n"
            ),
            [],
        ),
    ],
    ids=["two rows for one variant", "variants without a row", "SKUs say which"],
)
def test_what_the_added_option_leaves_open_is_an_error_with_its_column(
    database: Database, terms: ImportTerms, rows: str, problems: list[tuple[int, str, str]]
) -> None:
    take_in(database, terms, TEA)
    assert told(database, terms, TWO + rows) == problems
    before = product(database, terms)
    import_products(database, content=(TWO + rows).encode(), file_name="x.csv", terms=terms)
    after = product(database, terms)
    assert [v.id for v in after.variants[:2]] == [v.id for v in before.variants]
    assert (after == before) is bool(problems)


def test_woocommerces_rows_name_the_column_of_the_attribute(
    database: Database, terms: ImportTerms
) -> None:
    take_in(database, terms, TEA)
    with database.transaction(Scope.merchant(terms.merchant_id)) as session:
        session.execute(text("UPDATE product SET handle = 'lj' WHERE handle = 'longjing'"))
    rows = (
        "Type,SKU,Name,Parent,Regular price,Attribute 1 name,Attribute 1 value(s),"
        "Attribute 2 name,Attribute 2 value(s)\n"
        'variable,LJ,Longjing,,,Weight,"50 g, 100 g",Packing,"Tin, Bag"\n'
        "variation,,,LJ,98,Weight,50 g,Packing,Tin\nvariation,,,LJ,90,Weight,50 g,Packing,Bag\n"
    )
    assert told(database, terms, rows) == [
        (3, "Attribute 2 value(s)", "which-variant"),
        (4, "Attribute 2 value(s)", "which-variant"),
    ]

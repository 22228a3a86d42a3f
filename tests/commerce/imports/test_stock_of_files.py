"""What a file says of stock: what is counted, where it lies, and that a round trip changes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from commerce.catalogue.queries import every_product_sheet
from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet, Words
from commerce.catalogue.service.put import put_products
from commerce.imports.export import export_products
from commerce.imports.planning import ImportTerms
from commerce.imports.preview import preview
from commerce.imports.queries import default_location
from commerce.imports.records import ImportReport, Preview
from commerce.imports.run import import_products
from commerce.inventory.queries import available_online, levels_of
from commerce.inventory.rows import Units
from commerce.inventory.service import add_location, open_stock
from commerce.kernel.database import Database, Scope
from commerce.kernel.money import Money
from commerce.pricing.rows import PriceChange
from commerce.pricing.service import set_prices

DIALECTS = ("shopify", "shopify-legacy", "woocommerce")
SHOPIFY = (
    "Handle,Title,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,"
    "Variant Inventory Policy\n"
)
WOO = "Type,SKU,Name,Regular price,In stock?,Stock,Backorders allowed?\n"


def place(database: Database, merchant: UUID, code: str, kind: str) -> UUID:
    with database.transaction(Scope.merchant(merchant)) as session:
        return add_location(
            session, merchant_id=merchant, code=code, kind=kind, name=code, name_zh=code
        )


def variant(sku: str, choice: str = "", *, tracked: bool = True, on: bool = False) -> VariantSheet:
    """A variant; `on` sells on when it is out."""
    return VariantSheet(
        sku=sku, choice=(choice,) if choice else (), stock_tracked=tracked, sell_when_out=on
    )


def product(handle: str, *variants: VariantSheet) -> ProductSheet:
    colours = tuple(OptionValue(v.choice[0], {"en": v.choice[0]}) for v in variants if v.choice)
    return ProductSheet(
        handle=handle,
        words={"en": Words(name=handle.capitalize())},
        variants=variants,
        options=(Option("colour", {"en": "Colour"}, colours),) if colours else (),
        status="active",
    )


def stocked(
    database: Database,
    merchant: UUID,
    sheets: tuple[ProductSheet, ...],
    stock: Mapping[str, Mapping[UUID, int]],
) -> None:
    """Sell `sheets`, with so many units by SKU and place."""
    ids = {v.sku: v.id for sheet in sheets for v in sheet.variants}
    with database.transaction(Scope.merchant(merchant)) as session:
        put_products(session, merchant_id=merchant, sheets=sheets)
        set_prices(
            session,
            merchant_id=merchant,
            prices=[PriceChange(each, Money(990, "CNY"), None) for each in ids.values()],
        )
        open_stock(
            session,
            merchant_id=merchant,
            lines=[
                Units(ids[sku], where, units)
                for sku, places in stock.items()
                for where, units in places.items()
            ],
            reason="counted",
        )


def take_in(database: Database, terms: ImportTerms, content: bytes) -> ImportReport:
    return import_products(database, content=content, file_name="products.csv", terms=terms)


def look(database: Database, terms: ImportTerms, content: str) -> Preview:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        return preview(connection, content=content.encode(), terms=terms)


def export(database: Database, terms: ImportTerms, dialect: str) -> bytes:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        return export_products(
            connection,
            dialect=dialect,
            locale="en",
            location_id=terms.location_id,
            picture_url=lambda picture: f"https://shop.example/media/{picture.name}",
        )


def standing(database: Database, merchant: UUID) -> dict[str, tuple[bool, bool, dict[UUID, int]]]:
    """Return for each SKU: whether it is counted, sells on when out, and its units by place."""
    with database.reading(Scope.merchant(merchant)) as connection:
        variants = [v for sheet in every_product_sheet(connection) for v in sheet.variants]
        levels = levels_of(connection, variant_ids=[v.id for v in variants])
    return {
        v.sku: (
            v.stock_tracked,
            v.sell_when_out,
            {each.location_id: each.on_hand for each in levels if each.variant_id == v.id},
        )
        for v in variants
    }


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("has_place", [True, False])
def test_a_round_trip_leaves_stock_in_every_place_as_it_is(
    database: Database, merchant: UUID, terms: ImportTerms, dialect: str, *, has_place: bool
) -> None:
    house, store = terms.location_id, place(database, merchant, "STORE", "store")
    assert house is not None
    terms = terms if has_place else replace(terms, location_id=None)
    towel = product(
        "towel",
        variant("T-RED", "red"),
        variant("T-BLUE", "blue"),
        variant("T-GREY", "grey", on=True),
        variant("T-FREE", "free", tracked=False),
    )
    others = (
        product("cup", variant("CUP")),
        product("bowl", variant("BOWL")),
        product("card", variant("CARD", tracked=False)),
        product("once-counted", variant("ONCE", tracked=False)),
    )
    stock = {
        "T-RED": {house: 12, store: 2},
        "T-BLUE": {store: 6},
        "T-GREY": {house: 1},
        "CUP": {store: 3},
        "ONCE": {house: 4},
    }
    stocked(database, merchant, (towel, *others), stock)
    before = standing(database, merchant)
    assert before["T-BLUE"] == (True, False, {store: 6})
    report = take_in(database, terms, export(database, terms, dialect))
    assert (report.counts["unchanged"], report.problems) == (5, ())
    assert standing(database, merchant) == before


@pytest.mark.parametrize("dialect", DIALECTS)
def test_products_of_one_name_go_round_as_two(
    database: Database, merchant: UUID, terms: ImportTerms, dialect: str
) -> None:
    first, second = product("tea", variant("A")), product("tea-2", variant("B"))
    second = replace(second, words=first.words)
    stocked(database, merchant, (first, second), {})
    report = take_in(database, terms, export(database, terms, dialect))
    assert (report.counts["unchanged"], report.problems) == (2, ())


def test_shopifys_columns_say_what_is_counted_and_sold_on(
    database: Database, merchant: UUID, terms: ImportTerms
) -> None:
    rows = "counted,Counted,C,9,shopify,4,deny\non,On,ON,9,shopify,0,continue\nfree,Free,F,9,,7,\n"
    told = look(database, terms, SHOPIFY + rows)
    assert (told.counted_variants, told.uncounted_variants) == (2, 1)
    assert [(each.row, each.column, each.code) for each in told.problems] == [
        (4, "Variant Inventory Tracker", "untracked")
    ]
    take_in(database, terms, (SHOPIFY + rows).encode())
    assert standing(database, merchant) == {
        "C": (True, False, {terms.location_id: 4}),
        "ON": (True, True, {terms.location_id: 0}),
        # No number anywhere: nobody may read that some are left.
        "F": (False, False, {}),
    }


def test_woocommerces_columns_say_what_is_counted_out_and_sold_on(
    database: Database, merchant: UUID, terms: ImportTerms
) -> None:
    rows = (
        "simple,C,Counted,9,1,4,0\n"
        "simple,ON,On,9,1,0,notify\n"
        "simple,F,Free,9,1,,0\n"
        "simple,OUT,Out,9,0,,0\n"
        "simple,P,Shared,9,1,parent,0\n"
    )
    told = look(database, terms, WOO + rows)
    assert [(each.row, each.code) for each in told.problems] == [(6, "shared-stock")]
    take_in(database, terms, (WOO + rows).encode())
    assert standing(database, merchant) == {
        "C": (True, False, {terms.location_id: 4}),
        "ON": (True, True, {terms.location_id: 0}),
        "F": (False, False, {}),
        "OUT": (True, False, {terms.location_id: 0}),
        "P": (True, False, {}),
    }


def test_a_quantity_for_what_is_not_counted_here_is_left_aside(
    database: Database, merchant: UUID, terms: ImportTerms
) -> None:
    stocked(database, merchant, (product("card", variant("CARD", tracked=False)),), {})
    report = take_in(
        database, terms, b"Handle,Title,Variant SKU,Variant Inventory Qty\ncard,Card,CARD,5\n"
    )
    assert [each.code for each in report.problems] == ["uncounted"]
    assert standing(database, merchant) == {"CARD": (False, False, {})}


def test_quantities_go_to_the_first_warehouse_that_sells_online(
    database: Database, merchant: UUID
) -> None:
    place(database, merchant, "A-STORE", "store")
    house = place(database, merchant, "B-HOUSE", "warehouse")
    with database.reading(Scope.merchant(merchant)) as connection:
        assert default_location(connection) == house


def test_two_new_products_of_one_name_get_addresses_of_their_own(
    database: Database, merchant: UUID, terms: ImportTerms
) -> None:
    rows = WOO + "simple,A,Tea,9,1,4,0\nsimple,B,Tea,9,1,4,0\n"
    told = look(database, terms, rows)
    assert [each.handle for each in told.products] == ["tea", "tea-b"]
    assert take_in(database, terms, rows.encode()).counts["created"] == 2
    assert take_in(database, terms, rows.encode()).counts["unchanged"] == 2


def test_rows_that_speak_of_one_product_twice_are_told_apart_before_the_import(
    database: Database, merchant: UUID, terms: ImportTerms
) -> None:
    pair = product("pair", variant("L", "left"), variant("R", "right"))
    stocked(database, merchant, (pair,), {})
    rows = "Handle,Title,Variant SKU,Variant Price\nleft,Left,L,9\nright,Right,R,9\n"
    told = look(database, terms, rows)
    assert [(each.row, each.code) for each in told.problems] == [(3, "same-product")]
    assert told.counts["refused"] == 1


def test_what_an_import_stops_counting_shows_no_number_any_more(
    database: Database, merchant: UUID, terms: ImportTerms
) -> None:
    take_in(database, terms, (SHOPIFY + "cup,Cup,CUP,9,shopify,4,deny\n").encode())
    with database.reading(Scope.merchant(merchant)) as connection:
        (cup,) = (v.id for sheet in every_product_sheet(connection) for v in sheet.variants)
        assert available_online(connection, variant_ids=[cup]) == {cup: 4}
    take_in(database, terms, (SHOPIFY + "cup,Cup,CUP,9,,4,deny\n").encode())
    with database.reading(Scope.merchant(merchant)) as connection:
        assert available_online(connection, variant_ids=[cup]) == {}

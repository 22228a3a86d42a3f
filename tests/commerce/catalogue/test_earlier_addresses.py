"""An address that a product or a category has left leads to where it stands now."""

from dataclasses import replace
from uuid import UUID

from commerce.catalogue.queries import handle_after, path_after
from commerce.catalogue.records import ProductSheet, Status
from commerce.catalogue.service.categories import (
    CategoryText,
    change_category,
    create_category,
    remove_category,
)
from commerce.catalogue.service.put import put_products
from commerce.kernel.database import Database, Scope
from tests.support.catalogue import product_sheet

TEA = {"en": CategoryText("Tea")}


def grow(database: Database, merchant: UUID, *paths: str) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for path in paths:
            create_category(session, merchant_id=merchant, path=path, texts=TEA)


def move(database: Database, merchant: UUID, path: str, new_path: str) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        change_category(
            session, merchant_id=merchant, path=path, new_path=new_path, texts=TEA, position=0
        )


def put(database: Database, merchant: UUID, sheet: ProductSheet) -> ProductSheet:
    with database.transaction(Scope.merchant(merchant)) as session:
        return put_products(session, merchant_id=merchant, sheets=[sheet])[0]


def called(
    database: Database, merchant: UUID, sheet: ProductSheet, handle: str, status: Status = "active"
) -> None:
    put(database, merchant, replace(sheet, handle=handle, status=status))


def product_at(database: Database, merchant: UUID, handle: str) -> str | None:
    with database.reading(Scope.merchant(merchant)) as connection:
        return handle_after(connection, handle=handle)


def category_at(database: Database, merchant: UUID, path: str) -> str | None:
    with database.reading(Scope.merchant(merchant)) as connection:
        return path_after(connection, path=path)


def test_every_former_address_of_a_branch_leads_to_the_newest(
    database: Database, merchant: UUID
) -> None:
    grow(database, merchant, "tea", "tea/green", "drinks")
    move(database, merchant, "tea", "leaves")
    move(database, merchant, "leaves", "drinks/leaves")
    assert category_at(database, merchant, "tea") == "drinks/leaves"
    assert category_at(database, merchant, "tea/green") == "drinks/leaves/green"
    assert category_at(database, merchant, "leaves/green") == "drinks/leaves/green"
    assert category_at(database, merchant, "drinks") is None


def test_a_category_that_came_back_leads_nowhere_else(database: Database, merchant: UUID) -> None:
    grow(database, merchant, "tea")
    move(database, merchant, "tea", "leaves")
    move(database, merchant, "leaves", "tea")
    assert category_at(database, merchant, "tea") is None
    assert category_at(database, merchant, "leaves") == "tea"


def test_the_addresses_of_a_category_that_goes_lead_to_its_heir_or_to_nobody(
    database: Database, merchant: UUID
) -> None:
    grow(database, merchant, "tea", "ware", "silk")
    move(database, merchant, "tea", "leaves")
    move(database, merchant, "silk", "tea")
    move(database, merchant, "tea", "cloth")
    with database.transaction(Scope.merchant(merchant)) as session:
        remove_category(session, merchant_id=merchant, path="leaves", heir="ware")
        remove_category(session, merchant_id=merchant, path="cloth")
    assert category_at(database, merchant, "leaves") == "ware"
    assert category_at(database, merchant, "tea") is None, "the last one there is gone"


def test_a_product_is_found_at_the_addresses_it_was_seen_at(
    database: Database, merchant: UUID
) -> None:
    sheet = put(database, merchant, product_sheet("never-seen", status="draft"))
    called(database, merchant, sheet, "spring-tea")
    called(database, merchant, sheet, "longjing")
    called(database, merchant, sheet, "longjing-tea")
    assert product_at(database, merchant, "spring-tea") == "longjing-tea"
    assert product_at(database, merchant, "longjing") == "longjing-tea"
    assert product_at(database, merchant, "never-seen") is None
    called(database, merchant, sheet, "longjing")
    assert product_at(database, merchant, "longjing") is None
    called(database, merchant, sheet, "longjing", "archived")
    assert product_at(database, merchant, "spring-tea") is None

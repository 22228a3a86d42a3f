from uuid import UUID

import pytest

from commerce.catalogue import queries
from commerce.catalogue.errors import (
    CategoryNotEmptyError,
    CategoryNotFoundError,
    CategoryTakenError,
)
from commerce.catalogue.service.categories import (
    CategoryText,
    change_category,
    create_category,
    ensure_categories,
    remove_category,
)
from commerce.catalogue.service.products import create_product
from commerce.kernel.database import Database, Scope
from tests.support.catalogue import product_sheet

TEA = {"en": CategoryText("Tea", about="All leaves"), "zh": CategoryText("茶")}


def grow(database: Database, merchant: UUID, *paths: str) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for at, path in enumerate(paths):
            create_category(session, merchant_id=merchant, path=path, texts=TEA, position=at)


def paths(database: Database, merchant: UUID) -> list[str]:
    with database.reading(Scope.merchant(merchant)) as connection:
        tree = queries.category_tree(connection, locale="en")
    return [each.path for top in tree for each in (top, *top.children)]


def move(database: Database, merchant: UUID, path: str, new_path: str) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        change_category(
            session, merchant_id=merchant, path=path, new_path=new_path, texts=TEA, position=0
        )


def test_a_tree_grows_in_its_merchants_order(database: Database, merchant: UUID) -> None:
    grow(database, merchant, "ware", "tea", "tea/green", "tea/black")
    assert paths(database, merchant) == ["ware", "tea", "tea/green", "tea/black"]
    with database.reading(Scope.merchant(merchant)) as connection:
        _, tea = queries.category_tree(connection, locale="zh")
    assert (tea.name, tea.about) == ("茶", "All leaves")


def test_a_branch_moves_with_everything_below_it(database: Database, merchant: UUID) -> None:
    grow(database, merchant, "tea", "tea/green", "drinks")
    with database.transaction(Scope.merchant(merchant)) as session:
        sheet = product_sheet("longjing", categories=("tea/green",))
        create_product(session, merchant_id=merchant, sheet=sheet)
    move(database, merchant, "tea", "drinks/leaves")
    with database.reading(Scope.merchant(merchant)) as connection:
        assert queries.list_products(connection, locale="en", category="drinks").cards
        table = queries.facets(connection, locale="en")
    (categories,) = [facet for facet in table.facets if facet.group == "category"]
    assert {value.key for value in categories.values} == {
        "drinks",
        "drinks/leaves",
        "drinks/leaves/green",
    }


def test_a_branch_cannot_stand_inside_itself_or_where_another_stands(
    database: Database, merchant: UUID
) -> None:
    grow(database, merchant, "tea", "tea/green", "ware")
    for new_path in ("tea/green/tea", "ware"):
        with pytest.raises(CategoryTakenError):
            move(database, merchant, "tea", new_path)
    with pytest.raises(CategoryTakenError):
        grow(database, merchant, "tea")
    with pytest.raises(CategoryNotFoundError):
        grow(database, merchant, "silk/scarves")


def test_a_removed_category_leaves_its_products(database: Database, merchant: UUID) -> None:
    grow(database, merchant, "tea", "tea/green")
    with database.transaction(Scope.merchant(merchant)) as session:
        sheet = product_sheet("longjing", categories=("tea/green", "tea"))
        create_product(session, merchant_id=merchant, sheet=sheet)
    with (
        pytest.raises(CategoryNotEmptyError),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        remove_category(session, merchant_id=merchant, path="tea")
    with database.transaction(Scope.merchant(merchant)) as session:
        remove_category(session, merchant_id=merchant, path="tea/green")
    assert paths(database, merchant) == ["tea"]
    with database.reading(Scope.merchant(merchant)) as connection:
        page = queries.product_by_handle(connection, handle="longjing", locale="en")
    assert [branch.path for branch in page.trail] == ["tea"]


def test_missing_branches_are_grown_and_known_ones_keep_their_names(
    database: Database, merchant: UUID
) -> None:
    grow(database, merchant, "tea")
    with database.transaction(Scope.merchant(merchant)) as session:
        ensure_categories(
            session,
            merchant_id=merchant,
            names={"tea": "Thee", "tea/green": "Green", "ware/cups": "Cups"},
            locale="en",
        )
    with database.reading(Scope.merchant(merchant)) as connection:
        tree = queries.category_tree(connection, locale="en")
    names = [each.name for top in tree for each in (top, *top.children)]
    assert names == ["Tea", "Green", "ware", "Cups"]

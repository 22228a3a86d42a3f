"""Grow and prune the category tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from commerce.catalogue.errors import (
    CategoryNotEmptyError,
    CategoryNotFoundError,
    CategoryTakenError,
)
from commerce.catalogue.facets import paths_down_to
from commerce.catalogue.models import Category
from commerce.catalogue.queries.sheets import product_sheets
from commerce.catalogue.service.addresses import inherit_paths, leave_paths
from commerce.catalogue.service.put import put_products
from commerce.park.content import bump_content_version

_MOVE = text("""
UPDATE category SET path = :new || substr(path, length(:old) + 1)
WHERE merchant_id = :merchant AND starts_with(path, :old || '/')
""")

_PRODUCTS_BELOW = text("""
SELECT DISTINCT pc.product_id FROM product_category pc
JOIN category c ON c.merchant_id = pc.merchant_id AND c.id = pc.category_id
WHERE c.merchant_id = :merchant AND (c.path = :path OR starts_with(c.path, :path || '/'))
ORDER BY 1
""")

_BELOW = text("SELECT count(*) FROM category WHERE merchant_id = :merchant AND parent_id = :id")


# Two moves at once, each into the other's branch, would leave a circle that neither of them saw.
_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('categories ' || :merchant, 0))")


@dataclass(frozen=True, slots=True)
class CategoryText:
    """What a category is called and what is said above its shelf, in one language."""

    name: str
    about: str = ""


def create_category(
    session: Session,
    *,
    merchant_id: UUID,
    path: str,
    texts: Mapping[str, CategoryText],
    position: int = 0,
) -> UUID:
    """Add a branch at `path` (its parent's path, a slash, its slug) and return its id.

    Raises:
        CategoryNotFoundError: there is no parent.
        CategoryTakenError: the path is in use.
    """
    _take_turns(session, merchant_id)
    above, _, slug = path.rpartition("/")
    parent_id = _category(session, merchant_id, above).id if above else None
    if _found(session, merchant_id, path) is not None:
        raise CategoryTakenError(category=path)
    category = Category(
        merchant_id=merchant_id,
        parent_id=parent_id,
        slug=slug,
        path=path,
        position=position,
        texts=_stored(texts),
    )
    session.add(category)
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)
    return category.id


def ensure_categories(
    session: Session, *, merchant_id: UUID, names: Mapping[str, str], locale: str
) -> None:
    """Add the categories that are missing, given as {path: name}, with every path above them.

    A category that exists keeps its name; one that nobody named is called by its slug.
    """
    paths = sorted({branch for path in names for branch in paths_down_to(path)})
    for path in paths:
        if _found(session, merchant_id, path) is None:
            name = names.get(path, path.rpartition("/")[2])
            create_category(
                session, merchant_id=merchant_id, path=path, texts={locale: CategoryText(name)}
            )


def change_category(
    session: Session,
    *,
    merchant_id: UUID,
    path: str,
    new_path: str,
    texts: Mapping[str, CategoryText],
    position: int,
) -> None:
    """Rename, reword or move a category; everything below it moves along.

    The addresses that they leave lead to their new ones.

    Raises:
        CategoryNotFoundError: the category or the new parent is unknown.
        CategoryTakenError: the new path is in use or lies inside the category itself.
    """
    _take_turns(session, merchant_id)
    category = _category(session, merchant_id, path)
    if new_path != path:
        _refuse_circle(session, merchant_id, path, new_path)
        leave_paths(session, merchant_id=merchant_id, path=path)
        above, _, slug = new_path.rpartition("/")
        category.parent_id = _category(session, merchant_id, above).id if above else None
        category.slug, category.path = slug, new_path
    category.texts = _stored(texts)
    category.position = position
    session.flush()
    if new_path != path:
        moved = {"merchant": merchant_id, "old": path, "new": new_path}
        session.execute(_MOVE, moved)
    _renew_products(session, merchant_id, new_path)
    bump_content_version(session, merchant_id=merchant_id)


def remove_category(
    session: Session, *, merchant_id: UUID, path: str, heir: str | None = None
) -> None:
    """Take a category without branches away.

    Its products stand in the category `heir` in its stead, and its address leads there; without one they stay in their other
    categories, or in none.

    Raises:
        CategoryNotFoundError: the category or its heir is unknown.
        CategoryNotEmptyError: there are categories below it.
        CategoryTakenError: it cannot be its own heir.
    """
    _take_turns(session, merchant_id)
    category = _category(session, merchant_id, path)
    if session.scalar(_BELOW, {"merchant": merchant_id, "id": category.id}):
        raise CategoryNotEmptyError(category=path)
    if heir == path:
        raise CategoryTakenError(category=path)
    if heir is not None:
        inherit_paths(
            session,
            merchant_id=merchant_id,
            category_id=category.id,
            path=path,
            heir_id=_category(session, merchant_id, heir).id,
        )
    sheets = product_sheets(
        session.connection(), product_ids=_product_ids(session, merchant_id, path)
    )
    moved = [
        replace(
            sheet,
            categories=tuple(
                place for each in sheet.categories if (place := heir if each == path else each)
            ),
        )
        for sheet in sheets
    ]
    put_products(session, merchant_id=merchant_id, sheets=moved)
    session.delete(category)
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)


def _take_turns(session: Session, merchant_id: UUID) -> None:
    session.execute(_QUEUE, {"merchant": str(merchant_id)})


def _found(session: Session, merchant_id: UUID, path: str) -> Category | None:
    return session.scalar(
        select(Category).where(Category.merchant_id == merchant_id, Category.path == path)
    )


def _category(session: Session, merchant_id: UUID, path: str) -> Category:
    category = _found(session, merchant_id, path)
    if category is None:
        raise CategoryNotFoundError(category=path)
    return category


def _refuse_circle(session: Session, merchant_id: UUID, path: str, new_path: str) -> None:
    inside_itself = new_path.startswith(f"{path}/")
    if inside_itself or _found(session, merchant_id, new_path) is not None:
        raise CategoryTakenError(category=new_path)


def _product_ids(session: Session, merchant_id: UUID, path: str) -> Sequence[UUID]:
    return session.scalars(_PRODUCTS_BELOW, {"merchant": merchant_id, "path": path}).all()


def _renew_products(session: Session, merchant_id: UUID, path: str) -> None:
    """Write the products below `path` again: their filters and search words name the category."""
    ids = _product_ids(session, merchant_id, path)
    sheets = product_sheets(session.connection(), product_ids=ids)
    put_products(session, merchant_id=merchant_id, sheets=sheets)


def _stored(texts: Mapping[str, CategoryText]) -> dict[str, Any]:
    return {locale: {"name": text.name, "about": text.about} for locale, text in texts.items()}

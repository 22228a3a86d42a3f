"""Make, change, publish and archive single products."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.catalogue.errors import HandleTakenError, ProductNotFoundError
from commerce.catalogue.queries.sheets import (
    product_for_edit,
    product_sheets,
)
from commerce.catalogue.records import Option, ProductSheet, Status, VariantSheet
from commerce.catalogue.service.put import put_products
from commerce.park.content import bump_content_version

# A handle that nobody has yet has no row to lock.
_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('product ' || :name, 0))")

_LOCK = text("""
SELECT id FROM product WHERE merchant_id = :merchant AND handle = :handle FOR NO KEY UPDATE
""")

_RANK_PRICES = text("""
UPDATE product p SET rank_price_minor = given.amount
FROM unnest(CAST(:products AS uuid[]), CAST(:amounts AS bigint[])) AS given (product_id, amount)
WHERE p.merchant_id = :merchant AND p.id = given.product_id
  AND p.rank_price_minor IS DISTINCT FROM given.amount
""")


def lock_product(session: Session, *, merchant_id: UUID, handle: str) -> UUID | None:
    """Keep others from changing or making the product of this handle; return its id, or None.

    Whoever compares a product with what somebody has read calls this first: until the transaction
    ends, nobody else who calls it sees the handle, and nobody changes the product at all.
    """
    held = {"merchant": merchant_id, "handle": handle}
    session.execute(_QUEUE, {"name": f"{merchant_id} {handle}"})
    found: UUID | None = session.scalar(_LOCK, held)
    return found


def create_product(session: Session, *, merchant_id: UUID, sheet: ProductSheet) -> ProductSheet:
    """Add a product and return it as it was kept.

    Raises:
        InvalidProductError, HandleTakenError, SkuTakenError, GtinTakenError,
        CategoryNotFoundError: see `put_products`.
    """
    if product_sheets(session.connection(), product_ids=[sheet.id]):
        raise HandleTakenError(handle=sheet.handle)
    (kept,) = put_products(session, merchant_id=merchant_id, sheets=[sheet])
    return kept


def change_product(session: Session, *, merchant_id: UUID, sheet: ProductSheet) -> ProductSheet:
    """Make a known product what `sheet` says, and return it as it was kept.

    Raises:
        ProductNotFoundError: there is no product with the sheet's id.
    """
    if not product_sheets(session.connection(), product_ids=[sheet.id]):
        raise ProductNotFoundError
    (kept,) = put_products(session, merchant_id=merchant_id, sheets=[sheet])
    return kept


def publish(session: Session, *, merchant_id: UUID, product_id: UUID) -> ProductSheet:
    """Show a product to shoppers, with everything that makes it sellable.

    Raises:
        ProductNotFoundError: there is no such product.
    """
    return _with_status(session, merchant_id, product_id, "active")


def archive(session: Session, *, merchant_id: UUID, product_id: UUID) -> ProductSheet:
    """Take a product out of the shop and the till; its orders keep it.

    Raises:
        ProductNotFoundError: there is no such product.
    """
    return _with_status(session, merchant_id, product_id, "archived")


def withdraw(session: Session, *, merchant_id: UUID, product_id: UUID) -> ProductSheet:
    """Make a product a draft again.

    Raises:
        ProductNotFoundError: there is no such product.
    """
    return _with_status(session, merchant_id, product_id, "draft")


def set_statuses(
    session: Session, *, merchant_id: UUID, product_ids: Sequence[UUID], status: Status
) -> int:
    """Give many products one status and return how many of them there are; some may have gone."""
    sheets = product_sheets(session.connection(), product_ids=product_ids)
    changed = [replace(each, status=status) for each in sheets if each.status != status]
    if changed:
        put_products(session, merchant_id=merchant_id, sheets=changed)
    return len(sheets)


def set_variants(
    session: Session,
    *,
    merchant_id: UUID,
    product_id: UUID,
    options: Sequence[Option],
    variants: Sequence[VariantSheet],
) -> ProductSheet:
    """Give a product these options and variants; a variant that is missing is retired.

    Raises:
        ProductNotFoundError: there is no such product.
        InvalidProductError: a variant does not choose one value of every option, or two are alike.
    """
    sheet = product_for_edit(session.connection(), product_id=product_id)
    changed = replace(sheet, options=tuple(options), variants=tuple(variants))
    (kept,) = put_products(session, merchant_id=merchant_id, sheets=[changed])
    return kept


def rank_prices(
    session: Session, *, merchant_id: UUID, cheapest: Mapping[UUID, int | None]
) -> None:
    """Keep what each product costs at least, by product id, for sorting and price filters.

    Pricing calls it whenever a base price changes. Minor units of the merchant's own currency;
    None when no variant has a price.
    """
    ordered = sorted(cheapest.items())
    given = {
        "merchant": merchant_id,
        "products": [product_id for product_id, _ in ordered],
        "amounts": [amount for _, amount in ordered],
    }
    session.execute(_RANK_PRICES, given)
    bump_content_version(session, merchant_id=merchant_id)


def _with_status(
    session: Session, merchant_id: UUID, product_id: UUID, status: Status
) -> ProductSheet:
    sheet = product_for_edit(session.connection(), product_id=product_id)
    (kept,) = put_products(session, merchant_id=merchant_id, sheets=[replace(sheet, status=status)])
    return kept

"""Variants to set prices for, and taxes to charge."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.pricing.service import add_tax_rate, define_tax_class

_PRODUCT = text("""
INSERT INTO product (merchant_id, id, handle, kind, status, vendor, product_type, tags, tax_class,
                     facets, created_at, changed_at)
VALUES (:merchant, :id, :handle, 'physical', 'draft', '', '', '{}', 'standard', '{}', :at, :at)
""")

_VARIANT = text("""
INSERT INTO variant (merchant_id, id, product_id, position, sku, choice, weight_grams,
                     requires_shipping, stock_tracked, sell_when_out, lots)
VALUES (:merchant, :id, :product, :position, :sku, ARRAY[:sku], 100, true, true, false, false)
""")


def create_product(database: Database, merchant_id: UUID, *, variants: int = 1) -> Sequence[UUID]:
    """Put a draft with so many variants into the catalogue and return the variants' ids."""
    product, ids = new_id(), [new_id() for _ in range(variants)]
    with database.transaction(Scope.merchant(merchant_id)) as session:
        session.execute(
            _PRODUCT,
            {"merchant": merchant_id, "id": product, "handle": str(product), "at": utc_now()},
        )
        session.execute(
            _VARIANT,
            [
                {
                    "merchant": merchant_id,
                    "id": variant,
                    "product": product,
                    "position": position,
                    "sku": str(variant),
                }
                for position, variant in enumerate(ids)
            ],
        )
    return ids


def state_tax_rate(
    database: Database,
    *,
    country: str = "CN",
    rate: str = "0.13",
    tax_class: str = "standard",
    region: str | None = None,
    component: str = "vat",
    valid_from: date = date(2019, 4, 1),
    valid_to: date | None = None,
    sure: bool = True,
) -> UUID:
    """State a tax rate for the whole park and return its id."""
    with database.transaction(Scope.park()) as session:
        define_tax_class(session, code=tax_class, name=tax_class.title(), name_zh=tax_class)
        return add_tax_rate(
            session,
            country=country,
            tax_class=tax_class,
            rate=Decimal(rate),
            valid_from=valid_from,
            source=f"{country} {tax_class} {rate}",
            region=region,
            component=component,
            valid_to=valid_to,
            sure=sure,
        )

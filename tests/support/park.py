"""Merchants and staff for tests."""

from uuid import UUID

from commerce.kernel.database import Database, Scope
from commerce.park.service.merchants import MerchantName, found_merchant


def create_merchant(
    database: Database,
    *,
    slug: str = "porcelain-road",
    currency: str = "CNY",
    country: str = "CN",
    prices_include_tax: bool = True,
) -> UUID:
    """Found a merchant and return its id."""
    with database.transaction(Scope.park()) as session:
        return found_merchant(
            session,
            slug=slug,
            name=MerchantName(english=slug.replace("-", " ").title(), chinese=f"{slug} 商号"),
            country=country,
            currency=currency,
            prices_include_tax=prices_include_tax,
        )

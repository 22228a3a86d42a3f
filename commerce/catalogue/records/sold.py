"""A variant as carts, orders, the till and customs know it."""

from dataclasses import dataclass
from uuid import UUID

from commerce.catalogue.records.pictures import Picture
from commerce.catalogue.records.sheets import Kind, Status


@dataclass(frozen=True, slots=True)
class SoldVariant:
    """A variant with its product, as carts, orders and the till need it."""

    id: UUID
    product_id: UUID
    handle: str
    product_name: str
    title: str
    kind: Kind
    product_status: Status
    retired: bool
    sku: str
    gtin: str | None
    tax_class: str
    weight_grams: int
    origin_country: str | None
    requires_shipping: bool
    stock_tracked: bool
    sell_when_out: bool
    picture: Picture | None

    @property
    def sellable(self) -> bool:
        """Whether a shopper may still buy it."""
        return self.product_status == "active" and not self.retired

    @property
    def counted(self) -> bool:
        """Whether it can run out: stock is tracked, and nothing is sold beyond it."""
        return self.stock_tracked and not self.sell_when_out


@dataclass(frozen=True, slots=True)
class TariffCode:
    """A classification as it was written down."""

    variant_id: UUID | None
    destination: str
    code: str
    unsure: bool
    source: str

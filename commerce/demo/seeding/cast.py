"""Who and what a merchant's past is made of, found by the names that the content uses."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.queries import product_ids_by_handle, product_sheets
from commerce.demo.content import Merchant
from commerce.inventory.queries import locations
from commerce.kernel.durable import Durable
from commerce.park.queries.merchants import MerchantCard, get_merchant
from commerce.registers.queries import registers


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The merchant, its ids by name, and the session of the transaction they act in."""

    session: Session
    merchant: MerchantCard
    variants: dict[str, UUID]
    """By SKU."""
    locations: dict[str, UUID]
    registers: dict[str, UUID]
    """By series."""
    staff: dict[str, UUID]
    """By e-mail address."""
    durable: Durable


class Forgotten(Durable):
    """Takes the processes that a past order would start, and starts none of them.

    Its mails were read and its refunds paid long ago; nobody must get them today.
    """

    def __init__(self) -> None:
        """Connect to nothing."""

    def enqueue(self, *_given: object, **_named: object) -> None:
        """Do nothing."""


def gather(
    session: Session, *, merchant_id: UUID, merchant: Merchant, staff: dict[str, UUID]
) -> Cast:
    """Return the cast of a merchant whose shelves are filled."""
    connection = session.connection()
    handles = [product.handle for product in merchant.product]
    products = product_ids_by_handle(connection, handles=handles)
    return Cast(
        session=session,
        merchant=get_merchant(connection, merchant_id=merchant_id),
        variants={
            variant.sku: variant.id
            for sheet in product_sheets(connection, product_ids=list(products.values()))
            for variant in sheet.variants
        },
        locations={place.code: place.id for place in locations(connection)},
        registers={till.series: till.id for till in registers(connection)},
        staff=staff,
        durable=Forgotten(),
    )

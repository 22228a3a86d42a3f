"""The first address of an account: the one to which its guest orders went."""

from sqlalchemy.orm import Session

from commerce.customers.addresses import Address
from commerce.customers.errors import AddressFaultError
from commerce.customers.queries import address_book
from commerce.customers.rows import CustomerRow
from commerce.customers.service import add_address
from commerce.orders.rows import OrderState
from storefront.account.overview import history
from storefront.shop.visit import Visit

_BOUGHT = frozenset({OrderState.PLACED, OrderState.COMPLETED})


def keep_address_of_orders(session: Session, visit: Visit, person: CustomerRow) -> None:
    """Keep the address of the newest order in a book that is still empty, as it was offered."""
    connection = session.connection()
    if address_book(connection, customer_id=person.id):
        return
    sent = (each.ship_to for each in history(connection, person) if each.state in _BOUGHT)
    kept = next((each for each in sent if each and "lines" in each), None)
    if kept is None:
        return
    try:
        add_address(
            session,
            merchant_id=visit.merchant.id,
            customer_id=person.id,
            address=Address.from_json(kept),
            language=visit.language,
        )
    except AddressFaultError:  # What was good enough then need not be a reason to fail now.
        return

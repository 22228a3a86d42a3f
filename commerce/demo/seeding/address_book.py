"""Write the addresses of demo shoppers as their countries do, and give account holders a book."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.customers.addresses import Address, clean_address
from commerce.customers.service.addresses import add_address
from commerce.demo.content.records import Shopper


def home_of(shopper: Shopper) -> Address:
    """Return where a shopper lives, and where the orders of the past went."""
    return book_of(shopper)[0]


def book_of(shopper: Shopper) -> list[Address]:
    """Return a shopper's home, and wherever else parcels go, as they are kept."""
    return [clean_address(each, language=shopper.language) for each in _written(shopper)]


def fill_address_book(
    session: Session, *, merchant_id: UUID, customer_id: UUID, shopper: Shopper
) -> None:
    """Keep a shopper's addresses; the home is the usual one."""
    for address in book_of(shopper):
        add_address(
            session,
            merchant_id=merchant_id,
            customer_id=customer_id,
            address=address,
            language=shopper.language,
        )


def _written(shopper: Shopper) -> list[Address]:
    places = [(shopper.name, shopper.phone, "", shopper.address)]
    places += [
        (
            other.name or shopper.name,
            other.phone or shopper.phone,
            other.organisation,
            other.address,
        )
        for other in shopper.also
    ]
    return [
        Address(
            country=place.country,
            name=name,
            organisation=organisation,
            lines=place.lines,
            district=place.district,
            city=place.city,
            region=place.region,
            postcode=place.postcode,
            phone=phone,
        )
        for name, phone, organisation, place in places
    ]

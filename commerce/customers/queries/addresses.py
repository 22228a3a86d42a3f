"""A person's address book."""

from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.customers.addresses import Address
from commerce.customers.rows import AddressBookEntry
from commerce.kernel.statements import Statement

_BOOK = Statement("""
SELECT id, country, name, organisation, lines, district, city, region, postcode, phone, is_default
FROM customer_address
WHERE customer_id = :customer
ORDER BY is_default DESC, id
""")


def address_book(
    connection: Connection | Session, *, customer_id: UUID
) -> tuple[AddressBookEntry, ...]:
    """Return a person's addresses, the usual one first."""
    return tuple(
        AddressBookEntry(
            id=row.id,
            address=Address(
                country=row.country,
                name=row.name,
                organisation=row.organisation,
                lines=tuple(row.lines),
                district=row.district,
                city=row.city,
                region=row.region,
                postcode=row.postcode,
                phone=row.phone,
            ),
            is_default=row.is_default,
        )
        for row in _BOOK.all(connection, {"customer": customer_id})
    )

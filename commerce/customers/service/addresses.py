"""Keep a person's addresses."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.addresses import Address, clean_address
from commerce.customers.errors import (
    AddressBookFullError,
    UnknownAddressError,
    UnknownCustomerError,
)
from commerce.customers.rows import AddressBookEntry
from commerce.kernel.ids import new_id

MOST_ADDRESSES = 50

# Locks the person, so that two tabs cannot make two usual addresses.
_COUNT = text("""
WITH owner AS (
  SELECT id FROM customer
  WHERE merchant_id = :merchant AND id = :customer AND erased_at IS NULL FOR UPDATE
)
SELECT (SELECT count(*) FROM customer_address
        WHERE merchant_id = :merchant AND customer_id = owner.id) AS entries
FROM owner
""")

_UNSET_USUAL = text("""
UPDATE customer_address SET is_default = false
WHERE merchant_id = :merchant AND customer_id = :customer AND is_default
""")

_ADD = text("""
INSERT INTO customer_address (merchant_id, id, customer_id, country, name, organisation, lines,
                              district, city, region, postcode, phone, is_default)
VALUES (:merchant, :id, :customer, :country, :name, :organisation, :lines,
        :district, :city, :region, :postcode, :phone, :is_default)
""")

_CHANGE = text("""
UPDATE customer_address
SET country = :country, name = :name, organisation = :organisation, lines = :lines,
    district = :district, city = :city, region = :region, postcode = :postcode, phone = :phone,
    is_default = :is_default
WHERE merchant_id = :merchant AND customer_id = :customer AND id = :id
RETURNING id
""")

_SET_USUAL = text("""
UPDATE customer_address SET is_default = true
WHERE merchant_id = :merchant AND customer_id = :customer AND id = :id
RETURNING id
""")

_REMOVE = text("""
DELETE FROM customer_address
WHERE merchant_id = :merchant AND customer_id = :customer AND id = :id
RETURNING id
""")


def add_address(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    address: Address,
    language: str,
    usual: bool = False,
) -> AddressBookEntry:
    """Add an address to a person's book; the first one is the usual one.

    Raises:
        AddressFaultError: fields are missing or impossible.
        AddressBookFullError: there are fifty already.
        UnknownCustomerError: there is no such person.
    """
    cleaned = clean_address(address, language=language)
    entries = _lock(session, merchant_id, customer_id)
    if entries >= MOST_ADDRESSES:
        raise AddressBookFullError(most=MOST_ADDRESSES)
    entry = AddressBookEntry(new_id(), cleaned, is_default=usual or entries == 0)
    _write(session, merchant_id, customer_id, entry, is_new=True)
    return entry


def change_address(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    address_id: UUID,
    address: Address,
    language: str,
    usual: bool = False,
) -> AddressBookEntry:
    """Replace an address in a person's book.

    Raises:
        AddressFaultError: fields are missing or impossible.
        UnknownAddressError: the person has no such address.
        UnknownCustomerError: there is no such person.
    """
    entry = AddressBookEntry(
        address_id, clean_address(address, language=language), is_default=usual
    )
    _lock(session, merchant_id, customer_id)
    _write(session, merchant_id, customer_id, entry, is_new=False)
    return entry


def choose_usual_address(
    session: Session, *, merchant_id: UUID, customer_id: UUID, address_id: UUID
) -> None:
    """Make an address of the book the one that forms are filled with.

    Raises:
        UnknownAddressError: the person has no such address.
        UnknownCustomerError: there is no such person.
    """
    _lock(session, merchant_id, customer_id)
    owner = {"merchant": merchant_id, "customer": customer_id}
    session.execute(_UNSET_USUAL, owner)
    if session.execute(_SET_USUAL, owner | {"id": address_id}).one_or_none() is None:
        raise UnknownAddressError


def remove_address(
    session: Session, *, merchant_id: UUID, customer_id: UUID, address_id: UUID
) -> None:
    """Take an address out of a person's book; orders keep the address they were sent to.

    Raises:
        UnknownAddressError: the person has no such address.
    """
    removed = session.execute(
        _REMOVE, {"merchant": merchant_id, "customer": customer_id, "id": address_id}
    ).one_or_none()
    if removed is None:
        raise UnknownAddressError


def _lock(session: Session, merchant_id: UUID, customer_id: UUID) -> int:
    row = session.execute(_COUNT, {"merchant": merchant_id, "customer": customer_id}).one_or_none()
    if row is None:
        raise UnknownCustomerError
    return int(row.entries)


def _write(
    session: Session,
    merchant_id: UUID,
    customer_id: UUID,
    entry: AddressBookEntry,
    *,
    is_new: bool,
) -> None:
    owner = {"merchant": merchant_id, "customer": customer_id}
    if entry.is_default:
        session.execute(_UNSET_USUAL, owner)
    values = owner | entry.address.as_json() | {"id": entry.id, "is_default": entry.is_default}
    if is_new:
        session.execute(_ADD, values)
    elif session.execute(_CHANGE, values).one_or_none() is None:
        raise UnknownAddressError

"""Where goods that come back are to go, and under which name."""

import re

from sqlalchemy import Connection

from commerce.inventory.queries import locations
from commerce.kernel.territories import territory_name
from commerce.orders.returns.rows import ReturnRow
from commerce.orders.returns.terms import ReturnTerms
from commerce.park.queries.merchants import MerchantCard

_REFERENCE = re.compile(r"-R[0-9]{1,4}$")

_SENDING = ("warehouse", "overseas", "bonded", "store")


def return_reference(order_number: str, position: int) -> str:
    """Return what is written on a parcel that comes back, such as 261123-7K2QM-R1."""
    return f"{order_number}-R{position}"


def reference_of(order_number: str, found: ReturnRow) -> str:
    """Return the reference of a return."""
    return return_reference(order_number, found.position)


def order_number_in(words: str) -> str:
    """Return the number of the order where `words` are the reference of a return, else the words."""
    return _REFERENCE.sub("", words.strip().upper())


def return_address(
    connection: Connection,
    *,
    terms: ReturnTerms,
    merchant: MerchantCard,
    sent_to: str,
    language: str,
) -> tuple[str, ...]:
    """Return the lines of the address that parcels go back to, in `language` where it is told.

    What the merchant has set; else the place from which goods leave first, under the merchant's
    name. Whoever had them `sent_to` another country reads this one as the last line, in English
    capitals, as the post wants it (UPU S42); a carrier asks for the telephone.
    """
    told = (terms.address_zh if language == "zh" else terms.address) or terms.address
    if told.strip():
        return tuple(line.strip() for line in told.splitlines() if line.strip())
    places = [each for each in locations(connection) if each.active and each.kind in _SENDING]
    if not places:
        return ()
    first = min(places, key=lambda each: (_SENDING.index(each.kind), each.priority))
    name, address = (
        (first.name_zh, first.address_zh) if language == "zh" else (first.name, first.address)
    )
    abroad = bool(sent_to) and sent_to != first.country
    lines = (
        merchant.name_in(language),
        name,
        *(address or first.address).splitlines(),
        first.phone,
        territory_name(first.country, "en").upper() if abroad else "",
    )
    return tuple(line.strip() for line in lines if line.strip())

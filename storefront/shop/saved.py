"""What a signed-in shopper has told before: who they are, and the addresses of their book."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.rows import CartRow
from commerce.checkout.service import claim_cart
from commerce.customers.addresses import Address, postal, with_places_named
from commerce.customers.queries import address_book, get_customer
from commerce.customers.rows import AddressBookEntry, CustomerRow
from commerce.customers.service import MOST_ADDRESSES, add_address
from storefront.shop.contact import typed_from
from storefront.shop.destination import country_name, has_chosen
from storefront.shop.frame import Notice
from storefront.shop.shopper import shopper_here
from storefront.shop.visit import Visit

# A Chinese address goes from the large to the small, in one go.
_LARGE_FIRST = frozenset({"CN", "HK", "MO", "TW"})
_OF_AN_ADDRESS = frozenset(
    {"name", "lines", "lines2", "organisation", "district", "city", "region", "postcode", "phone"}
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A shopper's own facts; `book` holds the addresses to which this shop delivers."""

    person: CustomerRow
    book: tuple[AddressBookEntry, ...]
    has_room: bool
    """Whether another address can be kept."""

    @property
    def usual(self) -> AddressBookEntry | None:
        """The address that forms are filled with."""
        return next((entry for entry in self.book if entry.is_default), None)

    def entry(self, written: str) -> AddressBookEntry | None:
        """Return the address that a form names, or None."""
        return next((entry for entry in self.book if str(entry.id) == written), None)

    def fitting(self, country: str) -> AddressBookEntry | None:
        """Return the usual address if it lies in `country`, else the first that does."""
        there = [entry for entry in self.book if entry.address.country == country]
        return next(iter(there), None)

    def lacks(self, address: Address) -> bool:
        """Return whether an address could be kept and is not in the book yet."""
        return self.has_room and all(entry.address != address for entry in self.book)


def saved_here(connection: Connection, visit: Visit) -> Saved | None:
    """Return what is known of whoever is signed in here; None for everybody else."""
    found = shopper_here(
        connection, merchant_id=visit.merchant.id, slug=visit.merchant.slug, at=visit.at
    )
    if found is None:
        return None
    served = {code for code, _name in visit.facts.countries}
    book = address_book(connection, customer_id=found.customer_id)
    return Saved(
        person=get_customer(connection, customer_id=found.customer_id),
        book=tuple(entry for entry in book if entry.address.country in served),
        has_room=len(book) < MOST_ADDRESSES,
    )


def address_choices(saved: Saved, language: str) -> list[tuple[str, str]]:
    """Return the addresses of the book as one line each, under their ids."""
    return [(str(entry.id), _line(entry.address, language)) for entry in saved.book]


def _line(kept: Address, language: str) -> str:
    address = with_places_named(kept, latin=language != "zh")
    if language == "zh" and address.country in _LARGE_FIRST:
        country = country_name(address.country, language)
        places = dict.fromkeys((country, address.region, address.city, address.district))
        return "，".join(
            part for part in (address.name, "".join(places) + address.lines[0]) if part
        )
    place = address.city or address.region
    parts = (address.name, *address.lines[:1], place, country_name(address.country, language))
    return ("，" if language == "zh" else ", ").join(part for part in parts if part)


def filled_in(cart: CartRow, saved: Saved | None) -> tuple[CartRow, dict[str, str]]:
    """Return the cart and the form as they are known: from the cart, else from the account.

    The usual address moves the cart to its country as long as nobody has chosen another one.
    """
    typed = {"email": cart.email, **typed_from(cart.ship_to)}
    if saved is None:
        return cart, typed
    typed["email"] = cart.email or saved.person.email or ""
    if postal(cart.ship_to) is not None:
        return cart, typed
    typed["name"] = typed.get("name") or saved.person.name
    usual = saved.usual
    if usual is not None and not has_chosen() and cart.delivery_option is None:
        cart = replace(cart, country=usual.address.country)
    entry = saved.fitting(cart.country)
    if entry is None:
        return cart, typed
    region = entry.address.region or None
    typed |= {**typed_from(entry.address.as_json()), "saved": str(entry.id)}
    return replace(cart, region=region), typed


def with_saved(typed: Mapping[str, str], saved: Saved) -> dict[str, str]:
    """Return the form with the address that was chosen from the book, or with an empty one."""
    entry = saved.entry(typed.get("saved", ""))
    if entry is not None:
        return {**typed, **typed_from(entry.address.as_json())}
    return {name: value for name, value in typed.items() if name not in _OF_AN_ADDRESS}


def lacks_address(typed: Mapping[str, str], saved: Saved) -> bool:
    """Return whether a pickup left no room for the address that is chosen from the book."""
    entry = saved.entry(typed.get("saved", ""))
    return (
        entry is not None and "lines" not in typed and entry.address.country == typed.get("country")
    )


def moved_notices(kept: CartRow, cart: CartRow) -> tuple[Notice, ...]:
    """Say so when the usual address has moved the cart to another country."""
    if cart.country == kept.country:
        return ()
    sentence = _("Filled in with your usual address. Delivery and total are those of its country.")
    return (Notice(str(sentence)),)


def claim(
    session: Session, visit: Visit, *, cart: CartRow, saved: Saved | None, keep: Address | None
) -> None:
    """Let the order lie in the account of whoever is signed in, and keep a new address there."""
    owner = saved.person.id if saved else None
    if cart.customer_id != owner:
        claim_cart(session, merchant_id=visit.merchant.id, cart_id=cart.id, customer_id=owner)
    if saved is not None and keep is not None and saved.lacks(keep):
        add_address(
            session,
            merchant_id=visit.merchant.id,
            customer_id=saved.person.id,
            address=keep,
            language=visit.language,
        )


def _as_kept(typed: Mapping[str, str], entry: AddressBookEntry | None) -> bool:
    """Return whether the form holds an address of the book, with nothing changed in it."""
    if entry is None:
        return False
    kept = typed_from(entry.address.as_json())
    return all(typed[name] == kept.get(name, "") for name in _OF_AN_ADDRESS & typed.keys())


def book_facts(
    saved: Saved | None, typed: Mapping[str, str], *, country: str, language: str
) -> dict[str, Any]:
    """Return what a checkout says of the shopper's own addresses."""
    entry = saved.entry(typed.get("saved", "")) if saved else None
    fits = entry is not None and entry.address.country == country
    return {
        "signed_in": saved is not None,
        "addresses": address_choices(saved, language) if saved else [],
        "chosen_address": str(entry.id) if fits and entry else "",
        "can_keep": saved is not None and saved.has_room and not (fits and _as_kept(typed, entry)),
        # The first address is worth keeping; who has one decides anew each time.
        "keeps": "keep" in typed if "do" in typed else saved is not None and not saved.book,
    }

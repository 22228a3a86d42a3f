"""People as a counter shows them: customers covered for who may not see them, clerks by first name."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.customers.queries import get_customer
from commerce.customers.rows import CustomerRow
from commerce.park.queries.staff import list_colleagues
from commerce.web.languages import language
from pos.device import Till

_DOTS = "•••"
_SHOWN_DIGITS = 4


def person_json(person: CustomerRow, *, openly: bool) -> dict[str, Any]:
    """Return a person as the till's page shows them; `openly` to who may view customers."""
    email, phone = person.email or "", person.phone or ""
    return {
        "id": str(person.id),
        "name": person.name,
        "email": email if openly else covered_email(email),
        "phone": phone if openly else covered_phone(phone),
        "contact": covered_email(email) or covered_phone(phone),
        "mails": bool(email),
    }


def covered_person(connection: Connection, customer_id: UUID | None) -> dict[str, Any] | None:
    """Return whose basket or sale it is with everything but the name covered, or None."""
    if customer_id is None:
        return None
    person = get_customer(connection, customer_id=customer_id)
    return None if person.erased_at else person_json(person, openly=False)


def first_name(name: str) -> str:
    """Return what somebody is called to strangers: the first word of the name."""
    return next(iter(name.split()), "")


def short_name(name: str) -> str:
    """Return by what a customer is found in a list and no stranger knows them: Mei L., 林**."""
    words = name.split()
    if not words:
        return ""
    if len(words) == 1 and "\u3400" <= words[0][0] <= "\u9fff":
        return words[0][0] + "*" * (len(words[0]) - 1)
    return " ".join([words[0], *(f"{each[0]}." for each in words[-1:] if len(words) > 1)])


def called(connection: Connection | Session, till: Till, *people: UUID | None) -> tuple[str, ...]:
    """Return what colleagues are called on customers' paper; nothing for somebody who has left."""
    return tuple(first_name(name) for name in names_of(connection, till, *people))


def names_of(connection: Connection | Session, till: Till, *people: UUID | None) -> tuple[str, ...]:
    """Return the whole names of colleagues, as the house's own papers tell who answers for them."""
    names = {
        each.staff_id: each.name_in(language())
        for each in list_colleagues(connection, merchant_id=till.merchant.id)
    }
    return tuple(names.get(each, "") if each else "" for each in people)


def covered_email(email: str) -> str:
    """Return an address by which its owner knows it and nobody else does: `l•••@example.com`."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}{_DOTS}@{domain}" if at else ""


def covered_phone(phone: str) -> str:
    """Return a telephone number by its last four digits."""
    return f"{_DOTS} {phone[-_SHOWN_DIGITS:]}" if phone else ""

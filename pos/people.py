"""Customers as a counter sees them: by name, with the rest covered for those who may not see it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.customers.queries import get_customer
from commerce.customers.rows import CustomerRow

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


def covered_email(email: str) -> str:
    """Return an address by which its owner knows it and nobody else does: `l•••@example.com`."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}{_DOTS}@{domain}" if at else ""


def covered_phone(phone: str) -> str:
    """Return a telephone number by its last four digits."""
    return f"{_DOTS} {phone[-_SHOWN_DIGITS:]}" if phone else ""

"""People, what they agreed to, and everything that is kept about one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.customers.emails import email_asked
from commerce.customers.errors import UnknownCustomerError
from commerce.customers.phones import dialled_digits
from commerce.customers.queries.addresses import address_book
from commerce.customers.queries.groups import groups_of
from commerce.customers.rows import ConsentPurpose, ConsentRow, CustomerRow
from commerce.kernel.statements import Statement
from commerce.kernel.typed import plain_words
from commerce.park.tokens import token_hash

_COLUMNS = """
SELECT id, email, phone, name, locale, wants_marketing, account_since, created_at, erased_at
FROM customer
"""
_BY_ID = Statement(_COLUMNS + "WHERE id = :id")
_BY_EMAIL = Statement(_COLUMNS + "WHERE email = :email")
_BY_EMAILS = Statement("SELECT email, id FROM customer WHERE email = ANY(:emails)")
_SEARCH = Statement(
    _COLUMNS
    + """
WHERE erased_at IS NULL
  AND (:words = '' OR position(lower(:words) IN lower(name)) > 0
       OR position(lower(:words) IN email) > 0 OR position(:words IN phone) > 0
       OR :dialled <> '' AND position(:dialled IN phone) > 0)
  AND (CAST(:before AS uuid) IS NULL OR id < :before)
ORDER BY id DESC LIMIT :most
"""
)

_CONSENTS = Statement("""
SELECT purpose, given, wording, channel, at FROM consent
WHERE customer_id = :customer
ORDER BY id
""")

_PENDING = Statement("""
SELECT max(new_email) FROM account_link
WHERE customer_id = :customer AND used_at IS NULL AND expires_at > :now
""")
_CONFIRMS = Statement("""
SELECT new_email FROM account_link
WHERE customer_id = :customer AND digest = :digest AND purpose = 'email' AND used_at IS NULL
  AND expires_at > :now
""")
_FORMER = Statement("""
SELECT former_email FROM account_link
WHERE customer_id = :customer AND former_email IS NOT NULL ORDER BY used_at DESC
""")
_LINKS = Statement("SELECT id FROM account_link WHERE customer_id = :customer")


def get_customer(connection: Connection | Session, *, customer_id: UUID) -> CustomerRow:
    """Return one person.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
    """
    row = _BY_ID.one_or_none(connection, {"id": customer_id})
    if row is None:
        raise UnknownCustomerError
    return CustomerRow(*row)


def customer_by_email(connection: Connection | Session, *, email: str) -> CustomerRow | None:
    """Return the person with this e-mail address, if the merchant knows one."""
    row = _BY_EMAIL.one_or_none(connection, {"email": email_asked(email)})
    return None if row is None else CustomerRow(*row)


def customers_by_emails(
    connection: Connection | Session, *, emails: Sequence[str]
) -> dict[str, UUID]:
    """Return which of these e-mail addresses the merchant knows, as they were given, with their people."""
    spelled = {given: email_asked(given) for given in emails}
    rows = _BY_EMAILS.all(
        connection, {"emails": sorted({each for each in spelled.values() if each})}
    )
    known: dict[str, UUID] = {row.email: row.id for row in rows}
    return {given: known[email] for given, email in spelled.items() if email in known}


def search_customers(
    connection: Connection | Session,
    *,
    words: str = "",
    before: UUID | None = None,
    most: int = 50,
) -> tuple[CustomerRow, ...]:
    """Return people whose name, e-mail address or telephone contains `words`, newest first.

    A telephone number may be said in any groups, and as it is dialled at home.
    """
    asked = plain_words(words).strip()
    rows = _SEARCH.all(
        connection,
        {
            "words": asked,
            "dialled": dialled_digits(asked),
            "before": before,
            "most": most,
        },
    )
    return tuple(CustomerRow(*row) for row in rows)


def consents_of(connection: Connection | Session, *, customer_id: UUID) -> tuple[ConsentRow, ...]:
    """Return every consent given or taken back, oldest first."""
    return tuple(
        ConsentRow(ConsentPurpose(row.purpose), row.given, row.wording, row.channel, row.at)
        for row in _CONSENTS.all(connection, {"customer": customer_id})
    )


def pending_email(
    connection: Connection | Session, *, customer_id: UUID, now: datetime
) -> str | None:
    """Return the address that an account was asked to move to and that waits for confirmation."""
    waiting: str | None = _PENDING.value(connection, {"customer": customer_id, "now": now})
    return waiting


def email_link_is_good(
    connection: Connection | Session, *, customer_id: UUID, token: str, now: datetime
) -> str | None:
    """Return the address that a person's own link would confirm, None when it works no longer."""
    row = _CONFIRMS.one_or_none(
        connection, {"customer": customer_id, "digest": token_hash(token), "now": now}
    )
    return None if row is None else str(row.new_email)


def former_emails(connection: Connection | Session, *, customer_id: UUID) -> tuple[str, ...]:
    """Return the addresses that an account has left, the last one first."""
    rows = _FORMER.all(connection, {"customer": customer_id})
    return tuple(row.former_email for row in rows)


def links_of(connection: Connection | Session, *, customer_id: UUID) -> tuple[UUID, ...]:
    """Return the links that letters to a person are about."""
    return tuple(row.id for row in _LINKS.all(connection, {"customer": customer_id}))


def export_customer(connection: Connection | Session, *, customer_id: UUID) -> dict[str, Any]:
    """Return everything this domain keeps about a person, as JSON (GDPR 15 and 20, PIPL 45).

    Orders are no part of it: the caller adds what `commerce.orders` keeps.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
    """
    person = get_customer(connection, customer_id=customer_id)
    return {
        "id": str(person.id),
        "name": person.name,
        "email": person.email,
        "former_emails": list(former_emails(connection, customer_id=customer_id)),
        "phone": person.phone,
        "language": person.locale,
        "customer_since": person.created_at.isoformat(),
        "account_since": person.account_since.isoformat() if person.account_since else None,
        "wants_marketing": person.wants_marketing,
        "addresses": [
            entry.address.as_json() | {"usual": entry.is_default}
            for entry in address_book(connection, customer_id=customer_id)
        ],
        "groups": [
            {"code": group.code, "name": group.name, "name_zh": group.name_zh}
            for group in groups_of(connection, customer_id=customer_id)
        ],
        "consents": [
            {
                "purpose": str(consent.purpose),
                "given": consent.given,
                "wording": consent.wording,
                "channel": consent.channel,
                "at": consent.at.isoformat(),
            }
            for consent in consents_of(connection, customer_id=customer_id)
        ],
    }

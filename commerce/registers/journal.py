"""The register's journal: each entry's hash covers the entry before, so nothing can be changed unseen.

Source of the rule: French tax code, article 286 I-3 bis (inalterability, security, retention,
archiving); `commerce.registers.verify` reads a chain without any database.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.registers.models import JournalEntry


@dataclass(frozen=True, slots=True)
class JournalHead:
    """How long a register's chain is, and the hash of its newest entry."""

    length: int
    hash: str


# NO KEY: rows that refer to the register (a sale, an entry) may be written meanwhile; a full row lock
# would wait for them while they wait for it.
_LOCK = Statement(
    """
SELECT journal_length, journal_hash FROM register
WHERE merchant_id = :merchant AND id = :register FOR NO KEY UPDATE
""",
    JournalHead,
)

_ADVANCE = Statement("""
UPDATE register SET journal_length = :length, journal_hash = :hash
WHERE merchant_id = :merchant AND id = :register
""")

_INSERT = Insertion(JournalEntry)


def canonical(body: dict[str, Any]) -> str:
    """Return the one way to write `body`: sorted keys, no spaces, no escapes beyond JSON's own.

    Raises:
        ValueError: a float is in it; amounts are whole minor units.
    """
    _refuse_floats(body)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link_hash(*, previous: str, position: int, kind: str, at: datetime, body: str) -> str:
    """Return the hash of an entry, in hexadecimal."""
    link = f"{previous}\n{position}\n{kind}\n{at.isoformat(timespec='microseconds')}\n{body}"
    return hashlib.sha256(link.encode()).hexdigest()


def append_entry(
    session: Session,
    *,
    merchant_id: UUID,
    register_id: UUID,
    kind: str,
    body: dict[str, Any],
    head: JournalHead | None = None,
) -> int:
    """Append an entry to the register's chain and return its position.

    The register's row stays locked until the transaction ends: its entries come one after another.
    Who has just changed that row knows the chain's `head` and need not look again.

    Raises:
        NotFoundError: the merchant has no such register.
    """
    where = {"merchant": merchant_id, "register": register_id}
    head = head or _LOCK.one_or_none(session, where)
    if head is None:
        raise NotFoundError
    position, at, text_body = head.length + 1, utc_now(), canonical(body)
    digest = link_hash(previous=head.hash, position=position, kind=kind, at=at, body=text_body)
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "register_id": register_id,
            "position": position,
            "kind": kind,
            "body": text_body,
            "previous_hash": head.hash,
            "hash": digest,
            "at": at,
        },
    )
    _ADVANCE.run(session, {**where, "length": position, "hash": digest})
    return int(position)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a journal holds no floats")  # noqa: TRY004 - a wrong value, not a wrong type
    children: Iterable[Any] = ()
    if isinstance(value, dict):
        children = value.values()
    elif isinstance(value, list | tuple):
        children = value
    for child in children:
        _refuse_floats(child)

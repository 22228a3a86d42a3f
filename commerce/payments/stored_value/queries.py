"""What is known of gift cards and store credit."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.payments.rows import PaymentRow, RefundRow
from commerce.payments.stored_value.rows import (
    Liability,
    ValueAccount,
    ValueEntry,
    ValueEntryKind,
    ValueKind,
)

_COLUMNS = """id, kind, currency, balance_minor, customer_id, last_four, order_line_id, recipient,
  expires_at, blocked_at, created_at"""


def _account(
    account_id: UUID, kind: str, currency: str, balance_minor: int, *rest: Any
) -> ValueAccount:
    return ValueAccount(account_id, ValueKind(kind), currency, int(balance_minor), *rest)


_BY_IDS = Statement(
    f"SELECT {_COLUMNS} FROM stored_value WHERE id = ANY(:ids) ORDER BY id",  # noqa: S608 - ours
    _account,
)
_BY_DIGEST = Statement(
    f"SELECT {_COLUMNS} FROM stored_value WHERE code_digest = :digest",  # noqa: S608 - ours
    _account,
)
_OF_CUSTOMER = Statement(
    f"SELECT {_COLUMNS} FROM stored_value WHERE customer_id = :customer "  # noqa: S608 - ours
    "ORDER BY currency",
    _account,
)
_OF_ORDER = Statement(
    f"SELECT {_COLUMNS} FROM stored_value WHERE order_line_id IN "  # noqa: S608 - ours
    "(SELECT id FROM order_line WHERE order_id = :order) ORDER BY id",
    _account,
)
_PAGE = Statement(
    f"""
SELECT {_COLUMNS} FROM stored_value
WHERE (CAST(:kind AS text) IS NULL OR kind = :kind)
  AND (CAST(:last_four AS text) IS NULL OR last_four = :last_four)
  AND (NOT :only_left OR balance_minor > 0)
  AND (CAST(:after AS uuid) IS NULL OR id < :after)
ORDER BY id DESC LIMIT :most
""",  # noqa: S608 - ours
    _account,
)

_ENTRIES = Statement(
    """
SELECT e.id, e.kind, e.amount_minor, e.balance_minor, v.currency, e.reason, e.actor_id, e.at,
  o.id, o.number
FROM stored_value_entry e
JOIN stored_value v ON v.merchant_id = e.merchant_id AND v.id = e.account_id
LEFT JOIN refund r ON r.merchant_id = e.merchant_id AND r.id = e.refund_id
LEFT JOIN payment p ON p.merchant_id = e.merchant_id
  AND p.id = coalesce(e.payment_id, r.payment_id)
LEFT JOIN order_line l ON l.merchant_id = v.merchant_id AND l.id = v.order_line_id
  AND e.kind IN ('sold', 'withdrawn')
LEFT JOIN sales_order o ON o.merchant_id = e.merchant_id
  AND o.id = coalesce(p.order_id, l.order_id)
WHERE e.account_id = :account ORDER BY e.id DESC LIMIT :most
""",
    lambda entry_id, kind, *rest: ValueEntry(entry_id, ValueEntryKind(kind), *rest),
)

_LIABILITY = Statement(
    """
SELECT kind, currency, count(*) FILTER (WHERE balance_minor > 0), sum(balance_minor)
FROM stored_value GROUP BY kind, currency ORDER BY currency, kind
""",
    lambda kind, currency, accounts, minor: Liability(
        ValueKind(kind), currency, int(accounts), int(minor)
    ),
)

_TAKES_CARDS = Statement("""
SELECT EXISTS (SELECT FROM stored_value WHERE kind = 'gift_card')
    OR EXISTS (SELECT FROM product WHERE kind = 'gift_card')
""")

_PAID_FROM = Statement("""
SELECT e.payment_id, v.id, v.kind, v.last_four FROM stored_value_entry e
JOIN stored_value v ON v.merchant_id = e.merchant_id AND v.id = e.account_id
WHERE e.payment_id = ANY(:payments)
""")


def accounts_by_ids(
    connection: Connection | Session, *, account_ids: Sequence[UUID]
) -> tuple[ValueAccount, ...]:
    """Return those of the accounts that the merchant has, by id; without ids nobody is asked."""
    return tuple(_BY_IDS.all(connection, {"ids": list(account_ids)})) if account_ids else ()


def accounts_behind(
    connection: Connection,
    *,
    payments: Iterable[PaymentRow],
    refunds: Iterable[RefundRow],
) -> dict[UUID, ValueAccount]:
    """Return, by the id of a payment or refund, the account that paid it or has it again.

    Where no stored value is in play nobody is asked.
    """
    stored = [each.id for each in payments if each.tender.stored]
    held = {
        payment: account
        for payment, (account, _kind, _last_four) in paid_from(
            connection, payment_ids=stored
        ).items()
    }
    held |= {each.id: each.account_id for each in refunds if each.account_id}
    found = accounts_by_ids(connection, account_ids=list(set(held.values())))
    by_id = {each.id: each for each in found}
    return {about: by_id[account] for about, account in held.items()}


def account_by_id(connection: Connection | Session, *, account_id: UUID) -> ValueAccount | None:
    """Return one account of the merchant, or None."""
    return next(iter(accounts_by_ids(connection, account_ids=[account_id])), None)


def card_by_digest(connection: Connection | Session, *, digest: bytes) -> ValueAccount | None:
    """Return the card whose code has this digest, or None."""
    return _BY_DIGEST.one_or_none(connection, {"digest": digest})


def credit_of(connection: Connection | Session, *, customer_id: UUID) -> tuple[ValueAccount, ...]:
    """Return a customer's store credit, one account for each currency."""
    return tuple(_OF_CUSTOMER.all(connection, {"customer": customer_id}))


def cards_sold_with(
    connection: Connection | Session, *, order_id: UUID
) -> tuple[ValueAccount, ...]:
    """Return the gift cards that an order bought."""
    return tuple(_OF_ORDER.all(connection, {"order": order_id}))


def accounts(
    connection: Connection,
    *,
    kind: ValueKind | None = None,
    last_four: str | None = None,
    only_left: bool = False,
    after: UUID | None = None,
    most: int = 50,
) -> tuple[ValueAccount, ...]:
    """Return accounts, newest first; `after` is the last one of the page before."""
    asked = {
        "kind": None if kind is None else kind.value,
        "last_four": last_four,
        "only_left": only_left,
        "after": after,
        "most": most,
    }
    return tuple(_PAGE.all(connection, asked))


def entries_of(
    connection: Connection, *, account_id: UUID, most: int = 200
) -> tuple[ValueEntry, ...]:
    """Return an account's journal, newest first."""
    return tuple(_ENTRIES.all(connection, {"account": account_id, "most": most}))


def liabilities(connection: Connection) -> tuple[Liability, ...]:
    """Return what could still be spent, by kind and currency."""
    return tuple(_LIABILITY.all(connection, {}))


def takes_cards(connection: Connection | Session) -> bool:
    """Return whether anybody may hold a gift card of the shop."""
    return bool(_TAKES_CARDS.value(connection, {}))


def paid_from(
    connection: Connection | Session, *, payment_ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID, ValueKind, str]]:
    """Return account, kind and last four by payment, of those that stored value made."""
    if not payment_ids:
        return {}
    rows = _PAID_FROM.all(connection, {"payments": list(payment_ids)})
    return {row.payment_id: (row.id, ValueKind(row.kind), row.last_four) for row in rows}

"""Issue gift cards and open store credit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion, Statement
from commerce.kernel.vault import Vault
from commerce.park.content import bump_content_version
from commerce.payments.stored_value.codes import digest_of, new_code, seal_context
from commerce.payments.stored_value.limits import check_card_holds
from commerce.payments.stored_value.models import StoredValue
from commerce.payments.stored_value.rows import ValueEntryKind, ValueKind
from commerce.payments.stored_value.service.move import Move, move

_LAST = 4

_INSERT = Insertion(StoredValue)
_ANY_CARD = Statement("""
SELECT EXISTS (SELECT FROM stored_value WHERE merchant_id = :merchant AND kind = 'gift_card')
""")

# Somebody else may open it in the same moment; both find the one that is there.
_OPEN_CREDIT = Statement("""
INSERT INTO stored_value (merchant_id, id, kind, currency, balance_minor, customer_id, last_four,
                          created_at)
VALUES (:merchant, :id, 'store_credit', :currency, 0, :customer, '', :now)
ON CONFLICT (merchant_id, customer_id, currency) WHERE kind = 'store_credit' DO NOTHING
""")
_CREDIT = Statement("""
SELECT id FROM stored_value
WHERE merchant_id = :merchant AND customer_id = :customer AND currency = :currency
""")
_SEALED = Statement("""
SELECT v.id, v.sealed_code, v.currency, e.amount_minor FROM stored_value_entry e
JOIN stored_value v ON v.merchant_id = e.merchant_id AND v.id = e.account_id
WHERE e.merchant_id = :merchant AND e.request_id = :request AND v.sealed_code IS NOT NULL
""")
_ASKED = Statement("""
SELECT account_id FROM stored_value_entry WHERE merchant_id = :merchant AND request_id = :request
""")


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card and its code, which nobody can be told again once it is out."""

    id: UUID
    code: str
    amount: Money


def issue_card(
    session: Session,
    *,
    vault: Vault,
    merchant_id: UUID,
    amount: Money,
    kind: ValueEntryKind,
    request_id: UUID,
    reason: str = "",
    actor_id: UUID | None = None,
    expires_at: datetime | None = None,
    recipient: dict[str, Any] | None = None,
    sold_by: tuple[UUID, int] | None = None,
) -> IssuedCard | None:
    """Issue a card over `amount`; None when this was asked before.

    `kind` is SOLD when somebody pays for it, and `sold_by` names the order's line and which of its
    units; GRANTED when the merchant gives it away, with a `reason`. The code lies sealed with the
    account until `forget_codes`, for whoever was cut off before reading it.

    Raises:
        GiftCardTooLargeError: the law of the merchant's country lets no card hold as much.
    """
    if _ASKED.value(session, {"merchant": merchant_id, "request": request_id}) is not None:
        return None
    check_card_holds(session, merchant_id=merchant_id, amount=amount)
    if not _ANY_CARD.value(session, {"merchant": merchant_id}):
        bump_content_version(
            session, merchant_id=merchant_id
        )  # the shop asks for cards from now on
    card_id, code = new_id(), new_code()
    line_id, unit = sold_by or (None, None)
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": card_id,
            "kind": ValueKind.GIFT_CARD.value,
            "currency": amount.currency,
            "code_digest": digest_of(vault, merchant_id, code),
            "last_four": code[-_LAST:],
            "sealed_code": vault.seal(code, context=seal_context(merchant_id, card_id)),
            "order_line_id": line_id,
            "unit": unit,
            "recipient": recipient,
            "expires_at": expires_at,
        },
    )
    issued = Move(
        card_id, kind, amount.amount_minor, amount.currency, request_id=request_id, reason=reason
    )
    move(session, merchant_id=merchant_id, moves=[issued], actor_id=actor_id)
    return IssuedCard(card_id, code, amount)


def told_again(
    session: Session, *, vault: Vault, merchant_id: UUID, request_id: UUID
) -> IssuedCard | None:
    """Return the card that a wish came to, with its code; None once the code is forgotten."""
    found = _SEALED.one_or_none(session, {"merchant": merchant_id, "request": request_id})
    if found is None:
        return None
    code = vault.open(bytes(found.sealed_code), context=seal_context(merchant_id, found.id))
    return IssuedCard(found.id, code, Money(int(found.amount_minor), found.currency))


def open_credit(session: Session, *, merchant_id: UUID, customer_id: UUID, currency: str) -> UUID:
    """Return the account of a customer's store credit in `currency`, opened if need be."""
    asked = {"merchant": merchant_id, "customer": customer_id, "currency": currency}
    found = _CREDIT.value(session, asked)
    if found is None:
        _OPEN_CREDIT.run(session, {**asked, "id": new_id(), "now": utc_now()})
        found = _CREDIT.value(session, asked)
    return UUID(str(found))


def grant_credit(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    amount: Money,
    reason: str,
    request_id: UUID,
    actor_id: UUID,
) -> UUID:
    """Give a customer store credit for a `reason`, once for each `request_id`; return the account."""
    account_id = open_credit(
        session, merchant_id=merchant_id, customer_id=customer_id, currency=amount.currency
    )
    if _ASKED.value(session, {"merchant": merchant_id, "request": request_id}) is None:
        granted = Move(
            account_id,
            ValueEntryKind.GRANTED,
            amount.amount_minor,
            amount.currency,
            request_id=request_id,
            reason=reason,
        )
        move(session, merchant_id=merchant_id, moves=[granted], actor_id=actor_id)
    return account_id


def request_of_unit(order_line_id: UUID, unit: int) -> UUID:
    """Return what names the issue of one sold unit, so that it is issued once."""
    return uuid5(order_line_id, f"gift card {unit}")

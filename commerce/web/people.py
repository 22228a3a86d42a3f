"""What a person may ask for, in every room of the house: what `commerce.checkout` knows, and ours."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service import disclose_customer, forget_customer
from commerce.kernel.bearer import without_marks
from commerce.web.idempotency import answers_about, forget_answers


def disclose_person(
    session: Session, *, merchant_id: UUID, customer_id: UUID, actor_id: UUID
) -> dict[str, Any]:
    """Return all that is kept about a person, as JSON, and note who asked for it.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
    """
    found = disclose_customer(
        session, merchant_id=merchant_id, customer_id=customer_id, actor_id=actor_id
    )
    answers = answers_about(session, merchant_id=merchant_id, words=found.words)
    programs = [
        {"at": each.created_at.isoformat(), "answer": json.loads(without_marks(each.body))}
        for each in answers
    ]
    return {**found.told, "programs": programs}


def forget_person(
    session: Session, *, merchant_id: UUID, customer_id: UUID, actor_id: UUID, now: datetime
) -> None:
    """Erase a person at their wish, see `forget_customer`.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
        OpenOrdersError: an order still has to be paid or sent, so the address is needed.
    """
    forgotten = forget_customer(
        session, merchant_id=merchant_id, customer_id=customer_id, actor_id=actor_id, now=now
    )
    forget_answers(session, merchant_id=merchant_id, words=forgotten.words)

"""What a person may ask for, in every room of the house: what `commerce.checkout` knows, and ours."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, make_response
from sqlalchemy.orm import Session

from commerce.checkout.service import disclose_customer, forget_customer
from commerce.kernel.bearer import without_marks
from commerce.kernel.clock import utc_now
from commerce.park.queries.merchants import MerchantCard
from commerce.web.idempotency import answers_about, forget_answers


def disclose_person(
    session: Session, *, merchant_id: UUID, customer_id: UUID, actor_id: UUID | None
) -> dict[str, Any]:
    """Return all that is kept about a person, as JSON, and note who asked for it.

    `actor_id` is who of the staff; None, when it is the person.

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


def file_about(merchant: MerchantCard, told: Mapping[str, Any], *, name: str) -> Response:
    """Answer with what was disclosed, as a file called `name` that no cache keeps."""
    of = {
        "merchant": {"name": merchant.name, "name_zh": merchant.name_zh},
        "at": utc_now().isoformat(),
    }
    response = make_response(json.dumps({**of, **told}, ensure_ascii=False, indent=2))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


def forget_person(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """Erase a person at their wish, see `forget_customer`.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
        OpenOrdersError: an order still has to be paid or sent, so the address is needed.
        OrdersToCloseError: nothing is left to send of an order that nobody has closed.
    """
    forgotten = forget_customer(
        session, merchant_id=merchant_id, customer_id=customer_id, actor_id=actor_id, now=now
    )
    forget_answers(session, merchant_id=merchant_id, words=forgotten.words)

"""Do what a till asks once, however often it asks: the answer is stored with the deed."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Insertion, Statement
from commerce.registers.errors import CommandConflictError
from commerce.registers.journal import canonical
from commerce.registers.models import TillCommand

# Two copies of one command that arrive together must not both look and find nothing: the second
# waits here until the first has committed.
_QUEUE_UP = Statement("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:id AS text), 0))")

_FIND = Statement("""
SELECT body_hash, response FROM till_command WHERE merchant_id = :merchant AND id = :id
""")

_INSERT = Insertion(TillCommand)


def once(
    session: Session,
    *,
    merchant_id: UUID,
    register_id: UUID,
    command_id: UUID,
    kind: str,
    body: dict[str, Any],
    work: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Return the answer to a command, doing `work` only the first time.

    The answer is written in the transaction that does the work, so after a lost answer, a crash or
    a week offline the same command gets the same answer and nothing happens twice. A refusal is not
    stored: the till may ask again when the reason is gone.

    Raises:
        CommandConflictError: the id was used for something else.
    """
    digest = hashlib.sha256(f"{kind}\n{canonical(body)}".encode()).hexdigest()
    _QUEUE_UP.run(session, {"id": str(command_id)})
    found = _FIND.one_or_none(session, {"merchant": merchant_id, "id": command_id})
    if found is not None:
        if found.body_hash != digest:
            raise CommandConflictError
        return dict(found.response)
    response = work()
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": command_id,
            "register_id": register_id,
            "kind": kind,
            "body_hash": digest,
            "response": response,
            "at": utc_now(),
        },
    )
    return response


def never_again(
    session: Session, *, merchant_id: UUID, register_id: UUID, command_id: UUID
) -> None:
    """See to it that a command that was never done never will be, however late it arrives.

    Its name is taken: whatever comes under it is refused as a conflict. A command that was done
    stays done.
    """
    _QUEUE_UP.run(session, {"id": str(command_id)})
    if _FIND.one_or_none(session, {"merchant": merchant_id, "id": command_id}) is not None:
        return
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": command_id,
            "register_id": register_id,
            "kind": "withdrawn",
            "body_hash": "",
            "response": {},
            "at": utc_now(),
        },
    )

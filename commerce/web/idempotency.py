"""Idempotency-Key: an unsafe call with the same key is done once and answered alike.

After the IETF draft "The Idempotency-Key HTTP Header Field" (07, 2025-10-15): 400 when the key is
missing, 409 while the first call is under way, 422 when the key comes with another request.

The answer is written in the transaction that does the work, so there is no moment in which the work
is done and the answer unknown. While it runs, a lock named after the key stands for the claim; it
goes with the transaction, so a call that dies leaves the key free for the next try. Answers are
kept for `KEEP`; a person who is forgotten is taken out of them at once. (Tills keep their own, in
`till_command`: one may be offline for longer.)
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.web.models import KeptAnswer

MOST_CHARACTERS = 255

KEEP = timedelta(days=30)
"""How long an answer is given again.

Set on 2026-11-23: the draft leaves it to the server; programs give up on a call within days, and a
month covers an outage that is looked at after a holiday. Answers hold names and addresses, which
are kept no longer than they serve (GDPR art. 5 (1) (e), PIPL art. 19).
"""

_GONE = 410
"""The status of an answer that was emptied; no call is ever answered so by its work."""

_CLAIM = Statement("SELECT pg_try_advisory_xact_lock(hashtextextended(CAST(:name AS text), 1))")
_CLAIM_IN_TURN = Statement("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:name AS text), 1))")
_LOCK_NOT_AVAILABLE = "55P03"

_FIND = Statement("""
SELECT request_hash, status, body FROM kept_answer
WHERE merchant_id = :merchant AND caller = :caller AND key = :key
""")

_KEEP = Insertion(KeptAnswer)


@dataclass(frozen=True, slots=True)
class KeptAbout:
    """An answer that tells of somebody."""

    created_at: datetime
    body: str


_TOLD = Statement(
    """
SELECT created_at, body FROM kept_answer
WHERE merchant_id = :merchant AND body <> ''
  AND EXISTS (SELECT FROM unnest(CAST(:words AS text[])) AS word WHERE strpos(lower(body), word) > 0)
ORDER BY id
""",
    KeptAbout,
)

_EMPTY = Statement("""
UPDATE kept_answer SET status = :gone, body = ''
WHERE merchant_id = :merchant AND body <> ''
  AND EXISTS (SELECT FROM unnest(CAST(:words AS text[])) AS word WHERE strpos(lower(body), word) > 0)
""")

_END = Statement("DELETE FROM kept_answer WHERE created_at < :before")


class MissingKeyError(CommerceError):
    """An unsafe call without a usable key."""

    code = "idempotency-key-missing"
    status = 400
    template = (
        "Send an Idempotency-Key header of 1 to 255 characters, such as a UUID, "
        "and the same one when you try again."
    )


class CallUnderWayError(CommerceError):
    """The first call with this key has not been answered yet."""

    code = "idempotency-key-in-flight"
    status = 409
    template = "The first call with this key is still being worked on. Ask again in a moment."


class KeyReusedError(CommerceError):
    """The key belongs to another request."""

    code = "idempotency-key-reused"
    status = 422
    template = "This key was used for another request. Use a new key for a new wish."


class AnswerForgottenError(CommerceError):
    """The call was carried out, but its answer held words of a person who was forgotten since."""

    code = "idempotency-answer-forgotten"
    status = _GONE
    template = (
        "This call was carried out. Its answer is gone, "
        "because a person in it asked to be forgotten. Read what you need anew."
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """One call: whose, under which key, and what it asks for."""

    merchant_id: UUID
    caller: UUID
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that was given before."""

    status: int
    body: str


def make_claim(
    *, merchant_id: UUID, caller: UUID, key: str | None, method: str, path: str, body: bytes
) -> Claim:
    """Return the claim of a call.

    Raises:
        MissingKeyError: there is no key, or it is too long.
    """
    if not key or len(key) > MOST_CHARACTERS:
        raise MissingKeyError
    digest = hashlib.sha256(f"{method} {path}\n".encode() + body).digest()
    return Claim(merchant_id, caller, key, digest)


def take_up(session: Session, claim: Claim, *, in_turn: bool = False) -> Kept | None:
    """Claim the key for this transaction; return the answer if the work was done before.

    Whoever comes `in_turn` waits until another call with this key has ended, for as long as the
    database lets anybody wait for a lock.

    Raises:
        CallUnderWayError: another call with this key is at work.
        KeyReusedError: the key was used for another request.
        AnswerForgottenError: the work was done, and its answer told of a forgotten person.
    """
    name = f"{claim.merchant_id} {claim.caller} {claim.key}"
    if in_turn:
        _wait_for(session, name)
    elif not _CLAIM.value(session, {"name": name}):
        raise CallUnderWayError
    found = _FIND.one_or_none(
        session, {"merchant": claim.merchant_id, "caller": claim.caller, "key": claim.key}
    )
    if found is None:
        return None
    if bytes(found.request_hash) != claim.request_hash:
        raise KeyReusedError
    if found.status == _GONE:
        raise AnswerForgottenError
    return Kept(found.status, found.body)


def _wait_for(session: Session, name: str) -> None:
    try:
        _CLAIM_IN_TURN.value(session, {"name": name})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise CallUnderWayError from error
        raise


def keep(session: Session, claim: Claim, *, status: int, body: str) -> None:
    """Keep the answer with the work that it reports."""
    _KEEP.one(
        session,
        {
            "merchant_id": claim.merchant_id,
            "id": new_id(),
            "caller": claim.caller,
            "key": claim.key,
            "request_hash": claim.request_hash,
            "status": status,
            "body": body,
            "created_at": utc_now(),
        },
    )


def answers_about(
    session: Session, *, merchant_id: UUID, words: Sequence[str]
) -> tuple[KeptAbout, ...]:
    """Return the answers that hold any of `words`, which are lower-case, oldest first."""
    return tuple(_TOLD.all(session, {"merchant": merchant_id, "words": list(words)}))


def forget_answers(session: Session, *, merchant_id: UUID, words: Sequence[str]) -> None:
    """Empty the answers that hold any of `words`; the calls stay carried out, once."""
    _EMPTY.run(session, {"merchant": merchant_id, "words": list(words), "gone": _GONE})


def end_answers(session: Session, *, now: datetime) -> None:
    """Delete the answers of every merchant that are older than `KEEP`. Needs `Scope.park()`."""
    _END.run(session, {"before": now - KEEP})

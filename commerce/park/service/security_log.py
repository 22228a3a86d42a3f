"""Write the security log: numbered without gaps and chained by hashes (ASVS 5.0 16.4.2).

No line can be changed, removed or slipped in unseen; `commerce.park.queries.security_log` proves it.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.park.models import PARK_CHAIN, SecurityChain, SecurityEvent

Facts = Mapping[str, str | int]

_FIRST = upsert(SecurityChain).values(chain=bindparam("chain"), number=1, hash=b"")
_NEXT_NUMBER = _FIRST.on_conflict_do_update(
    index_elements=["chain"], set_={"number": SecurityChain.number + 1}
).returning(SecurityChain.number, SecurityChain.hash)


def note_security_event(
    session: Session,
    *,
    merchant_id: UUID | None,
    action: str,
    actor_id: UUID | None,
    subject: str = "",
    address: str = "",
    facts: Facts | None = None,
) -> int:
    """Add one event to the log of a merchant (None: of the park) and return its number.

    Call it late in a transaction: from here to the commit, other events of the chain wait.
    Keep names, e-mail addresses and identity numbers out of it; the chain can never forget.

    Args:
        session: in the merchant's scope, or in the park's for any chain.
        merchant_id: whose log it is.
        action: what happened, as a kebab-case word such as `signed-in`.
        actor_id: the staff account that acted, if one did.
        subject: id of what was acted upon.
        address: IP address of the client.
        facts: a few figures or words that an investigator needs.
    """
    chain = merchant_id or PARK_CHAIN
    number, before = session.execute(_NEXT_NUMBER, {"chain": chain}).one()
    at = utc_now()
    told = dict(facts or {})
    digest = event_hash(
        before,
        chain=chain,
        number=number,
        at=at,
        action=action,
        actor_id=actor_id,
        subject=subject,
        address=address,
        facts=told,
    )
    session.execute(
        insert(SecurityEvent).values(
            chain=chain,
            number=number,
            at=at,
            action=action,
            actor_id=actor_id,
            subject=subject,
            address=address,
            facts=told,
            hash=digest,
        )
    )
    session.execute(
        update(SecurityChain).where(SecurityChain.chain == chain).values(hash=digest),
        execution_options={"synchronize_session": False},
    )
    return int(number)


def event_hash(
    before: bytes,
    *,
    chain: UUID,
    number: int,
    at: datetime,
    action: str,
    actor_id: UUID | None,
    subject: str,
    address: str,
    facts: Facts,
) -> bytes:
    """Return the hash that binds an event to everything before it."""
    told = [
        str(chain),
        number,
        at.isoformat(timespec="microseconds"),
        action,
        str(actor_id or ""),
        subject,
        address,
        facts,
    ]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode()).digest()

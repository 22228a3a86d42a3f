"""How a merchant takes goods back: for how many days, which way, and whether anybody has to agree."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Insertion, Statement
from commerce.orders.returns.models import ReturnTermsSet
from commerce.orders.returns.rights import return_right
from commerce.orders.returns.rows import ReturnWay
from commerce.park.content import bump_content_version
from commerce.park.service.security_log import note_security_event


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """The terms of a merchant.

    Attributes:
        days: after the goods have arrived, at least; the law of the country where they arrive may
            give more (`rights.toml`: 14 in the European Union and wherever nothing else is written).
            The default is what that law says, and no more.
        at_once: whether a return within the days is approved without anybody looking at it.
        address: where parcels are sent to; empty means to the first warehouse.
    """

    days: int = 0
    at_once: bool = True
    by_post: bool = True
    to_store: bool = True
    address: str = ""
    address_zh: str = ""

    def days_for(self, country: str) -> int:
        """Return how many days a buyer in `country` has: the law's, or the merchant's if more."""
        return max(self.days, return_right(country).days)

    @property
    def ways(self) -> tuple[ReturnWay, ...]:
        """How goods may come back that somebody asks to return from home."""
        offered = ((ReturnWay.POST, self.by_post), (ReturnWay.STORE, self.to_store))
        return tuple(way for way, is_offered in offered if is_offered)


USUAL_TERMS = ReturnTerms()
"""What counts until a merchant sets terms of its own."""

_COLUMNS = ", ".join(field.name for field in fields(ReturnTerms))

# Ids are UUIDv7: the newest row has the largest one.
_TERMS = Statement(
    f"SELECT {_COLUMNS} FROM return_terms ORDER BY id DESC LIMIT 1",  # noqa: S608 - names of ours
    ReturnTerms,
)

_SET = Insertion(ReturnTermsSet)


def return_terms_of(connection: Connection | Session) -> ReturnTerms:
    """Return the terms on which the merchant takes goods back now."""
    return _TERMS.one_or_none(connection) or USUAL_TERMS


def set_return_terms(
    session: Session, *, merchant_id: UUID, terms: ReturnTerms, actor_id: UUID, now: datetime
) -> None:
    """Take goods back on `terms` from now on; terms that count already change nothing.

    Every change is kept with who made it, and noted in the security log.
    """
    if return_terms_of(session) == terms:
        return
    told = {field.name: getattr(terms, field.name) for field in fields(ReturnTerms)}
    _SET.one(session, {"merchant_id": merchant_id, **told, "set_by": actor_id, "set_at": now})
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="return-terms-set",
        actor_id=actor_id,
        facts={"days": terms.days, "at_once": terms.at_once},
    )
    bump_content_version(session, merchant_id=merchant_id)

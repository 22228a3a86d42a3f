"""The security log: one hash chain for the park and one for each merchant."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.tables import APPEND_ONLY, PARK_ONLY, Base
from commerce.kernel.tenancy import APP_ROLE, CURRENT_MERCHANT

PARK_CHAIN = UUID(int=0)


def _own_chain(table: str, verbs: str) -> list[str]:
    return [
        f"GRANT {verbs} ON {table} TO {APP_ROLE}",
        f"CREATE POLICY own_chain ON {table} TO {APP_ROLE} USING (chain = {CURRENT_MERCHANT})",
    ]


class SecurityEvent(Base):
    """One act that matters for security: who, when, from where, what, on whom.

    `chain` is the merchant's id, or the nil UUID for the park's own chain. It is not called
    merchant_id because the park's events are no merchant's.
    """

    __tablename__ = "security_event"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        Index(None, "chain", "at"),
        Index(None, "actor_id", "at"),
        Index(None, "subject"),
        {
            "info": {
                **PARK_ONLY,
                **APPEND_ONLY,
                "access": _own_chain("security_event", "SELECT, INSERT"),
            }
        },
    )

    chain: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Gapless within its chain, from 1."""
    at: Mapped[datetime]
    action: Mapped[str]
    actor_id: Mapped[UUID | None]
    subject: Mapped[str]
    address: Mapped[str]
    facts: Mapped[dict[str, Any]]
    hash: Mapped[bytes]
    """SHA-256 over the previous event's hash and this event."""


class SecurityChain(Base):
    """The end of each chain: locked while an event is added, and proof that none was cut off."""

    __tablename__ = "security_chain"
    __table_args__ = (
        {
            "info": {
                **PARK_ONLY,
                "access": _own_chain("security_chain", "SELECT, INSERT, UPDATE"),
            }
        },
    )

    chain: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[bytes]

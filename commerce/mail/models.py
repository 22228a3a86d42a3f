"""The table of outgoing mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable


class OutgoingMail(TenantTable):
    """One letter, rendered; at most one per template and subject matter (I16)."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        UniqueConstraint("merchant_id", "template", "about"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'given_up')", name="state"
        ),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint(r"(recipient || subject || reply_to) !~ '[\r\n]'", name="header"),
        Index(
            "ix_outgoing_mail_unsent",
            "merchant_id",
            "id",
            postgresql_where="state <> 'sent'",
        ),
        Index("ix_outgoing_mail_about", "merchant_id", "about"),
    )

    template: Mapped[str]
    about: Mapped[UUID]
    """What it is about: an order, an account link, a return."""
    recipient: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str | None]
    sender_name: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    sent_at: Mapped[datetime | None]

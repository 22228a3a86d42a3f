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
        CheckConstraint(
            "sealed_link IS NULL OR state IN ('queued', 'sending')", name="sealed_link"
        ),
        Index(
            "ix_outgoing_mail_unsent",
            "merchant_id",
            "id",
            postgresql_where="state <> 'sent'",
        ),
        Index("ix_outgoing_mail_written", "created_at", postgresql_where="text <> ''"),
        Index("ix_outgoing_mail_about", "merchant_id", "about"),
        Index(
            "ix_outgoing_mail_order_id",
            "merchant_id",
            "order_id",
            postgresql_where="order_id IS NOT NULL",
        ),
    )

    template: Mapped[str]
    about: Mapped[UUID]
    """What it is about: an order, an account link, a return."""
    order_id: Mapped[UUID | None]
    """The order it tells of, whatever address it went to: its buyer may ask for it, or to be forgotten."""
    recipient: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    """As it is read, without what lets its holder in, see `commerce.mail.links`; empty when it is old."""
    html: Mapped[str | None]
    sender_name: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    sealed_link: Mapped[bytes | None]
    """Gone as soon as the letter has left, or never will."""
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    sent_at: Mapped[datetime | None]

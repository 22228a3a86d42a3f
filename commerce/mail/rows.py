"""What the mail room gives: frozen rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class MailState(StrEnum):
    """How far a letter has come; `sending` after a crash means that nobody knows."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    """The merchant wants it sent no more."""


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """A letter that waits; `is_new` is false when it had been queued before."""

    id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class MailRow:
    """A letter as the desk shows it.

    Attributes:
        order_id: the order it tells of. Any other letter is for one person alone: it may hold a
            link that lets its reader in, so nobody sends it again or to another address.
    """

    id: UUID
    template: str
    about: UUID
    order_id: UUID | None
    recipient: str
    subject: str
    state: MailState
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None

    @property
    def is_invitation(self) -> bool:
        """Whether it asks a new colleague in; another one is written by inviting again."""
        return self.template == "staff-invitation"


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A letter as the person it is about may read it."""

    recipient: str
    subject: str
    text: str
    state: MailState
    at: datetime

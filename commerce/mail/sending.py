"""Send a queued letter: record that it is being sent, send, record that it was.

The sending lies between two transactions. A worker that dies in between leaves the letter in
`sending`; the next attempt sends it again under the same Message-ID and date, so that a receiver
recognises it, and the folder of files holds it once.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.mail import (
    Letter,
    MailAddressError,
    Mailer,
    MailRefusedError,
    MailUnreachableError,
    build_message,
)
from commerce.kernel.vault import SealBrokenError, Vault
from commerce.mail.errors import UnknownMailError
from commerce.mail.links import with_link, with_order
from commerce.mail.rows import MailState

_BEGIN = text("""
UPDATE outgoing_mail SET state = 'sending', attempts = attempts + 1
WHERE merchant_id = :merchant AND id = :id AND state IN ('queued', 'sending')
RETURNING recipient, locale, subject, text, html, sender_name, reply_to, headers, created_at,
          sealed_link, order_id
""")

_STATE = text("SELECT state FROM outgoing_mail WHERE merchant_id = :merchant AND id = :id")

_END = text("""
UPDATE outgoing_mail
SET state = CAST(:state AS text), last_error = :error,
    sealed_link = CASE WHEN CAST(:state AS text) = 'queued' THEN sealed_link END,
    sent_at = CASE WHEN CAST(:state AS text) = 'sent' THEN CAST(:at AS timestamptz) END
WHERE merchant_id = :merchant AND id = :id AND state = 'sending'
""")


@dataclass(frozen=True, slots=True)
class Postman:
    """Sends letters for every merchant of an installation.

    Attributes:
        sender: name and address in From, unless the letter has a name of its own.
        vault: opens the links that are sealed until their letter leaves.
    """

    database: Database
    mailer: Mailer
    sender: str
    vault: Vault

    def send(self, *, merchant_id: UUID, mail_id: UUID) -> MailState:
        """Send one letter if it waits to be sent; return its state.

        A refusal for good makes it `failed`. When the server cannot be used, it waits again.

        Raises:
            UnknownMailError: there is no such letter.
            MailUnreachableError: the server cannot be used now; call again later.
        """
        row = self._begin(merchant_id, mail_id)
        if isinstance(row, MailState):
            return row
        try:
            self.mailer.send(build_message(self._letter(mail_id, row)))
        except MailUnreachableError as error:
            self._end(merchant_id, mail_id, MailState.QUEUED, str(error))
            raise
        except (MailRefusedError, MailAddressError, SealBrokenError, ValueError) as error:
            return self._end(merchant_id, mail_id, MailState.FAILED, str(error))
        return self._end(merchant_id, mail_id, MailState.SENT)

    def _begin(self, merchant_id: UUID, mail_id: UUID) -> Row[Any] | MailState:
        """Return the letter's row, marked as being sent; its state when it does not wait."""
        key = {"merchant": merchant_id, "id": mail_id}
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            row = session.execute(_BEGIN, key).one_or_none()
            if row is not None:
                return row
            state = session.execute(_STATE, key).scalar_one_or_none()
        if state is None:
            raise UnknownMailError
        return MailState(state)

    def _letter(self, mail_id: UUID, row: Row[Any]) -> Letter:
        reply_to = {"Reply-To": row.reply_to} if row.reply_to else {}
        return Letter(
            id=mail_id,
            sender=self.sender,
            sender_name=row.sender_name,
            to=row.recipient,
            locale=row.locale,
            subject=row.subject,
            text=with_order(
                with_link(row.text, row.sealed_link, vault=self.vault, mail_id=mail_id),
                row.order_id,
                vault=self.vault,
            ),
            html=row.html
            and with_order(
                with_link(row.html, row.sealed_link, vault=self.vault, mail_id=mail_id),
                row.order_id,
                vault=self.vault,
            ),
            headers={**row.headers, **reply_to},
            written_at=row.created_at,
        )

    def _end(
        self, merchant_id: UUID, mail_id: UUID, state: MailState, error: str = ""
    ) -> MailState:
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            session.execute(
                _END,
                {
                    "merchant": merchant_id,
                    "id": mail_id,
                    "state": str(state),
                    "error": error,
                    "at": utc_now(),
                },
            )
        return state

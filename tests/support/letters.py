"""Letters as their readers get them: with the links that are sealed until they leave."""

from dataclasses import dataclass

from sqlalchemy import text

from commerce.kernel.database import Database, Scope
from commerce.kernel.vault import Vault
from commerce.mail.links import with_link

_LETTERS = text(
    "SELECT id, template, recipient, text, sealed_link, state FROM outgoing_mail ORDER BY id"
)


@dataclass(frozen=True)
class ReadLetter:
    """One letter in somebody's mailbox."""

    template: str
    recipient: str
    text: str
    state: str


def letters_as_read(database: Database, vault: Vault) -> list[ReadLetter]:
    """Return every letter of every merchant, the oldest first."""
    with database.reading(Scope.park()) as connection:
        return [
            ReadLetter(
                row.template,
                row.recipient,
                with_link(row.text, row.sealed_link, vault=vault, mail_id=row.id),
                row.state,
            )
            for row in connection.execute(_LETTERS)
        ]

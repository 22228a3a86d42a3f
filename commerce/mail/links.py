"""Links that let their holder in: sealed until their letter leaves, or made when it does.

Whoever reads the mail room, a copy of it or a person's file must not be able to sign in as the
reader of a letter. So the stored text holds a place instead of the link; the link itself lies
sealed beside it, is put in while the letter is sent, and is deleted once the letter has left. The
token in the link to an order can be made at any time, so it is not stored at all.
"""

from dataclasses import dataclass
from uuid import UUID

from commerce.kernel.bearer import ORDER_PLACE, Opens, token_of
from commerce.kernel.vault import Vault

PLACE = "⟦link⟧"
"""Where the link will stand in the letter."""


@dataclass(frozen=True, slots=True, repr=False)
class SecretLink:
    """An address of ours that works for whoever has it."""

    address: str
    vault: Vault

    def sealed(self, *, mail_id: UUID) -> bytes:
        """Return the address so that it opens in this letter only."""
        return self.vault.seal(self.address, context=_context(mail_id))


def with_link(text: str, sealed: bytes | None, *, vault: Vault, mail_id: UUID) -> str:
    """Return a letter's text as its reader gets it.

    Raises:
        SealBrokenError: the link was sealed by another installation, or for another letter.
    """
    if sealed is None:
        return text
    return text.replace(PLACE, vault.open(sealed, context=_context(mail_id)))


def with_order(text: str, order_id: UUID | None, *, vault: Vault) -> str:
    """Return a letter's text with the token of the order that it tells of."""
    if order_id is None or ORDER_PLACE not in text:
        return text
    return text.replace(ORDER_PLACE, token_of(vault, Opens.ORDER, order_id))


def _context(mail_id: UUID) -> str:
    return f"outgoing_mail sealed_link {mail_id}"

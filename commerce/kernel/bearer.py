"""Tokens that let their holder in: to a cart by a cookie, to an order by the link in a letter.

Letters, redirects and answers to programs show such a token again long after it was first shown, so
it can neither be kept as it is nor as its digest alone. It is therefore made anew each time: the id
of the row, and HMAC-SHA-256 (RFC 2104) of kind and id under a key of the vault, 256 bits that nobody
makes without the installation's secret. Nothing in the database, in a replica or in a dump of it
opens an order; whatever is stored with a token in it is stored without (`ORDER_PLACE`, `put_away`).
The file of `quayside backup` carries `var/secret` along, unless the secret is QUAYSIDE_SECRET.

Reading a token is arithmetic and costs no statement. Tokens given out before revision 0022 were 256
random bits; their SHA-256 stays in `token_digest`, so the links in letters of that time still open.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from commerce.kernel.vault import Vault

ORDER_PLACE = "⟦order⟧"
"""Stands for the token of the order that a stored text belongs to; of no other order, ever."""

_ID_BYTES = 16
_CHARACTERS = 64
_TOKEN = re.compile(rf"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{{{_CHARACTERS}}}(?![A-Za-z0-9_-])")
_AWAY = re.compile("\x01(cart|order):([0-9a-f-]{36})\x02")


class Opens(StrEnum):
    """What a token is good for; one for a cart opens no order. Part of the token: never changed."""

    CART = "cart"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as somebody showed it: the row it names if it is genuine, else perhaps an old one's digest."""

    id: UUID | None
    digest: bytes

    @classmethod
    def as_if(cls, row_id: UUID) -> "Shown":
        """Return what the row's own token says, for who has found the row already."""
        return cls(row_id, b"")


def token_of(vault: Vault, opens: Opens, row_id: UUID) -> str:
    """Return the token of a cart or an order, the same one each time: 64 characters, URL-safe."""
    return urlsafe_b64encode(row_id.bytes + _mac(vault, opens, row_id)).decode()


def read_token(vault: Vault, opens: Opens, token: str) -> Shown:
    """Return what a token says; one that is not ours finds nothing, and takes as long."""
    return Shown(
        _named(vault, opens, token), hashlib.sha256(token.encode(errors="replace")).digest()
    )


def put_away(vault: Vault, body: str) -> str:
    """Return a JSON text with marks for the tokens in it.

    The marks are framed by control characters, which JSON writes escaped (RFC 8259 section 7): no
    word of a caller's passes for one.
    """

    def mark(found: re.Match[str]) -> str:
        for opens in Opens:
            row_id = _named(vault, opens, found[0])
            if row_id is not None:
                return f"\x01{opens}:{row_id}\x02"
        return found[0]

    return _TOKEN.sub(mark, body)


def brought_back(vault: Vault, body: str) -> str:
    """Return what `put_away` was given."""
    return _AWAY.sub(lambda found: token_of(vault, Opens(found[1]), UUID(found[2])), body)


def without_marks(body: str) -> str:
    """Return a JSON text that anybody may read: kind and id stand where the tokens were."""
    return _AWAY.sub(r"\1:\2", body)


def _named(vault: Vault, opens: Opens, token: str) -> UUID | None:
    if len(token) != _CHARACTERS or not _TOKEN.fullmatch(token):
        return None
    written = urlsafe_b64decode(token)
    row_id = UUID(bytes=written[:_ID_BYTES])
    genuine = hmac.compare_digest(written[_ID_BYTES:], _mac(vault, opens, row_id))
    return row_id if genuine else None


def _mac(vault: Vault, opens: Opens, row_id: UUID) -> bytes:
    key = vault.derive("quayside bearer tokens 1")
    return hmac.digest(key, f"{opens} {row_id}".encode(), "sha256")

"""Encryption at rest for what must come back in clear: plugin secrets, TOTP seeds, identity numbers.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The context (tenant, table, column, row) is
authenticated with it, so a ciphertext copied to another row does not open there. The first byte
names the key generation, so that keys can be rotated.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commerce.kernel.errors import CommerceError

_NONCE_BYTES = 12
_GENERATION = b"\x01"


class SealBrokenError(CommerceError):
    """A sealed value does not open with this installation's key and in this place."""

    code = "seal-broken"
    status = 500
    template = (
        "A stored secret cannot be read with this installation's key. "
        "Restore the file var/secret that belongs to this database."
    )


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """Seals and opens small secrets with keys derived from the installation's secret."""

    secret: bytes

    def seal(self, clear: str, *, context: str) -> bytes:
        """Return `clear` encrypted for the place that `context` names."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key()).encrypt(nonce, clear.encode(), context.encode())
        return _GENERATION + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> str:
        """Return the clear text of `sealed`.

        Raises:
            SealBrokenError: another key, another place, or changed bytes.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return AESGCM(self._key()).decrypt(nonce, body, context.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError from error

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for another `purpose` (RFC 5869), such as signing cookies."""
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self.secret)

    def _key(self) -> bytes:
        return self.derive("quayside vault generation 1")

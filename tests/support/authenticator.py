"""A passkey authenticator in software: ES256, no attestation, with a counter that can be set."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One credential on one device, bound to the host it was registered for."""

    origin: str = "http://localhost:8000"
    counter: int = 0
    verifies_user: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`."""
        client = self._client("webauthn.create", options["challenge"])
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._facts(options["rp"]["id"], with_key=True),
        }
        return self._answer(
            clientDataJSON=_text(client),
            attestationObject=_text(encode_cbor(attestation)),
            transports=["internal"],
        )

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get()`, counting one more use if this device counts."""
        self.counter += 1 if self.counter else 0
        client = self._client("webauthn.get", options["challenge"])
        facts = self._facts(options["rpId"], with_key=False)
        signed = facts + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=_text(client),
            authenticatorData=_text(facts),
            signature=_text(self.key.sign(signed, ec.ECDSA(SHA256()))),
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _facts(self, host: str, *, with_key: bool) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies_user else 0) | (_HAS_KEY if with_key else 0)
        head = hashlib.sha256(host.encode()).digest() + bytes([flags])
        return head + self.counter.to_bytes(4, "big") + (self._key_facts() if with_key else b"")

    def _key_facts(self) -> bytes:
        point = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        length = len(self.credential_id).to_bytes(2, "big")
        return bytes(16) + length + self.credential_id + encode_cbor(cose)

    def _answer(self, **response: Any) -> dict[str, Any]:
        name = _text(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

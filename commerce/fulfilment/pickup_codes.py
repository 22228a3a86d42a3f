"""Pickup codes: what a customer shows at the counter, and how a till knows that it is ours.

A code names an order, the part of it that lies ready, and until when it waits, and is signed with
the merchant's key: ECDSA on P-256 with SHA-256 (FIPS 186-5), the signature as r and s of 32 bytes
each, as WebCrypto reads it. So a till that has the public key knows a true code without the network.
Whether it has been used, the server alone knows. It is written in base 32 (RFC 4648) behind a mark,
which a QR code holds in its alphanumeric mode and a scanner types as it stands.

Eight digits stand for the same, for a customer whose telephone is flat: they are derived from the
part's id with a key of the installation, and mean something only where that part lies.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

MARK = "QP1"
"""What every code begins with: no barcode of goods does."""

_HALF = 32
_PAYLOAD = 16 + 16 + 4
_SIGNED = _PAYLOAD + 2 * _HALF
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class PickupClaim:
    """What a code says: which part of which order, and until when (UTC) it waits."""

    order_id: UUID
    fulfilment_id: UUID
    until: datetime


def new_key_pair() -> tuple[str, str]:
    """Return a private key (PKCS #8) and its public one (SubjectPublicKeyInfo), in base 64."""
    private = ec.generate_private_key(ec.SECP256R1())
    secret = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    known = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(secret).decode(), base64.b64encode(known).decode()


def sign_claim(claim: PickupClaim, *, private_key: str) -> str:
    """Return the code of a claim; each signature differs, and each is good."""
    key = load_der_private_key(base64.b64decode(private_key), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a pickup key is one of an elliptic curve")
    payload = _payload(claim)
    r, s = decode_dss_signature(key.sign(payload, ec.ECDSA(SHA256())))
    signed = payload + r.to_bytes(_HALF) + s.to_bytes(_HALF)
    return MARK + base64.b32encode(signed).decode().rstrip("=")


def read_claim(code: str, *, public_key: str) -> PickupClaim | None:
    """Return what a code says if the merchant signed it, whatever the time; None for any other."""
    signed = _unwrapped(code)
    key = load_der_public_key(base64.b64decode(public_key))
    if signed is None or not isinstance(key, ec.EllipticCurvePublicKey):
        return None
    payload, r, s = signed[:_PAYLOAD], signed[_PAYLOAD:-_HALF], signed[-_HALF:]
    signature = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
    try:
        key.verify(signature, payload, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return None
    return PickupClaim(
        order_id=UUID(bytes=payload[:16]),
        fulfilment_id=UUID(bytes=payload[16:32]),
        until=datetime.fromtimestamp(int.from_bytes(payload[32:]), UTC),
    )


def digits_of(fulfilment_id: UUID, *, secret: bytes) -> str:
    """Return the eight digits of a part; `secret` is derived from the installation's."""
    drawn = hmac.new(secret, fulfilment_id.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(drawn) % 10**_DIGITS:0{_DIGITS}d}"


def digits_proof(fulfilment_id: UUID, digits: str) -> str:
    """Return by what a till knows the digits of a part without the network, and cannot read them off.

    It keeps the digits from whoever looks at what a device has stored; it does not withstand somebody
    who tries them all, and need not: who may hand goods over needs no digits for it.
    """
    return hashlib.sha256(f"{fulfilment_id}:{digits}".encode()).hexdigest()


def key_id(public_key: str) -> str:
    """Return the name of a public key: how tills tell which keys they have."""
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()[:16]


def typed_digits(typed: str) -> str:
    """Return the digits that somebody typed, without the blanks they are written with; else nothing."""
    digits = "".join(typed.split()).replace("-", "")
    fits = len(digits) == _DIGITS and digits.isascii() and digits.isdecimal()
    return digits if fits else ""


def spaced(digits: str) -> str:
    """Return digits as people read them aloud: four and four."""
    return f"{digits[:4]} {digits[4:]}"


def _payload(claim: PickupClaim) -> bytes:
    seconds = int(claim.until.timestamp())
    return claim.order_id.bytes + claim.fulfilment_id.bytes + seconds.to_bytes(4)


def _unwrapped(code: str) -> bytes | None:
    """Return the bytes behind the mark; None when it is not so long, or not of that alphabet."""
    text = code.strip().upper()
    if not text.isascii() or not text.startswith(MARK):
        return None
    body = text.removeprefix(MARK)
    try:
        signed = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return None
    return signed if len(signed) == _SIGNED else None

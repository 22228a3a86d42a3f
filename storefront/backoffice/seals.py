"""A seal says what a form showed when it was drawn: a short digest of every field.

A field whose present value has no digest in the seal was changed by somebody else meanwhile; one
whose typed value has none, by whoever typed. So the desk can tell the two apart without carrying
every text twice. The seal is no secret and no signature: whoever forges one deceives only themselves.
"""

from collections.abc import Mapping
from hashlib import blake2b

FIELD = "seal"
_DIGEST_BYTES = 5
_LETTERS = 2 * _DIGEST_BYTES


def seal_of(shown: Mapping[str, str]) -> str:
    """Return the digests of every field that was shown, by name."""
    return "".join(sorted({digest(*each) for each in shown.items()}))


def seen_in(seal: str) -> frozenset[str]:
    """Return the digests that a seal holds; none where a form was sent without one."""
    return frozenset(seal[at : at + _LETTERS] for at in range(0, len(seal), _LETTERS))


def digest(name: str, value: str) -> str:
    """Return what stands in a seal for a field with this value; blanks around it do not count."""
    told = f"{name}={value.strip()}".encode()
    return blake2b(told, digest_size=_DIGEST_BYTES).hexdigest()


def text_of(value: object) -> str:
    """Return a field's value as it is compared: ticked is `y`, several choices stand in lines."""
    if isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(sorted(str(each) for each in value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()

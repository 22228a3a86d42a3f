"""Where to go next: only to our own pages (ASVS 5.0 3.7.2)."""

import re
from urllib.parse import urlsplit

_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def own_address(text: str | None, *, otherwise: str) -> str:
    """Return `text` if it is a path of this site, else `otherwise`."""
    if not text or not _OURS.fullmatch(text):
        return otherwise
    parts = urlsplit(text)
    return otherwise if parts.scheme or parts.netloc else text

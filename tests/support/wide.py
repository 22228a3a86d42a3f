"""Text as a keyboard for Chinese or Japanese types it: digits, letters and signs of full width."""

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def wide(text: str) -> str:
    """Return `text` with everything plain in full width."""
    return text.translate(_WIDE)

"""The commands that letters are dressed with (Epson, ESC/POS command reference; checked against TM-T88III).

`ESC !` dresses the printer's Latin letters alone and `FS !` its Chinese ones alone: a row of both needs
both, or half of a heading stays small.
"""

LF = b"\n"
CHINESE_ON = b"\x1c&"
"""FS &: from here on two bytes above 7F are one Chinese character."""
CHINESE_OFF = b"\x1c."
"""FS . : every byte is a letter of the code page again."""

_TALL, _BOLD, _TALL_CHINESE = 0x10, 0x08, 0x08


def latin_style(*, big: bool, bold: bool) -> bytes:
    """Return `ESC !` with font A: double height in bit 4, emphasised in bit 3."""
    return b"\x1b!" + bytes([(_TALL if big else 0) | (_BOLD if bold else 0)])


def chinese_style(*, big: bool) -> bytes:
    """Return `FS !`: double height in bit 3. Emphasis is shared with the Latin letters (`ESC E`)."""
    return b"\x1c!" + bytes([_TALL_CHINESE if big else 0])


def emphasis(*, on: bool) -> bytes:
    """Return `ESC E`, which thickens the letters of every script."""
    return b"\x1bE" + bytes([on])

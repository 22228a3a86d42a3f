"""What people type with a keyboard for Chinese, Japanese or Korean, in the spelling that is kept.

Such keyboards give digits, letters and signs of full width (U+FF01 to U+FF5E), a long vowel mark or
one of a dozen dashes for a hyphen, and a round full stop. Labels, customs and carriers read none of
them, and the same number in two spellings is two numbers to a database.
"""

import re
import unicodedata

_DASH = "\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\u30fc\ufe58\ufe63\uff0d\uff70"
_DASHES = re.compile(rf"[{_DASH}]")
_DASHES_WITHIN = re.compile(rf"(?<=[0-9A-Za-z])[{_DASH}](?=[0-9A-Za-z])")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# What turns the letters after it around, and controls that no text holds: a name could lie with them.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_STOPS = str.maketrans("\u3002\uff61", "..")
# Jamo, kana without the long vowel mark, Han and Hangul syllables.
_CJK = re.compile(
    "[\u1100-\u11ff\u3005-\u3007\u3040-\u30fb\u30fd-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]"
)

_WIDE_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE_LETTERS = {wide: plain for wide, plain in _WIDE_SIGNS.items() if chr(plain).isalnum()}
_SIGNS_WITHIN = re.compile(r"(?<=[0-9A-Za-z])[\uff01-\uff5e](?=[0-9A-Za-z])")


def plain_code(text: str) -> str:
    """Return a number, a code or a postcode in plain characters (NFKC), hyphens as hyphens.

    What cannot be seen is left out, and so is a space before and after. Plain already is unchanged.
    """
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return _DASHES.sub("-", plain).strip()


def plain_email(text: str) -> str:
    """Return an e-mail address in plain characters; the round full stop of an IME is a dot."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return plain.translate(_STOPS).strip()


def without_turning(text: str) -> str:
    """Return text without marks that turn the letters after them around, and without controls."""
    return _TURNING.sub("", text)


def plain_words(text: str) -> str:
    """Return a name or a street with plain digits and Latin letters.

    Chinese, Japanese and Korean words keep their characters, and brackets and commas their width:
    only signs inside a number or a Latin word, as in 1-2-3 or C/O, become plain with it. Nothing
    turns the letters after it around.
    """
    text = without_turning(text)
    if not _CJK.search(text):
        return _DASHES_WITHIN.sub("-", unicodedata.normalize("NFC", text.translate(_WIDE_SIGNS)))
    plain = text.translate(_WIDE_LETTERS)
    plain = _SIGNS_WITHIN.sub(lambda sign: sign[0].translate(_WIDE_SIGNS), plain)
    return _DASHES_WITHIN.sub("-", plain)

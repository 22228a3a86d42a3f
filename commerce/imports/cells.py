"""Single cells: formulas made harmless, and words and figures read from text."""

import re
from decimal import Decimal, InvalidOperation

# OWASP, "CSV Injection" (2024): what makes a spreadsheet calculate, also in full width.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - full width on purpose
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_TRUE = frozenset({"true", "yes", "1", "y"})
_FALSE = frozenset({"false", "no", "0", "n"})
_WHOLE = re.compile(r"[+-]?\d{1,12}(\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?", re.ASCII)


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula; `unguarded` gives it back."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """Return what was guarded; other text stays as it is."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def read_boolean(text: str) -> bool | None:
    """Return what yes, true, 1 and their opposites mean; None for anything else."""
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def read_whole(text: str) -> int | None:
    """Return a whole number, or None when the text is something else."""
    plain = text.strip()
    return int(Decimal(plain)) if _WHOLE.fullmatch(plain) else None


def read_decimal(text: str) -> Decimal | None:
    """Return an exact decimal number, or None when the text is something else.

    A comma counts as the decimal mark when it is the only mark and is not followed by three
    digits; `1,234.50` has a thousands mark.
    """
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d+,(\d{1,2}|\d{4,})", plain):
        plain = plain.replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not _DECIMAL.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None

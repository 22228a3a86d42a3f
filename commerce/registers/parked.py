"""What lies in a basket that was set aside, as it is kept: its lines, and what is about all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Contents:
    """The lines of a basket, the codes of promotions typed for it, and a discount off the whole of it."""

    lines: Sequence[dict[str, Any]]
    codes: Sequence[str] = ()
    discount: dict[str, Any] | None = None
    """A share stays a share: what is put in or taken out after the pause gets it too."""

    def kept(self) -> dict[str, Any]:
        """Return what is written down."""
        return {"lines": list(self.lines), "codes": list(self.codes), "discount": self.discount}


def contents_of(kept: Any) -> Contents:
    """Return what was written down; the first releases wrote down the lines alone."""
    if isinstance(kept, list):
        return Contents(tuple(kept))
    return Contents(tuple(kept["lines"]), tuple(kept["codes"]), kept["discount"])

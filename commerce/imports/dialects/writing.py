"""How figures and paths are written in files."""

from collections.abc import Sequence

from commerce.kernel.money import Money


def decimal_text(amount: Money | None) -> str:
    """Return an amount in major units with a point, without its currency; empty for none."""
    return "" if amount is None else f"{amount.major:f}"


def yes_or_no(value: bool) -> str:  # noqa: FBT001 - the value is the subject
    """Return TRUE or FALSE as Shopify writes them."""
    return "TRUE" if value else "FALSE"


def category_path(names: Sequence[str]) -> str:
    """Return the names of a branch from the top down, as both shops write them."""
    return " > ".join(names)

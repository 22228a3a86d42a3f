"""What units of a line were sold for: whole minor units, and all units together exactly the line."""

from commerce.orders.rows import OrderLineRow


def share_of(line: OrderLineRow, *, before: int, units: int) -> tuple[int, int]:
    """Return net and tax of `units` of a line of which `before` were reckoned already.

    Each share is rounded down over all units so far, so the last unit takes the cents that are left,
    and no order of returns gives back more or less than the line was sold for. What was taken off the
    line is in its amounts already.
    """
    return (
        _share(line.net_minor, line.quantity, before, units),
        _share(line.tax_minor, line.quantity, before, units),
    )


def _share(whole: int, quantity: int, before: int, units: int) -> int:
    return whole * (before + units) // quantity - whole * before // quantity

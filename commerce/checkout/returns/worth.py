"""What units of a line were sold for: whole minor units, and all units together exactly the line."""

from commerce.orders.rows import OrderLineRow


def share_of(line: OrderLineRow, *, before: int, units: int) -> tuple[int, int]:
    """Return net and tax of `units` of a line of which `before` were reckoned already.

    What all units so far come to is rounded down, so the last unit takes the cents that are left, and
    no order of returns gives back more or less than the line was sold for, or was taxed. What was taken
    off the line is in its amounts already.
    """
    done = _total(line, before)
    now = _total(line, before + units)
    tax = _tax_in(line, now) - _tax_in(line, done)
    return now - done - tax, tax


def _total(line: OrderLineRow, units: int) -> int:
    return line.total_minor * units // line.quantity


def _tax_in(line: OrderLineRow, minor: int) -> int:
    return line.tax_minor * minor // line.total_minor if line.total_minor else 0

"""Amounts off several lines together: spread in proportion, and none of it lost.

Where the goods that two amounts name overlap only in part, the one that came first may have used up
a line that the other needs; then it moves over to lines that only it may reduce. So as much is taken
off as can be (a maximum flow), whatever the amounts and lines are.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from commerce.kernel.money import largest_remainder


@dataclass(slots=True)
class Spread:
    """One amount on its way over the lines it may reduce, by position."""

    lines: tuple[int, ...]
    left: int
    """Minor units of it that found no line yet."""
    off: dict[int, int] = field(default_factory=dict)


def spread(amounts: Sequence[tuple[int, tuple[int, ...]]], *, rest: list[int]) -> list[Spread]:
    """Take each amount off its lines, of which `rest` is left to pay; `rest` shrinks by it.

    The amount that names the fewest lines goes first, of as many the earlier.
    """
    spreads = [Spread(lines, amount) for amount, lines in amounts]
    for each in sorted(spreads, key=lambda each: len(each.lines)):
        _in_proportion(each, rest)
    for each in spreads:
        while each.left and _make_room(each, spreads, rest):
            pass
    return spreads


def _in_proportion(each: Spread, rest: list[int]) -> None:
    room = [rest[index] for index in each.lines]
    whole = min(each.left, sum(room))
    if not whole:
        return
    for index, part in zip(each.lines, largest_remainder(whole, room), strict=True):
        if part:
            each.off[index] = part
            rest[index] -= part
    each.left -= whole


def _make_room(needy: Spread, spreads: Sequence[Spread], rest: list[int]) -> bool:
    """Move one chain of amounts over, so that more of `needy` finds room; False when none can."""
    came_by: dict[int, tuple[Spread, int | None]] = dict.fromkeys(needy.lines, (needy, None))
    waiting = deque(needy.lines)
    while waiting:
        index = waiting.popleft()
        if rest[index]:
            _push(index, came_by, rest)
            return True
        for other in spreads:
            if not other.off.get(index):
                continue
            for further in other.lines:
                if further not in came_by:
                    came_by[further] = (other, index)
                    waiting.append(further)
    return False


def _push(last: int, came_by: dict[int, tuple[Spread, int | None]], rest: list[int]) -> None:
    """Move as much along the chain that ends at `last` as its narrowest place lets through."""
    chain: list[tuple[Spread, int, int | None]] = []
    index: int | None = last
    while index is not None:
        mover, before = came_by[index]
        chain.append((mover, index, before))
        index = before
    needy = chain[-1][0]
    narrowest = [mover.off[before] for mover, _, before in chain if before is not None]
    units = min(rest[last], needy.left, *narrowest)
    for mover, to, before in chain:
        mover.off[to] = mover.off.get(to, 0) + units
        if before is not None:
            mover.off[before] -= units
    rest[last] -= units
    needy.left -= units

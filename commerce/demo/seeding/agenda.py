"""What happened when: deeds of the past, done in the order of their moments."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from commerce.kernel.clock import travelling

Deed = Callable[[], None]


@dataclass(slots=True)
class Agenda:
    """Deeds by moment; a deed may put later ones on the agenda.

    Ids grow with the order in which rows are made, and lists are read by id, so the past has to be
    done in its own order.
    """

    until: datetime
    _deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=count)

    def plan(self, at: datetime, deed: Deed) -> None:
        """Put a deed on the agenda; what lies after `until` has not happened yet and is left out."""
        if at <= self.until:
            heapq.heappush(self._deeds, (at, next(self._serial), deed))

    def live(self) -> int:
        """Do everything in order, each at its moment, and return how much there was."""
        done = 0
        while self._deeds:
            at, _, deed = heapq.heappop(self._deeds)
            with travelling(at):
                deed()
            done += 1
        return done

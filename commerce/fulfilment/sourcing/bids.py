"""What lines bid for offers: a bound from below for the cost of serving them, by duality.

Each line bids for the offers that could serve it, and as long as no offer is bid more than it costs,
the bids together are no more than any choice of offers costs. Bids begin with equal shares of each
offer and are then raised one after another (dual ascent: D. Erlenkotter, "A dual-based procedure for
uncapacitated facility location", Operations Research 26, 1978).
"""

from collections.abc import Sequence

_INFINITE = float("inf")


class Bids:
    """What lines bid for offers: of each offer, no more in sum than what it costs to use.

    Each line is a pair (part that the offer has of it, what the offer's units cost more than the
    cheapest); a line bids for an offer what it is ready to pay beyond these units, times that part.
    """

    def __init__(
        self, offers: Sequence[tuple[int, Sequence[tuple[float, int]]]], lines: int
    ) -> None:
        self.unbid = [float(cost) for cost, _ in offers]
        self.asks = [
            [(j, *row[i]) for j, (_cost, row) in enumerate(offers) if row[i][0]]
            for i in range(lines)
        ]
        shares = [cost / (sum(part for part, _ in row) or 1) for cost, row in offers]
        self.pays = [
            min((more + shares[j] for j, _part, more in asks), default=_INFINITE)
            for asks in self.asks
        ]
        if _INFINITE not in self.pays:
            for line, pays in enumerate(self.pays):
                for j, part, more in self.asks[line]:
                    if pays > more:
                        self.unbid[j] -= part * (pays - more)
            for line in sorted(range(lines), key=lambda each: len(self.asks[each])):
                self._raise(line)

    @property
    def total(self) -> float:
        """What all lines pay: no rest costs less."""
        return sum(self.pays)

    def _raise(self, line: int) -> None:
        """Let one line pay as much as no offer forbids."""
        pays, unbid = self.pays[line], self.unbid
        now = min(max(more, pays) + unbid[j] / part for j, part, more in self.asks[line])
        if now <= pays:
            return
        self.pays[line] = now
        for j, part, more in self.asks[line]:
            if now > more:
                unbid[j] = max(0.0, unbid[j] - part * (now - max(more, pays)))

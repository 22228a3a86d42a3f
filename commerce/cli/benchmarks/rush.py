"""The rush: more buyers than units, all placing their order at the same moment."""

import threading
from collections import Counter
from dataclasses import dataclass

from commerce.cli.benchmarks.client import Client, RefusedError
from commerce.cli.benchmarks.stage import Goods, Stage, leave_units, units_held
from commerce.cli.benchmarks.visits import Visitor, open_cart, place, show_key
from commerce.kernel.database import Database

BUYERS, UNITS = 64, 40
_PATIENCE_SECONDS = 60
_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Rush:
    """What came of it: orders placed, units promised by the books, answers by status."""

    placed: int
    promised: int
    answers: dict[int, int]

    @property
    def is_exact(self) -> bool:
        """Whether every unit was sold once, and nobody was answered by a fault of the server."""
        faults = [status for status in self.answers if status >= _SERVER_FAULT or status == 0]
        return self.placed == self.promised == UNITS and not faults


def rush(database: Database, stage: Stage) -> Rush:
    """Let `BUYERS` buyers with full carts place them at once, for `UNITS` units of one variant.

    Raises:
        RefusedError: a cart could not be filled.
    """
    goods = stage.goods[-1]
    # Enough while the carts are filled; then the shelf is counted down to what there really is.
    before = units_held(database, merchant_id=stage.merchant_id, variant=goods.variant)
    leave_units(
        database, merchant_id=stage.merchant_id, variant=goods.variant, units=BUYERS + UNITS
    )
    buyers = [_buyer(stage, goods, number) for number in range(BUYERS)]
    leave_units(database, merchant_id=stage.merchant_id, variant=goods.variant, units=UNITS)
    start, outcomes = threading.Barrier(BUYERS), Counter[int]()
    lock = threading.Lock()

    def buy(buyer: Visitor) -> None:
        start.wait(_PATIENCE_SECONDS)
        status = _place(buyer)
        with lock:
            outcomes[status] += 1

    threads = [threading.Thread(target=buy, args=(buyer,)) for buyer in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = units_held(database, merchant_id=stage.merchant_id, variant=goods.variant)
    return Rush(outcomes[201], after - before, dict(sorted(outcomes.items())))


def _buyer(stage: Stage, goods: Goods, number: int) -> Visitor:
    """Return a buyer with a full cart; the connection is opened anew for the rush."""
    alone = Stage(**{name: getattr(stage, name) for name in Stage.__slots__} | {"goods": (goods,)})
    buyer = Visitor(alone, number, Client(stage.host, stage.port))
    show_key(buyer)
    buyer.prepared.append(open_cart(buyer, 0))
    buyer.client.close()
    return buyer


def _place(buyer: Visitor) -> int:
    try:
        place(buyer.client, buyer.prepared[0], due=(201,))
    except RefusedError as fault:
        return fault.status
    finally:
        buyer.client.close()
    return 201

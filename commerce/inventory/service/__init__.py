"""What the inventory does. Every verb works in the caller's transaction and locks levels in one order.

The order is (variant, location), and levels are always locked before holds: two carts with the same
goods in another order wait for one another instead of dead-locking.
"""

from commerce.inventory.service.ahead import (
    expire_ahead,
    firm_up_ahead,
    promise_ahead,
    release_ahead,
    sell_ahead,
    stop_selling_ahead,
)
from commerce.inventory.service.correct import correct_stock
from commerce.inventory.service.count import adjust_stock, count_stock, set_safety_stock
from commerce.inventory.service.hold import (
    expire_holds,
    firm_up_holds,
    release_holds,
    reserve,
)
from commerce.inventory.service.inbound import expect, expected_no_more
from commerce.inventory.service.locations import add_location, change_location
from commerce.inventory.service.open import open_stock
from commerce.inventory.service.release import release_units
from commerce.inventory.service.resolve import close_taken_promises, resolve_discrepancy
from commerce.inventory.service.sell import restock, sell_at_till, ship_held
from commerce.inventory.service.sell_on import restock_sold_on, sell_on
from commerce.inventory.service.unsell import TakenPromise, promise_again, promises_taken_by, unsell

__all__ = [
    "TakenPromise",
    "add_location",
    "adjust_stock",
    "change_location",
    "close_taken_promises",
    "correct_stock",
    "count_stock",
    "expect",
    "expected_no_more",
    "expire_ahead",
    "expire_holds",
    "firm_up_ahead",
    "firm_up_holds",
    "open_stock",
    "promise_again",
    "promise_ahead",
    "promises_taken_by",
    "release_ahead",
    "release_holds",
    "release_units",
    "reserve",
    "resolve_discrepancy",
    "restock",
    "restock_sold_on",
    "sell_ahead",
    "sell_at_till",
    "sell_on",
    "set_safety_stock",
    "ship_held",
    "stop_selling_ahead",
    "unsell",
]

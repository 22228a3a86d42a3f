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
from commerce.inventory.service.clear_up import Finding, clear_up_transfer
from commerce.inventory.service.correct import correct_stock
from commerce.inventory.service.count import adjust_stock, count_stock, set_safety_stock
from commerce.inventory.service.counts import (
    approve_count,
    cancel_count,
    enter_count,
    enter_recount,
    leave_out,
    open_count,
)
from commerce.inventory.service.hold import (
    expire_holds,
    firm_up_holds,
    release_holds,
    reserve,
    reserve_more,
    restage_holds,
)
from commerce.inventory.service.inbound import expect, expected_no_more
from commerce.inventory.service.keepers import post_keeper
from commerce.inventory.service.locations import add_location, change_location
from commerce.inventory.service.lots import (
    expire_lots,
    keep_lots,
    relabel,
    stop_keeping_lots,
)
from commerce.inventory.service.open import open_stock
from commerce.inventory.service.purchases import (
    add_supplier,
    change_purchase,
    change_supplier,
    close_purchase,
    draft_purchase,
    expect_purchase_on,
    order_purchase,
    receive_purchase,
)
from commerce.inventory.service.quarantine import (
    put_back,
    set_aside,
    write_off,
    write_off_returned,
)
from commerce.inventory.service.release import release_units
from commerce.inventory.service.reorder import (
    accept_proposals,
    drop_reorder_rule,
    set_reorder_rule,
)
from commerce.inventory.service.resolve import close_taken_promises, resolve_discrepancy
from commerce.inventory.service.sell import restock, sell_at_till, ship_held
from commerce.inventory.service.sell_on import restock_sold_on, sell_on
from commerce.inventory.service.statements import lock_known_levels
from commerce.inventory.service.stock_places import quarantine_of
from commerce.inventory.service.strays import Stray, bring_in_stray, strays_in_transit
from commerce.inventory.service.transfers import (
    cancel_transfer,
    change_transfer,
    draft_transfer,
    expect_transfer_on,
    receive_transfer,
    return_the_rest,
    send_transfer,
    write_off_the_rest,
)
from commerce.inventory.service.unsell import TakenPromise, promise_again, promises_taken_by, unsell
from commerce.inventory.service.zones import set_zones

__all__ = [
    "Finding",
    "Stray",
    "TakenPromise",
    "accept_proposals",
    "add_location",
    "add_supplier",
    "adjust_stock",
    "approve_count",
    "bring_in_stray",
    "cancel_count",
    "cancel_transfer",
    "change_location",
    "change_purchase",
    "change_supplier",
    "change_transfer",
    "clear_up_transfer",
    "close_purchase",
    "close_taken_promises",
    "correct_stock",
    "count_stock",
    "draft_purchase",
    "draft_transfer",
    "drop_reorder_rule",
    "enter_count",
    "enter_recount",
    "expect",
    "expect_purchase_on",
    "expect_transfer_on",
    "expected_no_more",
    "expire_ahead",
    "expire_holds",
    "expire_lots",
    "firm_up_ahead",
    "firm_up_holds",
    "keep_lots",
    "leave_out",
    "lock_known_levels",
    "open_count",
    "open_stock",
    "order_purchase",
    "post_keeper",
    "promise_again",
    "promise_ahead",
    "promises_taken_by",
    "put_back",
    "quarantine_of",
    "receive_purchase",
    "receive_transfer",
    "relabel",
    "release_ahead",
    "release_holds",
    "release_units",
    "reserve",
    "reserve_more",
    "resolve_discrepancy",
    "restage_holds",
    "restock",
    "restock_sold_on",
    "return_the_rest",
    "sell_ahead",
    "sell_at_till",
    "sell_on",
    "send_transfer",
    "set_aside",
    "set_reorder_rule",
    "set_safety_stock",
    "set_zones",
    "ship_held",
    "stop_keeping_lots",
    "stop_selling_ahead",
    "strays_in_transit",
    "unsell",
    "write_off",
    "write_off_returned",
    "write_off_the_rest",
]

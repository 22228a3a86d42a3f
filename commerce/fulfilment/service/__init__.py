"""What fulfilment does: delivery options, countries, opening hours, and from where orders come."""

from commerce.fulfilment.service.countries import put_country_group
from commerce.fulfilment.service.dispatch import (
    set_dispatch_rates,
    set_dispatch_terms,
    set_sourcing_policy,
)
from commerce.fulfilment.service.due import set_due
from commerce.fulfilment.service.hours import (
    close_on,
    open_differently_on,
    open_on,
    set_store_hours,
)
from commerce.fulfilment.service.options import put_delivery_option
from commerce.fulfilment.service.parts import (
    add_to_fulfilments,
    align_fulfilments,
    close_fulfilments,
    fulfilment_left,
    kind_of,
    lock_parts,
    open_fulfilments,
    take_from_fulfilments,
)
from commerce.fulfilment.service.picking import (
    Task,
    begin_picking,
    is_collected,
    pack,
    pick,
    put_back,
    put_on_shelf,
    task_of,
)
from commerce.fulfilment.service.pickup import (
    PickupCode,
    digits_proofs,
    ensure_pickup_key,
    pickup_code,
    public_pickup_key,
    shown_fulfilment,
)
from commerce.fulfilment.service.refusing import (
    NOWHERE_ELSE,
    call_short,
    decline_task,
    declined_by,
    say_nowhere_else,
)
from commerce.fulfilment.service.sources import (
    add_sources,
    keep_sources,
    move_uncounted,
    replace_owed_sources,
    replace_sources,
    shrink_sources,
)
from commerce.fulfilment.service.sourcing_rules import adopt_drafted_rules, put_sourcing_rules
from commerce.fulfilment.service.taking_out import (
    confirm_taken_out,
    hold_until_taken_out,
    note_what_comes_out,
    picked_of,
)
from commerce.fulfilment.service.uncounted import (
    release_uncounted,
    send_uncounted,
    take_back_uncounted,
)

__all__ = [
    "NOWHERE_ELSE",
    "PickupCode",
    "Task",
    "add_sources",
    "add_to_fulfilments",
    "adopt_drafted_rules",
    "align_fulfilments",
    "begin_picking",
    "call_short",
    "close_fulfilments",
    "close_on",
    "confirm_taken_out",
    "decline_task",
    "declined_by",
    "digits_proofs",
    "ensure_pickup_key",
    "fulfilment_left",
    "hold_until_taken_out",
    "is_collected",
    "keep_sources",
    "kind_of",
    "lock_parts",
    "move_uncounted",
    "note_what_comes_out",
    "open_differently_on",
    "open_fulfilments",
    "open_on",
    "pack",
    "pick",
    "picked_of",
    "pickup_code",
    "public_pickup_key",
    "put_back",
    "put_country_group",
    "put_delivery_option",
    "put_on_shelf",
    "put_sourcing_rules",
    "release_uncounted",
    "replace_owed_sources",
    "replace_sources",
    "say_nowhere_else",
    "send_uncounted",
    "set_dispatch_rates",
    "set_dispatch_terms",
    "set_due",
    "set_sourcing_policy",
    "set_store_hours",
    "shown_fulfilment",
    "shrink_sources",
    "take_back_uncounted",
    "take_from_fulfilments",
    "task_of",
]

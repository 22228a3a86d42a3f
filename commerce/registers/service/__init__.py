"""What a till does. Everything that money depends on is a command named by the till."""

from commerce.registers.service.commands import never_again, once
from commerce.registers.service.complete import complete_at_hand, complete_if_paid
from commerce.registers.service.parking import park_basket, take_parked
from commerce.registers.service.pay_out import OpenDrawer, StoreTill
from commerce.registers.service.return_goods import TillReturned, return_at_till
from commerce.registers.service.rules import set_till_policy
from commerce.registers.service.sale import buyer_at_counter, known_customer
from commerce.registers.service.sell import add_tender, start_sale
from commerce.registers.service.setup import (
    add_register,
    enrol_device,
    lock_register,
    name_register,
    set_printer,
    set_reader,
)
from commerce.registers.service.shifts import close_shift, move_cash, open_shift
from commerce.registers.service.take_back import abandon_sale, void_sale
from commerce.registers.service.variances import note_variance, see_variance

__all__ = [
    "OpenDrawer",
    "StoreTill",
    "TillReturned",
    "abandon_sale",
    "add_register",
    "add_tender",
    "buyer_at_counter",
    "close_shift",
    "complete_at_hand",
    "complete_if_paid",
    "enrol_device",
    "known_customer",
    "lock_register",
    "move_cash",
    "name_register",
    "never_again",
    "note_variance",
    "once",
    "open_shift",
    "park_basket",
    "return_at_till",
    "see_variance",
    "set_printer",
    "set_reader",
    "set_till_policy",
    "start_sale",
    "take_parked",
    "void_sale",
]

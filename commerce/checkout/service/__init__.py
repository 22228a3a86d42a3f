"""From cart to order: gather, quote, place, settle; then send, refund or cancel."""

from commerce.checkout.service.cancel import cancel_order
from commerce.checkout.service.cart import (
    choose_delivery,
    claim_cart,
    open_cart,
    put_codes,
    put_line,
    set_contact,
    set_destination,
)
from commerce.checkout.service.change_of_mind import change_mind, may_change_mind
from commerce.checkout.service.codes import drop_code, enter_code
from commerce.checkout.service.disclose import disclose_customer
from commerce.checkout.service.elsewhere import Rerouted
from commerce.checkout.service.forget import Forgotten, forget_customer
from commerce.checkout.service.give_back import belongs_to_cancellation
from commerce.checkout.service.give_up import GivenUp
from commerce.checkout.service.goods import GoodsStanding, WaitingUnits, goods_of, waiting_for
from commerce.checkout.service.hand_back import hand_back_cash, withdraw_cash_refund
from commerce.checkout.service.hand_over_some import hand_over_some
from commerce.checkout.service.pickup import (
    NOT_COLLECTED,
    hand_over,
    lay_ready,
    let_pickup_go,
    remind_of_pickup,
)
from commerce.checkout.service.place import Placement, place_order
from commerce.checkout.service.readdress import readdress_customer
from commerce.checkout.service.refund import refund_order
from commerce.checkout.service.refuse_pickup import refuse_pickup
from commerce.checkout.service.reopen import reopen_order, withdraw_order
from commerce.checkout.service.reroute import decline_fulfilment, pick_short
from commerce.checkout.service.resource import find_goods_again
from commerce.checkout.service.settle import Settled, settle_payment
from commerce.checkout.service.ship import complete_order, ship_order
from commerce.checkout.service.value import (
    Share,
    lay_again,
    lay_card,
    lay_value,
    shares_of,
    take_value_away,
)

__all__ = [
    "NOT_COLLECTED",
    "Forgotten",
    "GivenUp",
    "GoodsStanding",
    "Placement",
    "Rerouted",
    "Settled",
    "Share",
    "WaitingUnits",
    "belongs_to_cancellation",
    "cancel_order",
    "change_mind",
    "choose_delivery",
    "claim_cart",
    "complete_order",
    "decline_fulfilment",
    "disclose_customer",
    "drop_code",
    "enter_code",
    "find_goods_again",
    "forget_customer",
    "goods_of",
    "hand_back_cash",
    "hand_over",
    "hand_over_some",
    "lay_again",
    "lay_card",
    "lay_ready",
    "lay_value",
    "let_pickup_go",
    "may_change_mind",
    "open_cart",
    "pick_short",
    "place_order",
    "put_codes",
    "put_line",
    "readdress_customer",
    "refund_order",
    "refuse_pickup",
    "remind_of_pickup",
    "reopen_order",
    "set_contact",
    "set_destination",
    "settle_payment",
    "shares_of",
    "ship_order",
    "take_value_away",
    "waiting_for",
    "withdraw_cash_refund",
    "withdraw_order",
]

"""What one can do for people: know them, open their account, keep their addresses, forget them."""

from commerce.customers.service.accounts import (
    account_link_is_good,
    issue_account_link,
    redeem_account_link,
    set_password,
)
from commerce.customers.service.addresses import (
    MOST_ADDRESSES,
    add_address,
    change_address,
    choose_usual_address,
    remove_address,
)
from commerce.customers.service.forget import erase_customer
from commerce.customers.service.groups import (
    add_to_group,
    change_group,
    open_group,
    remove_group,
    take_from_group,
)
from commerce.customers.service.people import change_customer, record_consent, remember_customer
from commerce.customers.service.proving import (
    ProvenShopper,
    begin_shopper_proof,
    finish_shopper_proof,
    hold_proof,
)
from commerce.customers.service.readdress import (
    issue_email_link,
    redeem_email_link,
    withdraw_email_link,
)
from commerce.customers.service.sign_in import (
    begin_shopper_sign_in,
    check_shopper_password,
    finish_shopper_sign_in,
)

__all__ = [
    "MOST_ADDRESSES",
    "ProvenShopper",
    "account_link_is_good",
    "add_address",
    "add_to_group",
    "begin_shopper_proof",
    "begin_shopper_sign_in",
    "change_address",
    "change_customer",
    "change_group",
    "check_shopper_password",
    "choose_usual_address",
    "erase_customer",
    "finish_shopper_proof",
    "finish_shopper_sign_in",
    "hold_proof",
    "issue_account_link",
    "issue_email_link",
    "open_group",
    "record_consent",
    "redeem_account_link",
    "redeem_email_link",
    "remember_customer",
    "remove_address",
    "remove_group",
    "set_password",
    "take_from_group",
    "withdraw_email_link",
]

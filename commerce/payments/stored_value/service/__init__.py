"""The verbs of stored value."""

from commerce.payments.stored_value.service.adjust import (
    adjust_value,
    block_card,
    set_expiry,
    unblock_card,
)
from commerce.payments.stored_value.service.expire import (
    expire_values,
    forget_codes,
    give_up_credit,
)
from commerce.payments.stored_value.service.issue import (
    IssuedCard,
    grant_credit,
    issue_card,
    open_credit,
    told_again,
)
from commerce.payments.stored_value.service.redeem import redeem, require_able
from commerce.payments.stored_value.service.restore import put_back

__all__ = [
    "IssuedCard",
    "adjust_value",
    "block_card",
    "expire_values",
    "forget_codes",
    "give_up_credit",
    "grant_credit",
    "issue_card",
    "open_credit",
    "put_back",
    "redeem",
    "require_able",
    "set_expiry",
    "told_again",
    "unblock_card",
]

"""Give gift cards away, and credit to the shopper with an account."""

from uuid import UUID

from commerce.customers.service import remember_customer
from commerce.demo.content.records import Shopper
from commerce.demo.seeding.cast import Cast
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.payments.stored_value.rows import ValueEntryKind
from commerce.payments.stored_value.service import grant_credit, issue_card

_CARDS = ((20_000, "Tea tasting, first prize"), (10_000, "Tea tasting, second prize"))
_CREDIT = (8_800, "A lid arrived chipped")


def give_presents(cast: Cast, *, vault: Vault, shopper: Shopper | None, actor_id: UUID) -> None:
    """Issue the cards that were won at a tasting, and make up to a shopper for a chipped lid."""
    for minor, reason in _CARDS:
        issue_card(
            cast.session,
            merchant_id=cast.merchant.id,
            vault=vault,
            amount=Money(minor, "CNY"),
            kind=ValueEntryKind.GRANTED,
            request_id=new_id(),
            reason=reason,
            actor_id=actor_id,
        )
    if shopper is None:
        return
    known = remember_customer(cast.session, merchant_id=cast.merchant.id, email=shopper.email)
    minor, reason = _CREDIT
    grant_credit(
        cast.session,
        merchant_id=cast.merchant.id,
        customer_id=known.id,
        amount=Money(minor, "CNY"),
        reason=reason,
        request_id=new_id(),
        actor_id=actor_id,
    )

"""Set a basket aside and take it up again."""

from sqlalchemy.orm import Session

from commerce.registers.parked import Contents
from commerce.registers.service import known_customer, park_basket, take_parked
from pos.api.bodies import ParkBody, ResumeBody
from pos.authority import Authority
from pos.deeds.deed import Answer, Deed


def park(session: Session, authority: Authority, body: ParkBody) -> Answer:
    """Set the basket aside for every till of the store."""
    till = authority.till
    park_basket(
        session,
        merchant_id=till.merchant.id,
        basket_id=authority.command_id,
        location_id=till.store.id,
        label=body.label,
        contents=_contents(body),
        customer_id=known_customer(session, body.customer),
        actor_id=authority.clerk_id,
    )
    return {"basket": str(authority.command_id)}


def resume(session: Session, authority: Authority, body: ResumeBody) -> Answer:
    """Take a basket of this store; of two tills that ask, one gets it."""
    till = authority.till
    taken = take_parked(
        session,
        merchant_id=till.merchant.id,
        location_id=till.store.id,
        basket_id=body.basket,
    )
    # An id and no name: answers are kept for good, and a customer may ask to be forgotten.
    return {**taken.contents.kept(), "customer": str(taken.customer_id or "")}


def _contents(body: ParkBody) -> Contents:
    told = body.model_dump(mode="json")
    return Contents(told["lines"], told.get("codes", ()), told.get("discount"))


PARK = Deed(ParkBody, park)
RESUME = Deed(ResumeBody, resume)

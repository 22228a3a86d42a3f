"""Forget a customer everywhere: the person, the carts, the orders as far as the law allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.checkout.errors import OpenOrdersError, OrdersToCloseError
from commerce.checkout.owing import Owing, standings
from commerce.checkout.service.traces import traces_of
from commerce.customers.locking import lock_customer
from commerce.customers.queries import former_emails, get_customer
from commerce.customers.service import erase_customer
from commerce.fulfilment.labels.giving_back import forget_papers
from commerce.mail.service import erase_mail_about
from commerce.orders.forget import forget_buyer, open_orders_of
from commerce.park.service.security_log import note_security_event
from commerce.park.service.shopper_sessions import forget_shopper_browsers
from commerce.payments.stored_value.service import give_up_credit
from commerce.pricing.promotions.service import forget_uses_by

_CARTS = text("""
UPDATE cart SET email = '', ship_to = NULL, customer_id = NULL
WHERE merchant_id = :merchant AND id = ANY(:carts)
""")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: so many orders tell no longer who bought.

    Attributes:
        words: by which others that kept something about the person find it, see `Traces`.
    """

    orders: int
    words: tuple[str, ...]


def forget_customer(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    actor_id: UUID | None,
    now: datetime,
) -> Forgotten:
    """Erase a person at their wish (GDPR art. 17, PIPL art. 47) and note it in the security log.

    Name, addresses, e-mail address, telephone, password, sessions, carts and the words of letters
    and how often promotions were used are gone and nobody can sign in any more; orders and money
    records stay, without the name. Store credit that is left is written off: nobody could spend it.
    Letters about the orders are emptied whatever address they went to. `actor_id` is who of the
    staff did it; None, when the person closed the account without anybody's help.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
        OpenOrdersError: an order still has to be paid or sent, so the address is needed.
        OrdersToCloseError: nothing is left to send of an order that nobody has closed.
    """
    lock_customer(session, merchant_id=merchant_id, customer_id=customer_id)
    email = (get_customer(session, customer_id=customer_id).email or "").lower()
    waiting = open_orders_of(session, customer_id=customer_id, email=email)
    if waiting:
        _refuse(session, waiting)
    traces = traces_of(session, customer_id=customer_id, email=email)
    count = forget_buyer(session, merchant_id=merchant_id, customer_id=customer_id, email=email)
    for address in (email, *former_emails(session, customer_id=customer_id)):
        forget_uses_by(session, merchant_id=merchant_id, email=address)
    session.execute(_CARTS, {"merchant": merchant_id, "carts": list(traces.cart_ids)})
    erase_mail_about(session, merchant_id=merchant_id, order_ids=traces.order_ids)
    forget_papers(session, merchant_id=merchant_id, order_ids=traces.order_ids)
    give_up_credit(session, merchant_id=merchant_id, customer_id=customer_id, actor_id=actor_id)
    forget_shopper_browsers(session, merchant_id=merchant_id, customer_id=customer_id)
    erase_customer(session, merchant_id=merchant_id, customer_id=customer_id, now=now)
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="customer-erased" if actor_id else "customer-left",
        actor_id=actor_id,
        subject=str(customer_id),
        facts={"orders": count},
    )
    return Forgotten(count, traces.words)


def _refuse(session: Session, waiting: Mapping[UUID, str]) -> None:
    """Say what has to happen first to the orders that `waiting` numbers."""
    found = standings(session.connection(), order_ids=list(waiting))
    idle = [number for each, number in waiting.items() if found[each].owing is Owing.NOTHING]
    needed = [number for number in waiting.values() if number not in idle]
    if needed:
        raise OpenOrdersError(numbers=", ".join(needed))
    raise OrdersToCloseError(numbers=", ".join(idle))

"""Write the letters about orders and queue them: the worker's order mailer."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.service import goods_of
from commerce.fulfilment.queries import fulfilment_by_id, opening_hours
from commerce.fulfilment.rows import FulfilmentState
from commerce.fulfilment.service import pickup_code
from commerce.inventory.queries import locations
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.vault import Vault
from commerce.mail.process import post
from commerce.mail.rows import QueuedMail
from commerce.mail.service import queue_mail
from commerce.orders.queries import event_by_id, lines_of, order_by_id, timeline_of
from commerce.orders.rows import Actor, EventKind, EventRow, OrderRow, OrderState
from commerce.orders.service import tell
from commerce.park.queries.merchants import get_merchant
from commerce.park.queries.shop_policies import policy_book
from commerce.payments.queries import (
    payments_of,
    refunds_of,
)
from commerce.payments.rows import PaymentState
from commerce.payments.stored_value.queries import accounts_by_ids
from commerce.web.mails.cancellations import CancellationFacts, cancellation_facts
from commerce.web.mails.departures import (
    DepartureFacts,
    ServiceFacts,
    departure_facts,
    service_facts,
)
from commerce.web.mails.facts import (
    ConfirmationFacts,
    confirmation_facts,
    unpaid_facts,
)
from commerce.web.mails.payments import told_payments
from commerce.web.mails.pickups import PickupFacts, pickup_facts
from commerce.web.mails.refunds import read_refund
from commerce.web.mails.rendering import LetterFacts, render

TEMPLATE = "order-confirmation"
PARCEL = "parcel-sent"
SERVICE = "service-delivered"
CANCELLED = "order-cancelled"
REFUND = "refund"
PICKUP, PICKUP_REMINDER = "pickup-ready", "pickup-reminder"
UNPAID = "order-unpaid"

_PAYING = frozenset({PaymentState.PENDING, PaymentState.AUTHORISED, PaymentState.CAPTURED})


@dataclass(frozen=True, slots=True)
class OrderLetters:
    """An `OrderMailer` that renders templates; `public_url` is how the world reaches the shop."""

    database: Database
    durable: Durable
    public_url: str
    vault: Vault

    def confirm(self, *, merchant_id: UUID, order_id: UUID) -> str | None:
        """Queue the confirmation, once per order; return the mail's id, None without an address.

        Raises:
            NotFoundError: the merchant has no such order.
        """
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            facts = self._facts(session, merchant_id, order_id)
            if not facts.order.email:
                return None
            mail = _queue(session, merchant_id, facts, template=TEMPLATE, about=order_id)
            if mail.is_new:
                tell(
                    session,
                    merchant_id=merchant_id,
                    order_id=order_id,
                    kind=EventKind.MAIL_SENT,
                    actor=Actor.SYSTEM,
                )
                post(session, durable=self.durable, merchant_id=merchant_id, mail=mail)
        return str(mail.id)

    def tell_refund(self, *, merchant_id: UUID, refund_id: UUID) -> str | None:
        """Queue the letter about a refund, once; return the mail's id.

        None without an address, and where the letter about the cancellation has told of it.

        Raises:
            NotFoundError: the merchant has no such refund.
        """
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            facts = read_refund(
                session.connection(),
                merchant_id=merchant_id,
                refund_id=refund_id,
                public_url=self.public_url,
            )
            if facts is None or not facts.order.email:
                return None
            mail = _queue(session, merchant_id, facts, template=REFUND, about=refund_id)
            if mail.is_new:
                post(session, durable=self.durable, merchant_id=merchant_id, mail=mail)
        return str(mail.id)

    def tell_departure(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter about a parcel or a delivered service, once; None without an address.

        Raises:
            NotFoundError: the merchant has no such order, or nothing of the kind happened to it.
        """
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            connection = session.connection()
            order = _order(connection, order_id)
            event = event_by_id(connection, order_id=order_id, event_id=event_id)
            if event is None:
                raise NotFoundError
            if not order.email:
                return None
            delivered = event.kind is EventKind.SERVICE_DELIVERED
            facts = (
                self._service(connection, merchant_id, order)
                if delivered
                else self._departure(connection, merchant_id, order, event)
            )
            template = SERVICE if delivered else PARCEL
            mail = _queue(session, merchant_id, facts, template=template, about=event_id)
            if mail.is_new:
                post(session, durable=self.durable, merchant_id=merchant_id, mail=mail)
        return str(mail.id)

    def tell_ready(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter that goods lie ready, with their pickup code, once.

        Return the mail's id; None without an address, and when they do not lie there any more.

        Raises:
            NotFoundError: the merchant has no such order, or nothing of the kind happened to it.
        """
        return self._pickup(merchant_id, order_id, event_id, reminds=False)

    def remind_pickup(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter that goods still lie ready, once.

        Return the mail's id; None without an address, and when they do not lie there any more.

        Raises:
            NotFoundError: the merchant has no such order, or nothing of the kind happened to it.
        """
        return self._pickup(merchant_id, order_id, event_id, reminds=True)

    def _pickup(
        self, merchant_id: UUID, order_id: UUID, event_id: UUID, *, reminds: bool
    ) -> str | None:
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            connection = session.connection()
            order = _order(connection, order_id)
            event = event_by_id(connection, order_id=order_id, event_id=event_id)
            if event is None:
                raise NotFoundError
            facts = self._lying_ready(session, merchant_id, order, event, reminds=reminds)
            if facts is None or not order.email:
                return None
            template = PICKUP_REMINDER if reminds else PICKUP
            mail = _queue(
                session, merchant_id, facts, template=template, about=event_id, written=PICKUP
            )
            if mail.is_new:
                post(session, durable=self.durable, merchant_id=merchant_id, mail=mail)
        return str(mail.id)

    def _lying_ready(
        self,
        session: Session,
        merchant_id: UUID,
        order: OrderRow,
        event: EventRow,
        *,
        reminds: bool,
    ) -> PickupFacts | None:
        part = fulfilment_by_id(session, fulfilment_id=UUID(str(event.facts.get("fulfilment"))))
        if part is None or part.state is not FulfilmentState.READY or part.collect_by is None:
            return None
        code = pickup_code(
            session,
            vault=self.vault,
            merchant_id=merchant_id,
            order_id=order.id,
            fulfilment_id=part.id,
            until=part.collect_by,
        )
        if code is None or part.location_id is None:
            return None
        connection = session.connection()
        stores = {each.id: each for each in locations(connection)}
        hours = opening_hours(connection, location_ids=[part.location_id])
        return pickup_facts(
            order=order,
            part=part,
            lines=lines_of(connection, order_ids=[order.id]),
            code=code,
            store=stores.get(part.location_id),
            hours=hours.get(part.location_id),
            merchant=get_merchant(connection, merchant_id=merchant_id),
            public_url=self.public_url,
            reminds=reminds,
        )

    def tell_cancelled(self, *, merchant_id: UUID, order_id: UUID) -> str | None:
        """Queue the letter about a cancelled order, once; None without an address.

        Raises:
            NotFoundError: the merchant has no such order, or it is not cancelled.
        """
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            connection = session.connection()
            facts = self._cancellation(connection, merchant_id, _order(connection, order_id))
            if not facts.order.email:
                return None
            mail = _queue(session, merchant_id, facts, template=CANCELLED, about=order_id)
            if mail.is_new:
                post(session, durable=self.durable, merchant_id=merchant_id, mail=mail)
        return str(mail.id)

    def tell_unpaid(self, *, merchant_id: UUID, order_id: UUID) -> str | None:
        """Queue the letter about an order that waits for its money, once; return the mail's id.

        None without an address, and where it was paid or called off meanwhile.

        Raises:
            NotFoundError: the merchant has no such order.
        """
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            connection = session.connection()
            order = _order(connection, order_id)
            payments = payments_of(connection, order_id=order_id)
            waits = order.state is OrderState.AWAITING_PAYMENT
            if not (order.email and waits) or any(each.state in _PAYING for each in payments):
                return None
            facts = unpaid_facts(
                order=order,
                lines=lines_of(connection, order_ids=[order_id]),
                merchant=get_merchant(connection, merchant_id=merchant_id),
                public_url=self.public_url,
            )
            mail = _queue(session, merchant_id, facts, template=UNPAID, about=order_id)
            if mail.is_new:
                post(session, durable=self.durable, merchant_id=merchant_id, mail=mail)
        return str(mail.id)

    def _departure(
        self, connection: Connection, merchant_id: UUID, order: OrderRow, event: EventRow
    ) -> DepartureFacts:
        told = timeline_of(connection, order_id=order.id, everything=True)
        open_still = order.state is OrderState.PLACED
        return departure_facts(
            order=order,
            lines=lines_of(connection, order_ids=[order.id]),
            event=event,
            told=told,
            more=open_still and any(each.owed for each in goods_of(connection, order_id=order.id)),
            merchant=get_merchant(connection, merchant_id=merchant_id),
            public_url=self.public_url,
        )

    def _service(self, connection: Connection, merchant_id: UUID, order: OrderRow) -> ServiceFacts:
        return service_facts(
            order=order,
            lines=lines_of(connection, order_ids=[order.id]),
            merchant=get_merchant(connection, merchant_id=merchant_id),
            public_url=self.public_url,
        )

    def _cancellation(
        self, connection: Connection, merchant_id: UUID, order: OrderRow
    ) -> CancellationFacts:
        told = timeline_of(connection, order_id=order.id, everything=True)
        event = next((each for each in told if each.kind is EventKind.CANCELLED), None)
        if event is None:
            raise NotFoundError
        refunds = refunds_of(connection, order_id=order.id)
        return cancellation_facts(
            order=order,
            lines=lines_of(connection, order_ids=[order.id]),
            event=event,
            payments=payments_of(connection, order_id=order.id),
            refunds=refunds,
            accounts=accounts_by_ids(
                connection, account_ids=[e.account_id for e in refunds if e.account_id]
            ),
            merchant=get_merchant(connection, merchant_id=merchant_id),
            public_url=self.public_url,
        )

    def _facts(self, session: Session, merchant_id: UUID, order_id: UUID) -> ConfirmationFacts:
        connection = session.connection()
        order = order_by_id(connection, order_id=order_id)
        if order is None:
            raise NotFoundError
        place = str(order.delivery.get("location_id"))
        picked_up = order.delivery.get("kind") == "pickup"
        stores = locations(connection) if picked_up else ()
        return confirmation_facts(
            order=order,
            store=next((store for store in stores if str(store.id) == place), None),
            lines=lines_of(connection, order_ids=[order_id]),
            policies=policy_book(connection),
            paid=told_payments(connection, order),
            merchant=get_merchant(connection, merchant_id=merchant_id),
            public_url=self.public_url,
        )


def _order(connection: Connection, order_id: UUID) -> OrderRow:
    order = order_by_id(connection, order_id=order_id)
    if order is None:
        raise NotFoundError
    return order


def _queue(
    session: Session,
    merchant_id: UUID,
    facts: LetterFacts,
    *,
    template: str,
    about: UUID,
    written: str = "",
) -> QueuedMail:
    """Queue a letter; `written` is the name of its text where several letters share one."""
    return queue_mail(
        session,
        merchant_id=merchant_id,
        template=template,
        about=about,
        to=facts.order.email,
        locale=facts.language,
        subject=facts.subject,
        text=render(f"{written or template}.{facts.language}.txt", facts),
        html=render(f"{written or template}.{facts.language}.html", facts),
        sender_name=facts.shop,
        reply_to=facts.reply_to,
        order_id=facts.order.id,
    )

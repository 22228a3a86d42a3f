"""Write the letters about returns and queue them: the worker's return mailer."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.checkout.returns.where import return_address
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.mail.process import post
from commerce.mail.service import queue_mail
from commerce.orders.queries import event_by_id, lines_of, order_by_id
from commerce.orders.returns.queries import return_by_id, return_lines
from commerce.orders.returns.rows import ReturnRow, ReturnWay
from commerce.orders.returns.terms import return_terms_of
from commerce.orders.rows import EventKind, OrderRow
from commerce.park.queries.merchants import MerchantCard, get_merchant
from commerce.web.mails.facts import language_of
from commerce.web.mails.rendering import render
from commerce.web.mails.returns import TOLD, ReturnFacts, return_facts

TEMPLATE = "return"


@dataclass(frozen=True, slots=True)
class ReturnLetters:
    """A `ReturnMailer` that renders templates; `public_url` is how the world reaches the shop."""

    database: Database
    durable: Durable
    public_url: str

    def tell_return(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter about one step of a return, once; return the mail's id.

        None without an address, and for a step that needs no letter.

        Raises:
            NotFoundError: the merchant has no such order, or nothing of the kind happened to it.
        """
        with self.database.transaction(Scope.merchant(merchant_id)) as session:
            facts = self._facts(session.connection(), merchant_id, order_id, event_id)
            if facts is None or not facts.order.email:
                return None
            mail = queue_mail(
                session,
                merchant_id=merchant_id,
                template=TEMPLATE,
                about=event_id,
                to=facts.order.email,
                locale=facts.language,
                subject=facts.subject,
                text=render(f"{TEMPLATE}.{facts.language}.txt", facts),
                html=render(f"{TEMPLATE}.{facts.language}.html", facts),
                sender_name=facts.shop,
                reply_to=facts.reply_to,
                order_id=order_id,
            )
            if mail.is_new:
                post(session, durable=self.durable, merchant_id=merchant_id, mail=mail)
        return str(mail.id)

    def _facts(
        self, connection: Connection, merchant_id: UUID, order_id: UUID, event_id: UUID
    ) -> ReturnFacts | None:
        order = order_by_id(connection, order_id=order_id)
        event = event_by_id(connection, order_id=order_id, event_id=event_id)
        if order is None or event is None:
            raise NotFoundError
        if event.kind not in TOLD:
            return None
        found = return_by_id(connection, return_id=UUID(str(event.facts["return"])))
        if found is None:
            raise NotFoundError
        merchant = get_merchant(connection, merchant_id=merchant_id)
        return return_facts(
            order=order,
            step=event.kind,
            found=found,
            back=return_lines(connection, return_ids=[found.id])[found.id],
            sold={line.id: line for line in lines_of(connection, order_ids=[order_id])},
            address=_address(connection, merchant, order, found, event.kind),
            merchant=merchant,
            public_url=self.public_url,
        )


def _address(
    connection: Connection,
    merchant: MerchantCard,
    order: OrderRow,
    found: ReturnRow,
    step: EventKind,
) -> tuple[str, ...]:
    """Return where a parcel goes that was agreed to."""
    if found.way is not ReturnWay.POST or step is not EventKind.RETURN_APPROVED:
        return ()
    return return_address(
        connection,
        terms=return_terms_of(connection),
        merchant=merchant,
        sent_to=str((order.ship_to or {}).get("country") or ""),
        language=language_of(order),
    )

"""What the sandbox bank does with payments. Amounts are minor units; rules are those of a real one."""

import secrets
import time
from typing import Any

from integrations.sandbox.card_processor.cards import Behaviour, TestCard
from integrations.sandbox.card_processor.past import past_payment
from integrations.sandbox.card_processor.records import OPEN, Payment, Refund, Status
from integrations.sandbox.herald import Herald
from integrations.sandbox.refusals import RefusedRequestError
from integrations.sandbox.shelf import Shelf
from integrations.sandbox.switches import PostOffice

_POST = {Behaviour.TRIPLED: "tripled", Behaviour.LATE: "late"}


class Bank:
    """Keeps payments on a shelf and reports every change of them to their owners."""

    def __init__(self, *, address: str, shelf: Shelf, office: PostOffice) -> None:
        self.address = address
        self.shelf = shelf
        self._herald = Herald(shelf=shelf, office=office)

    def open(self, *, api_key: str, **facts: Any) -> Payment:
        """Begin a payment in the account of `api_key`."""
        account = self._herald.know(api_key)
        with self.shelf.lock:
            payment = Payment(id=f"pay_{secrets.token_hex(12)}", account=account, **facts)
            if not payment.reader:
                payment = payment.changed(token=secrets.token_urlsafe(24))
                self.shelf.put("page", payment.token, {"payment": payment.id})
            self.shelf.put("reference", f"{account}:{payment.reference}", {"payment": payment.id})
            self._keep(payment)
        return payment

    def payment(self, name: str) -> Payment:
        """Return a payment, expired if its time is over.

        Raises:
            RefusedRequestError: there is none of that name.
        """
        with self.shelf.lock:
            record = self.shelf.get("payment", name)
            if record is None:
                raise RefusedRequestError("not-found", 404)
            payment = Payment.of(record)
            if payment.status in OPEN and 0 < payment.expires_at < time.time():
                payment = self._changed(payment, "payment.cancelled", status=Status.CANCELLED)
            return payment

    def owned(self, account: str, name: str) -> Payment:
        """Return a payment of `account`; another's is as good as missing."""
        self._remember(account, name)
        payment = self.payment(name)
        if payment.account != account:
            raise RefusedRequestError("not-found", 404)
        return payment

    def referenced(self, account: str, reference: str) -> Payment:
        """Return the payment of `account` that was opened with `reference`."""
        found = self.shelf.get("reference", f"{account}:{reference}")
        if found is None:
            raise RefusedRequestError("not-found", 404)
        return self.owned(account, found["payment"])

    def on_page(self, token: str) -> Payment:
        """Return the payment whose page has this token."""
        found = self.shelf.get("page", token)
        if found is None:
            raise RefusedRequestError("not-found", 404)
        return self.payment(found["payment"])

    def present(self, name: str, card: TestCard, *, entry: str) -> Payment:
        """Charge `card`; the outcome is the card's behaviour."""
        with self.shelf.lock:
            payment = self._open(name)
            match card.behaviour:
                case Behaviour.DECLINED:
                    return self._declined(payment, card.decline)
                case Behaviour.CHALLENGE | Behaviour.CHALLENGE_FAILS if not payment.reader:
                    return self._keep(
                        payment.changed(
                            status=Status.REQUIRES_CONFIRMATION, pending_card=card.number[-4:]
                        )
                    )
                case _:
                    return self._charged(
                        payment,
                        last_four=card.last_four,
                        entry=entry,
                        post=_POST.get(card.behaviour, "normal"),
                    )

    def confirm(self, name: str, *, confirmed: bool) -> Payment:
        """Go on after the holder was asked whether it is really them."""
        with self.shelf.lock:
            payment = self._open(name)
            if payment.status is not Status.REQUIRES_CONFIRMATION:
                raise RefusedRequestError("not-awaiting-confirmation")
            if not confirmed or payment.pending_card == "1629":
                return self._declined(payment, "authentication-failed")
            return self._charged(payment, last_four=payment.pending_card, entry="online")

    def capture(self, account: str, name: str, *, amount: int) -> Payment:
        """Take what was authorised; the remainder is let go."""
        with self.shelf.lock:
            payment = self.owned(account, name)
            if payment.status is not Status.AUTHORISED:
                raise RefusedRequestError("not-authorised")
            if not 0 < amount <= payment.authorised:
                raise RefusedRequestError("amount-exceeds-authorisation")
            return self._changed(
                payment, "payment.captured", status=Status.CAPTURED, captured=amount
            )

    def cancel(self, account: str, name: str) -> Payment:
        """Let a payment go; to cancel twice changes nothing."""
        with self.shelf.lock:
            payment = self.owned(account, name)
            if payment.status in {Status.CANCELLED, Status.FAILED}:
                return payment
            if payment.status is Status.CAPTURED:
                raise RefusedRequestError("already-captured")
            return self._changed(payment, "payment.cancelled", status=Status.CANCELLED)

    def refund(self, account: str, name: str, *, amount: int, reference: str) -> Refund:
        """Give money back, never more than is left of what was captured."""
        with self.shelf.lock:
            payment = self.owned(account, name)
            if not 0 < amount <= payment.captured - payment.refunded:
                raise RefusedRequestError("refund-exceeds-payment")
            refund = Refund(id=f"ref_{secrets.token_hex(12)}", reference=reference, amount=amount)
            self._changed(payment, "payment.refunded", refunds=(*payment.refunds, refund))
            return refund

    def payments(self) -> list[Payment]:
        """Return every payment, newest first."""
        return [Payment.of(record) for record in reversed(self.shelf.every("payment"))]

    def _remember(self, account: str, name: str) -> None:
        """Take in a payment of a demo's past when it is first asked for."""
        with self.shelf.lock:
            past = past_payment(name, account=account)
            if past is not None and self.shelf.get("payment", name) is None:
                self.shelf.put("reference", f"{account}:{past.reference}", {"payment": name})
                self._keep(past)

    def _open(self, name: str) -> Payment:
        payment = self.payment(name)
        if payment.status not in OPEN:
            raise RefusedRequestError("no-longer-open")
        return payment

    def _declined(self, payment: Payment, reason: str) -> Payment:
        # On the page another card may follow; a reader that declined is done.
        status = Status.FAILED if payment.reader else Status.REQUIRES_CARD
        return self._changed(
            payment, "payment.declined", status=status, decline=reason, pending_card=""
        )

    def _charged(
        self, payment: Payment, *, last_four: str, entry: str, post: str = "normal"
    ) -> Payment:
        payment = self._changed(
            payment.changed(post=post),
            "payment.authorised",
            status=Status.AUTHORISED,
            authorised=payment.amount,
            brand="Sandbox",
            last_four=last_four,
            entry=entry,
            authorisation_code=secrets.token_hex(3).upper(),
            decline="",
            pending_card="",
        )
        if payment.manual_capture:
            return payment
        return self._changed(
            payment, "payment.captured", status=Status.CAPTURED, captured=payment.amount
        )

    def _changed(self, payment: Payment, event: str, **changes: Any) -> Payment:
        payment = self._keep(payment.changed(**changes, history=(*payment.history, event)))
        if payment.webhook_url:
            self._herald.announce(
                account=payment.account,
                url=payment.webhook_url,
                kind=event,
                facts={"payment": payment.public(self.address)},
                post=payment.post,
            )
        return payment

    def _keep(self, payment: Payment) -> Payment:
        self.shelf.put("payment", payment.id, payment.record())
        return payment

"""What the sandbox bank does with payments. Amounts are minor units; rules are those of a real one."""

import hashlib
import json
import secrets
import time
from typing import Any

from integrations.sandbox.card_processor.cards import Behaviour, TestCard
from integrations.sandbox.card_processor.past import past_payment
from integrations.sandbox.card_processor.records import OPEN, Payment, Refund, Status
from integrations.sandbox.card_processor.signatures import HEADER, signature, signing_secret
from integrations.sandbox.postman import Letter
from integrations.sandbox.shelf import Record, Shelf
from integrations.sandbox.switches import PostOffice

LATE_SECONDS = 20.0
_POST = {Behaviour.TRIPLED: "tripled", Behaviour.LATE: "late"}


class BankRefusalError(Exception):
    """The bank does not do that; `code` says why."""

    def __init__(self, code: str, status: int = 409) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def account_of(api_key: str) -> str:
    """Return the account that a key opens; the key itself is not kept."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:24]


class Bank:
    """Keeps payments on a shelf and reports every change of them to their owners."""

    def __init__(self, *, address: str, shelf: Shelf, office: PostOffice) -> None:
        self.address = address
        self.shelf = shelf
        self._office = office
        for event in shelf.every("event"):
            if not event["delivered"]:
                self._post(event)

    def open(self, *, api_key: str, **facts: Any) -> Payment:
        """Begin a payment in the account of `api_key`."""
        account = account_of(api_key)
        with self.shelf.lock:
            known = {"account": account, "secret": signing_secret(api_key)}
            if self.shelf.get("account", account) != known:
                self.shelf.put("account", account, known)
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
            BankRefusalError: there is none of that name.
        """
        with self.shelf.lock:
            record = self.shelf.get("payment", name)
            if record is None:
                raise BankRefusalError("not-found", 404)
            payment = Payment.of(record)
            if payment.status in OPEN and 0 < payment.expires_at < time.time():
                payment = self._changed(payment, "payment.cancelled", status=Status.CANCELLED)
            return payment

    def owned(self, account: str, name: str) -> Payment:
        """Return a payment of `account`; another's is as good as missing."""
        self._remember(account, name)
        payment = self.payment(name)
        if payment.account != account:
            raise BankRefusalError("not-found", 404)
        return payment

    def referenced(self, account: str, reference: str) -> Payment:
        """Return the payment of `account` that was opened with `reference`."""
        found = self.shelf.get("reference", f"{account}:{reference}")
        if found is None:
            raise BankRefusalError("not-found", 404)
        return self.owned(account, found["payment"])

    def on_page(self, token: str) -> Payment:
        """Return the payment whose page has this token."""
        found = self.shelf.get("page", token)
        if found is None:
            raise BankRefusalError("not-found", 404)
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
                raise BankRefusalError("not-awaiting-confirmation")
            if not confirmed or payment.pending_card == "1629":
                return self._declined(payment, "authentication-failed")
            return self._charged(payment, last_four=payment.pending_card, entry="online")

    def capture(self, account: str, name: str, *, amount: int) -> Payment:
        """Take what was authorised; the remainder is let go."""
        with self.shelf.lock:
            payment = self.owned(account, name)
            if payment.status is not Status.AUTHORISED:
                raise BankRefusalError("not-authorised")
            if not 0 < amount <= payment.authorised:
                raise BankRefusalError("amount-exceeds-authorisation")
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
                raise BankRefusalError("already-captured")
            return self._changed(payment, "payment.cancelled", status=Status.CANCELLED)

    def refund(self, account: str, name: str, *, amount: int, reference: str) -> Refund:
        """Give money back, never more than is left of what was captured."""
        with self.shelf.lock:
            payment = self.owned(account, name)
            if not 0 < amount <= payment.captured - payment.refunded:
                raise BankRefusalError("refund-exceeds-payment")
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
            raise BankRefusalError("no-longer-open")
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
            self._announce(payment, event)
        return payment

    def _keep(self, payment: Payment) -> Payment:
        self.shelf.put("payment", payment.id, payment.record())
        return payment

    def _announce(self, payment: Payment, kind: str) -> None:
        name = f"evt_{secrets.token_hex(12)}"
        body = {
            "id": name,
            "type": kind,
            "created": time.time(),
            "payment": payment.public(self.address),
        }
        event = {
            "id": name,
            "account": payment.account,
            "url": payment.webhook_url,
            "post": payment.post,
            "body": json.dumps(body),
            "delivered": False,
        }
        self.shelf.put("event", name, event)
        self._post(event)

    def _post(self, event: Record) -> None:
        account = self.shelf.get("account", event["account"])
        if account is None:
            return
        secret = account["secret"]
        letter = Letter(
            url=event["url"],
            body=event["body"].encode(),
            sign=lambda body: {HEADER: signature(secret, body)},
            taken=lambda: self.shelf.put("event", event["id"], event | {"delivered": True}),
        )
        match event["post"]:
            case "tripled":
                self._office.send(letter, copies=3, spread=1.0)
            case "late":
                self._office.send(letter, delay=LATE_SECONDS)
            case _:
                self._office.send(letter)

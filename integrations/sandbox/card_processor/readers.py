"""The card readers of an account: two at the counters and one to be carried, each in a mode that says who taps the card."""

import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from http import HTTPStatus

from integrations.sandbox.card_processor.bank import Bank
from integrations.sandbox.card_processor.cards import card_of
from integrations.sandbox.card_processor.records import OPEN, Payment
from integrations.sandbox.refusals import RefusedRequestError

AUTOMATIC_SECONDS = 1.0
_LABELS = {
    "counter": "Counter reader",
    "second": "Second counter reader",
    "mobile": "Mobile reader",
}
_PAYING_CARD = "4242424242424242"
_DECLINING_CARD = "4000000000000002"


class ReaderMode(StrEnum):
    """Who presents the card."""

    AUTOMATIC = "automatic"
    """A paying card is tapped by itself after about a second."""
    DECLINING = "declining"
    """A card that the bank declines is tapped by itself."""
    MANUAL = "manual"
    """Somebody presents a card through the API or the console."""
    OFFLINE = "offline"
    """The reader is switched off."""


@dataclass(frozen=True, slots=True)
class CardReader:
    """One reader; `payment` is what it is busy with."""

    id: str
    label: str
    mode: ReaderMode = ReaderMode.AUTOMATIC
    payment: str = ""


class Readers:
    """The readers of all accounts."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def every(self, account: str) -> list[CardReader]:
        """Return the readers of `account`."""
        return [self.one(account, name) for name in _LABELS]

    def one(self, account: str, name: str) -> CardReader:
        """Return one reader, after a card that is due was tapped."""
        if name not in _LABELS:
            raise RefusedRequestError("reader-not-found", 404)
        record = self._bank.shelf.get("reader", f"{account}:{name}")
        if record is None:
            return CardReader(name, _LABELS[name])
        reader = CardReader(**record | {"mode": ReaderMode(record["mode"])})
        return self._settled(account, reader)

    def switch(self, account: str, name: str, mode: ReaderMode) -> CardReader:
        """Put a reader into `mode`."""
        reader = self.one(account, name)
        return self._keep(account, CardReader(reader.id, reader.label, mode, reader.payment))

    def occupy(self, account: str, name: str, payment: Payment) -> None:
        """Let a reader ask for a card for `payment`."""
        with self._bank.shelf.lock:
            reader = self.check_free(account, name)
            self._keep(account, CardReader(reader.id, reader.label, reader.mode, payment.id))

    def check_free(self, account: str, name: str) -> CardReader:
        """Return the reader if it can take a payment now."""
        reader = self.one(account, name)
        if reader.mode is ReaderMode.OFFLINE:
            raise RefusedRequestError("reader-offline", HTTPStatus.LOCKED)
        if reader.payment:
            raise RefusedRequestError("reader-busy", HTTPStatus.LOCKED)
        return reader

    def present(self, account: str, name: str, number: str) -> Payment:
        """Hold the card with `number` to the reader."""
        with self._bank.shelf.lock:
            reader = self.one(account, name)
            card = card_of(number)
            if card is None or not reader.payment:
                raise RefusedRequestError("nothing-to-present")
            payment = self._bank.present(reader.payment, card, entry="contactless")
            self._keep(account, CardReader(reader.id, reader.label, reader.mode))
            return payment

    def _settled(self, account: str, reader: CardReader) -> CardReader:
        """Return the reader as it is by now: a due card tapped, a finished payment let go."""
        if not reader.payment:
            return reader
        payment = self._bank.payment(reader.payment)
        due = time.time() - payment.started_at >= AUTOMATIC_SECONDS
        card = {
            ReaderMode.AUTOMATIC: _PAYING_CARD,
            ReaderMode.DECLINING: _DECLINING_CARD,
        }.get(reader.mode)
        if payment.status in OPEN and due and card and (known := card_of(card)):
            payment = self._bank.present(payment.id, known, entry="contactless")
        if payment.status in OPEN:
            return reader
        return self._keep(account, CardReader(reader.id, reader.label, reader.mode))

    def _keep(self, account: str, reader: CardReader) -> CardReader:
        self._bank.shelf.put("reader", f"{account}:{reader.id}", asdict(reader))
        return reader

"""The processor's JSON interface, under `/v1`, opened by `Authorization: Bearer <key>`.

POST requests carry an `Idempotency-Key`; errors are `{"error": {"code": ..., "message": ...}}`.
"""

import time
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from integrations.sandbox.card_processor.bank import Bank
from integrations.sandbox.card_processor.opening import opened
from integrations.sandbox.card_processor.readers import CardReader, ReaderMode, Readers
from integrations.sandbox.door import Door, asked_count, asked_text, asking_account, refuse
from integrations.sandbox.refusals import RefusedRequestError
from integrations.sandbox.replays import Answer


def interface(*, bank: Bank, readers: Readers, door: Door) -> Blueprint:
    """Return the routes of the JSON interface."""
    routes = Blueprint("api", __name__, url_prefix="/v1")
    routes.register_error_handler(RefusedRequestError, refuse)
    payments, counters = _Payments(bank, readers, door), _Counters(bank, readers, door)
    for method, path, endpoint, view in (
        ("POST", "/payments", "open", payments.open),
        ("GET", "/payments", "find", payments.find),
        ("GET", "/payments/<name>", "show", payments.show),
        ("POST", "/payments/<name>/capture", "capture", payments.capture),
        ("POST", "/payments/<name>/cancel", "cancel", payments.cancel),
        ("POST", "/payments/<name>/refunds", "refund", payments.refund),
        ("GET", "/readers", "readers", counters.every),
        ("POST", "/readers/<name>/payments", "start", counters.start),
        ("POST", "/readers/<name>/present", "present", counters.present),
        ("POST", "/readers/<name>/mode", "switch", counters.switch),
    ):
        routes.add_url_rule(path, endpoint, view, methods=[method])
    return routes


class _Payments:
    """Payments of whoever asks."""

    def __init__(self, bank: Bank, readers: Readers, door: Door) -> None:
        self._bank = bank
        self._readers = readers
        self._door = door

    def open(self) -> Response:
        return self._door.once(lambda: Answer(201, opened(self._bank).public(self._bank.address)))

    def find(self) -> Response:
        found = self._bank.referenced(asking_account(), request.args.get("reference", ""))
        return self.show(found.id)

    def show(self, name: str) -> Response:
        payment = self._bank.owned(asking_account(), name)
        if payment.reader:
            self._readers.one(payment.account, payment.reader)
            payment = self._bank.payment(name)
        return self._door.shown(payment.public(self._bank.address))

    def capture(self, name: str) -> Response:
        def work() -> Answer:
            payment = self._bank.capture(asking_account(), name, amount=asked_count("amount"))
            return Answer(200, payment.public(self._bank.address))

        return self._door.once(work)

    def cancel(self, name: str) -> Response:
        def work() -> Answer:
            payment = self._bank.cancel(asking_account(), name)
            return Answer(200, payment.public(self._bank.address))

        return self._door.once(work)

    def refund(self, name: str) -> Response:
        def work() -> Answer:
            made = self._bank.refund(
                asking_account(),
                name,
                amount=asked_count("amount"),
                reference=asked_text("reference"),
            )
            return Answer(201, asdict(made))

        return self._door.once(work)


class _Counters:
    """Card readers of whoever asks."""

    def __init__(self, bank: Bank, readers: Readers, door: Door) -> None:
        self._bank = bank
        self._readers = readers
        self._door = door

    def every(self) -> Response:
        readers = self._readers.every(asking_account())
        return self._door.shown({"readers": [_reader(each) for each in readers]})

    def start(self, name: str) -> Response:
        def work() -> Answer:
            with self._bank.shelf.lock:
                self._readers.check_free(asking_account(), name)
                payment = opened(self._bank, reader=name, started_at=time.time())
                self._readers.occupy(payment.account, name, payment)
            return Answer(201, payment.public(self._bank.address))

        return self._door.once(work)

    def present(self, name: str) -> Response:
        payment = self._readers.present(asking_account(), name, asked_text("number"))
        return jsonify(payment.public(self._bank.address))

    def switch(self, name: str) -> Response:
        mode = ReaderMode(asked_text("mode"))
        return jsonify(_reader(self._readers.switch(asking_account(), name, mode)))


def _reader(reader: CardReader) -> dict[str, Any]:
    return asdict(reader) | {"online": reader.mode is not ReaderMode.OFFLINE}

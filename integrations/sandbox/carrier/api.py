"""The carrier's JSON interface, under `/v1`, opened by `Authorization: Bearer <key>`.

POST requests that buy or cancel carry an `Idempotency-Key`; errors are
`{"error": {"code": ..., "message": ...}}`.
"""

import base64

from flask import Blueprint, Response, request

from integrations.sandbox.carrier.asked import asked_parcel
from integrations.sandbox.carrier.depot import Depot, check_address, public_scans
from integrations.sandbox.carrier.paper import PRINTERS
from integrations.sandbox.carrier.tariff import offers_for
from integrations.sandbox.door import (
    Door,
    asked_address,
    asked_text,
    asking_account,
    asking_key,
    refuse,
)
from integrations.sandbox.refusals import RefusedRequestError
from integrations.sandbox.replays import Answer


def interface(*, depot: Depot, door: Door) -> Blueprint:
    """Return the routes of the JSON interface."""
    routes = Blueprint("api", __name__, url_prefix="/v1")
    routes.register_error_handler(RefusedRequestError, refuse)
    counter = _Counter(depot, door)
    for method, path, endpoint, view in (
        ("POST", "/offers", "offers", counter.offers),
        ("POST", "/labels", "book", counter.book),
        ("GET", "/labels", "find", counter.find),
        ("GET", "/labels/<name>", "show", counter.show),
        ("POST", "/labels/<name>/cancel", "cancel", counter.cancel),
        ("GET", "/labels/<name>/document", "document", counter.document),
        ("GET", "/parcels/<number>/scans", "scans", counter.scans),
        ("POST", "/labels/<name>/move", "move", counter.move),
    ):
        routes.add_url_rule(path, endpoint, view, methods=[method])
    return routes


class _Counter:
    """Labels and parcels of whoever asks."""

    def __init__(self, depot: Depot, door: Door) -> None:
        self._depot = depot
        self._door = door

    def offers(self) -> Response:
        asking_account()
        parcel = asked_parcel()
        check_address(parcel["recipient"])
        return self._door.shown({"offers": offers_for(parcel)})

    def book(self) -> Response:
        def work() -> Answer:
            label = self._depot.book(
                api_key=asking_key(),
                reference=asked_text("reference"),
                service=asked_text("service"),
                parcel=asked_parcel(),
                webhook_url=asked_address("webhook_url"),
            )
            return Answer(201, label.public(self._depot.address))

        return self._door.once(work)

    def find(self) -> Response:
        found = self._depot.referenced(asking_account(), request.args.get("reference", ""))
        return self._door.shown(found.public(self._depot.address))

    def show(self, name: str) -> Response:
        label = self._depot.label(asking_account(), name)
        return self._door.shown(label.public(self._depot.address))

    def cancel(self, name: str) -> Response:
        def work() -> Answer:
            label = self._depot.cancel(asking_account(), name)
            return Answer(200, label.public(self._depot.address))

        return self._door.once(work)

    def document(self, name: str) -> Response:
        label = self._depot.label(asking_account(), name)
        printer = PRINTERS.get(request.args.get("format", ""))
        if printer is None or label.status != "booked":
            raise RefusedRequestError("not-found", 404)
        content = base64.b64encode(printer(label)).decode()
        return self._door.shown({"content": content})

    def scans(self, number: str) -> Response:
        label = self._depot.numbered(number)
        if label.account != asking_account():
            raise RefusedRequestError("not-found", 404)
        return self._door.shown({"scans": public_scans(label)})

    def move(self, name: str) -> Response:
        """Let the parcel meet its next scan; for tests and for whoever shows the demo."""
        label = self._depot.label(asking_account(), name)
        moved = self._depot.move_on(label.id)
        return self._door.shown({"scans": public_scans(moved)})

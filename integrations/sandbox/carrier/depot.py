"""What the carrier does with labels and parcels: books, cancels, moves them on, tells of it."""

import random
import secrets
import time
from typing import Any

from integrations.sandbox.carrier.records import BOOKED, CANCELLED, Label, Scan
from integrations.sandbox.carrier.route import route_of
from integrations.sandbox.carrier.tariff import offers_for
from integrations.sandbox.herald import Herald
from integrations.sandbox.refusals import RefusedRequestError
from integrations.sandbox.shelf import Shelf
from integrations.sandbox.switches import PostOffice

NOWHERE = ("nowhere", "查无此地")
"""An address with one of these words in it is refused."""

_MOVABLE = 2  # scans after which the parcel is in our hands


class Depot:
    """Keeps labels on a shelf and reports every scan of their parcels to the owners.

    A parcel goes on by itself `pace` seconds after its last scan; with 0 it waits for `move_on`.
    """

    def __init__(
        self, *, address: str, shelf: Shelf, office: PostOffice, pace: float = 0.0
    ) -> None:
        self.address = address
        self.shelf = shelf
        self.pace = pace
        self._office = office
        self._herald = Herald(shelf=shelf, office=office)
        for label in self.labels():
            self._expect(label)

    def book(self, *, api_key: str, reference: str, service: str, **facts: Any) -> Label:
        """Make a label in the account of `api_key`."""
        account = self._herald.know(api_key)
        parcel = facts["parcel"]
        check_address(parcel["recipient"])
        offer = next((each for each in offers_for(parcel) if each["code"] == service), None)
        if offer is None:
            raise RefusedRequestError("service-unavailable", 422)
        with self.shelf.lock:
            label = Label(
                id=f"lab_{secrets.token_hex(12)}",
                account=account,
                reference=reference,
                service=service,
                number=self._number(),
                cost=offer["cost"],
                currency=offer["currency"],
                booked_at=time.time(),
                **facts,
            )
            self.shelf.put("reference", f"{account}:{reference}", {"label": label.id})
            self.shelf.put("number", label.number, {"label": label.id})
            return self._scanned(label)

    def label(self, account: str, name: str) -> Label:
        """Return a label of `account`; another's is as good as missing."""
        record = self.shelf.get("label", name)
        if record is None or record["account"] != account:
            raise RefusedRequestError("not-found", 404)
        return Label.of(record)

    def referenced(self, account: str, reference: str) -> Label:
        """Return the label of `account` that was booked with `reference`."""
        found = self.shelf.get("reference", f"{account}:{reference}") or {"label": ""}
        return self.label(account, found["label"])

    def numbered(self, number: str) -> Label:
        """Return the label with this tracking number."""
        found = self.shelf.get("number", number)
        if found is None:
            raise RefusedRequestError("not-found", 404)
        return Label.of(self.shelf.get("label", found["label"]) or {})

    def cancel(self, account: str, name: str) -> Label:
        """Take a label back; to cancel twice changes nothing."""
        with self.shelf.lock:
            label = self.label(account, name)
            if label.status == CANCELLED:
                return label
            if len(label.scans) >= _MOVABLE:
                raise RefusedRequestError("in-transit")
            return self._keep(label.changed(status=CANCELLED))

    def move_on(self, name: str) -> Label:
        """Let a parcel meet its next scan, if there is one."""
        with self.shelf.lock:
            record = self.shelf.get("label", name)
            if record is None:
                raise RefusedRequestError("not-found", 404)
            label = Label.of(record)
            if label.status != BOOKED or len(label.scans) >= len(route_of(label.parcel)):
                return label
            return self._scanned(label)

    def labels(self) -> list[Label]:
        """Return every label, newest first."""
        return [Label.of(record) for record in reversed(self.shelf.every("label"))]

    def _scanned(self, label: Label) -> Label:
        stop = route_of(label.parcel)[len(label.scans)]
        scan = Scan(
            id=f"{label.id}:{len(label.scans) + 1}",
            stage=stop.stage,
            at=time.time(),
            place=stop.place,
            country=stop.country,
            detail=stop.detail,
        )
        label = self._keep(label.changed(scans=(*label.scans, scan)))
        if label.webhook_url:
            told = {"label": label.public(self.address), "scans": [_public(scan)]}
            self._herald.announce(
                account=label.account,
                url=label.webhook_url,
                kind=f"parcel.{stop.stage}",
                facts=told,
            )
        self._expect(label)
        return label

    def _expect(self, label: Label) -> None:
        """Let the clock bring the next scan, unless somebody brought it meanwhile."""
        met = len(label.scans)
        if self.pace <= 0 or label.status != BOOKED or met >= len(route_of(label.parcel)):
            return

        def go_on() -> None:
            record = self.shelf.get("label", label.id)
            if record is not None and len(record["scans"]) == met:
                self.move_on(label.id)

        self._office.postman.run(go_on, delay=self.pace)

    def _keep(self, label: Label) -> Label:
        self.shelf.put("label", label.id, label.record())
        return label

    def _number(self) -> str:
        while True:
            number = f"HX{random.randrange(10**10, 10**11)}"  # noqa: S311 - printed on the parcel
            if self.shelf.get("number", number) is None:
                return number


def check_address(recipient: dict[str, Any]) -> None:
    """Refuse an address that the carrier says it cannot serve."""
    written = " ".join([*recipient["lines"], str(recipient.get("city", ""))]).casefold()
    if any(word in written for word in NOWHERE):
        raise RefusedRequestError("address-refused", 422)


def public_scans(label: Label) -> list[dict[str, Any]]:
    """Return the scans of a label's parcel as the API shows them."""
    return [_public(scan) for scan in label.scans]


def _public(scan: Scan) -> dict[str, Any]:
    return {
        "id": scan.id,
        "stage": scan.stage,
        "at": scan.at,
        "place": scan.place,
        "country": scan.country,
        "detail": scan.detail,
    }

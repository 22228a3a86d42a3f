"""The yard: every parcel with its scans and a button for the next; and a page to follow one by."""

from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from integrations.sandbox.carrier.depot import Depot
from integrations.sandbox.carrier.records import BOOKED, Label
from integrations.sandbox.carrier.route import route_of
from integrations.sandbox.pages.amounts import spoken_amount
from integrations.sandbox.pages.words import Words, page_language
from integrations.sandbox.refusals import RefusedRequestError

_STAGES = {
    "announced": Words("Label made", "已生成面单"),
    "accepted": Words("Taken over from the sender", "已揽收"),
    "in_transit": Words("On its way", "运输中"),
    "in_customs": Words("At customs", "清关中"),
    "out_for_delivery": Words("With the courier", "派送中"),
    "delivered": Words("Delivered", "已签收"),
}
_OWN = frozenset({"same-origin", "none"})
_MOST = 50


def yard(depot: Depot) -> Blueprint:
    """Return the routes of the yard, at `/`, and of the page to follow a parcel by."""
    routes = Blueprint("yard", __name__)
    pages = _Yard(depot)
    routes.add_url_rule("/", "show", pages.show)
    routes.add_url_rule("/parcels/<label>/next", "move", pages.move, methods=["POST"])
    routes.add_url_rule("/track/<number>", "track", pages.track)
    return routes


class _Yard:
    """Parcels of every account."""

    def __init__(self, depot: Depot) -> None:
        self._depot = depot

    def show(self) -> str:
        language = page_language(None)
        return render_template(
            "carrier/yard.html",
            parcels=[_shown(each, language) for each in self._depot.labels()[:_MOST]],
            pace=self._depot.pace,
            language=language,
        )

    def move(self, label: str) -> Response:
        """Bring a parcel's next scan; only from this page."""
        if request.headers.get("Sec-Fetch-Site", "none") not in _OWN:
            abort(403)
        try:
            self._depot.move_on(label)
        except RefusedRequestError:
            abort(404)
        return redirect("/", 303)

    def track(self, number: str) -> str:
        """Show the scans of one parcel; whoever knows the number may, so no names and streets."""
        try:
            label = self._depot.numbered(number)
        except RefusedRequestError:
            abort(404)
        language = page_language(None)
        return render_template(
            "carrier/track.html", parcel=_shown(label, language), language=language
        )


def _shown(label: Label, language: str) -> dict[str, object]:
    return {
        "id": label.id,
        "number": label.number,
        "order": label.parcel["order_number"],
        "cost": spoken_amount(label.cost, label.currency, language),
        "usable": label.status == BOOKED,
        "waits": label.status == BOOKED and len(label.scans) < len(route_of(label.parcel)),
        "scans": [
            {
                "words": _STAGES[scan.stage].spoken(language),
                "place": scan.place,
                "at": datetime.fromtimestamp(scan.at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
            }
            for scan in reversed(label.scans)
        ],
    }

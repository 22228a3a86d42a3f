"""The control endpoints that every simulator has: its health, its faults, its post.

GET    /_sandbox/health
POST   /_sandbox/faults    {"fault": "cut", "times": 1}
DELETE /_sandbox/faults
POST   /_sandbox/post      {"copies": 3, "reordered": true, "delay": 0}
"""

import random
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

from integrations.sandbox.faults import Fault, Faults
from integrations.sandbox.postman import Letter, Postman

_MOST = 1000


@dataclass(slots=True)
class PostOffice:
    """How webhooks travel now: how many copies of each, in which order, how late (seconds)."""

    postman: Postman
    copies: int = 1
    reordered: bool = False
    delay: float = 0.0

    def send(
        self, letter: Letter, *, copies: int = 1, spread: float = 0.0, delay: float = 0.0
    ) -> None:
        """Post `letter`; its copies are spread over `spread` seconds in no sure order."""
        scatter = max(spread, 0.4 if self.reordered else 0.0)
        for _ in range(max(copies, self.copies)):
            lateness = random.uniform(0, scatter) if scatter else 0.0  # noqa: S311 - no secret
            self.postman.post(letter, delay=max(delay, self.delay) + lateness)


def switches(faults: Faults, office: PostOffice) -> Blueprint:
    """Return the control endpoints over `faults` and `office`."""
    routes = Blueprint("switches", __name__, url_prefix="/_sandbox")

    @routes.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    @routes.post("/faults")
    def arrange() -> Response:
        wish = request.get_json()
        faults.arrange(Fault(wish["fault"]), times=min(int(wish.get("times", 1)), _MOST))
        return jsonify(status="arranged")

    @routes.delete("/faults")
    def clear() -> Response:
        faults.clear()
        return jsonify(status="cleared")

    @routes.post("/post")
    def post() -> Response:
        wish = request.get_json()
        office.copies = min(int(wish.get("copies", 1)), _MOST)
        office.reordered = bool(wish.get("reordered"))
        office.delay = float(wish.get("delay", 0))
        return jsonify(status="arranged")

    return routes

"""Puts the carrier together."""

import os
from pathlib import Path

from flask import Flask

from integrations.sandbox.carrier.api import interface
from integrations.sandbox.carrier.depot import Depot
from integrations.sandbox.carrier.yard import yard
from integrations.sandbox.door import Door
from integrations.sandbox.faults import Faults
from integrations.sandbox.frame import framed
from integrations.sandbox.postman import Postman
from integrations.sandbox.replays import Replays
from integrations.sandbox.serving import Simulator
from integrations.sandbox.shelf import Shelf
from integrations.sandbox.switches import PostOffice, switches

PACE_VARIABLE = "QUAYSIDE_SANDBOX_CARRIER_PACE"
"""Seconds between two scans of a parcel; 0 lets every parcel wait for the button in the yard."""

_USUAL_PACE = 60.0


def create_app(address: str, journal: Path | None, *, pace: float = 0.0) -> Flask:
    """Return the carrier as it is reached at `address`, remembering in `journal`."""
    shelf, faults, office = Shelf(journal), Faults(), PostOffice(Postman())
    depot = Depot(address=address, shelf=shelf, office=office, pace=pace)
    app = framed(Flask(__name__, static_folder=None))
    app.extensions |= {"postman": office.postman, "depot": depot}
    app.register_blueprint(switches(faults, office))
    app.register_blueprint(interface(depot=depot, door=Door(replays=Replays(shelf), faults=faults)))
    app.register_blueprint(yard(depot))
    return app


def _create_served(address: str, journal: Path | None) -> Flask:
    pace = float(os.environ.get(PACE_VARIABLE, _USUAL_PACE)) if journal else 0.0
    return create_app(address, journal, pace=pace)


SIMULATOR = Simulator("carrier", _create_served)

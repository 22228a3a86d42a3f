"""Puts the card processor together."""

from pathlib import Path

from flask import Flask

from integrations.sandbox.card_processor.api import interface
from integrations.sandbox.card_processor.bank import Bank
from integrations.sandbox.card_processor.console import console
from integrations.sandbox.card_processor.page import SLOW_SECONDS, payment_page
from integrations.sandbox.card_processor.readers import Readers
from integrations.sandbox.door import Door
from integrations.sandbox.faults import Faults
from integrations.sandbox.frame import framed
from integrations.sandbox.postman import Postman
from integrations.sandbox.replays import Replays
from integrations.sandbox.serving import Simulator
from integrations.sandbox.shelf import Shelf
from integrations.sandbox.switches import PostOffice, switches


def create_app(address: str, journal: Path | None, *, slow_seconds: float = SLOW_SECONDS) -> Flask:
    """Return the processor as it is reached at `address`, remembering in `journal`."""
    shelf, faults, office = Shelf(journal), Faults(), PostOffice(Postman())
    bank = Bank(address=address, shelf=shelf, office=office)
    app = framed(Flask(__name__, static_folder=None))
    app.extensions["postman"] = office.postman
    app.register_blueprint(switches(faults, office))
    door = Door(replays=Replays(shelf), faults=faults)
    readers = Readers(bank)
    app.register_blueprint(interface(bank=bank, readers=readers, door=door))
    app.register_blueprint(console(bank=bank, readers=readers))
    app.register_blueprint(payment_page(bank=bank, slow_seconds=slow_seconds))
    return app


SIMULATOR = Simulator("card", create_app)

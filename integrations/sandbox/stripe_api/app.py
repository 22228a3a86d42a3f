"""Puts the local Stripe endpoint together."""

from pathlib import Path

from flask import Flask

from integrations.sandbox.faults import Faults
from integrations.sandbox.frame import framed
from integrations.sandbox.postman import Postman
from integrations.sandbox.replays import Replays
from integrations.sandbox.serving import Simulator
from integrations.sandbox.shelf import Shelf
from integrations.sandbox.stripe_api.accounts import Accounts
from integrations.sandbox.stripe_api.api import Books, Gate, interface
from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.clock import clock
from integrations.sandbox.stripe_api.disputes import Disputes
from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.intents import Intents
from integrations.sandbox.stripe_api.onboarding import onboarding_pages
from integrations.sandbox.stripe_api.page import checkout_pages
from integrations.sandbox.stripe_api.payouts import Payouts
from integrations.sandbox.stripe_api.refunds import Refunds
from integrations.sandbox.stripe_api.sessions import Sessions
from integrations.sandbox.stripe_api.store import Store
from integrations.sandbox.switches import PostOffice, switches


def create_app(address: str, journal: Path | None) -> Flask:
    """Return the endpoint as it is reached at `address`, remembering in `journal`."""
    shelf, faults, office = Shelf(journal), Faults(), PostOffice(Postman())
    store = Store(shelf)
    events = Events(store, office)
    balance = Balance(store)
    disputes = Disputes(store=store, events=events, balance=balance)
    intents = Intents(
        address=address, store=store, events=events, balance=balance, disputes=disputes
    )
    sessions = Sessions(address=address, store=store, events=events, intents=intents)
    accounts = Accounts(address=address, store=store, events=events)
    app = framed(Flask(__name__, static_folder=None))
    app.extensions["postman"] = office.postman
    app.register_blueprint(switches(faults, office))
    app.register_blueprint(
        interface(
            gate=Gate(store=store, replays=Replays(shelf), faults=faults, accounts=accounts),
            store=store,
            intents=intents,
            sessions=sessions,
            refunds=Refunds(store=store, events=events, balance=balance),
            events=events,
            books=Books(balance, disputes, accounts),
        )
    )
    payouts = Payouts(store=store, events=events, balance=balance)
    app.register_blueprint(clock(balance, payouts, accounts))
    app.register_blueprint(onboarding_pages(accounts))
    app.register_blueprint(checkout_pages(store=store, intents=intents, sessions=sessions))
    return app


SIMULATOR = Simulator("stripe", create_app)

"""The shopper's account: opened by mail, never needed to buy."""

from flask import Blueprint, Flask

from commerce.web.identity import set_gate
from storefront.account import gate, routes


def register(app: Flask) -> None:
    """Mount the account on `app`, and let its gate guard the views of shoppers."""
    blueprint = Blueprint("account", __name__, template_folder="templates")
    routes.install(blueprint)
    app.register_blueprint(blueprint)
    set_gate(app, "shopper", gate.admit)

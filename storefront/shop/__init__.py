"""The web shop: everything a shopper sees without an account."""

from flask import Blueprint, Flask

from commerce.web import media
from storefront.shop import routes


def register(app: Flask) -> None:
    """Mount the shop on `app`."""
    media.install(app)
    blueprint = Blueprint("shop", __name__, template_folder="templates")
    routes.install(blueprint)
    app.register_blueprint(blueprint)

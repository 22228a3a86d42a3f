"""The web shop: everything a shopper sees without an account."""

from flask import Blueprint, Flask

from commerce.park.errors import ShopPausedError
from commerce.web import media
from commerce.web.faults import draw_faults
from storefront.shop import routes
from storefront.shop.faults import draw_closed, draw_fault


def register(app: Flask) -> None:
    """Mount the shop on `app`."""
    media.install(app)
    blueprint = Blueprint("shop", __name__, template_folder="templates")
    routes.install(blueprint)
    blueprint.register_error_handler(ShopPausedError, draw_closed)
    app.register_blueprint(blueprint)
    draw_faults(app, draw_fault)

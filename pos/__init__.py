"""What clerks see: the till."""

from flask import Blueprint

from commerce.web.application import Application
from commerce.web.identity import set_gate
from pos import api, enrol, pages, unlocking
from pos.device import admit_register


def register(app: Application) -> None:
    """Mount the till at /till/ and let enrolled devices through its gate."""
    set_gate(app, "register", admit_register)
    blueprint = Blueprint("till", __name__, template_folder="templates", url_prefix="/till")
    enrol.install(blueprint)
    unlocking.install(blueprint)
    pages.install(blueprint)
    api.install(blueprint)
    app.register_blueprint(blueprint)

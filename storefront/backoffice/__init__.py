"""The merchant's desk: tasks first, then figures, then every noun of the shop with its page."""

from http import HTTPStatus
from typing import cast

from flask import Response, redirect

from commerce.web import media
from commerce.web.application import Application
from commerce.web.faults import draw_faults
from commerce.web.identity import signed_in
from storefront.backoffice.faults import draw_fault
from storefront.backoffice.rooms import rooms


def register(app: Application) -> None:
    """Mount the desk under /desk/, with the pictures that its pages show."""
    media.install(app)
    app.register_blueprint(rooms())
    draw_faults(app, draw_fault)
    app.add_url_rule("/desk/", "desks", choose_desk)


@signed_in
def choose_desk() -> Response:
    """Send a person to the only desk they have, or to the choice among several."""
    return cast("Response", redirect("/workplaces", HTTPStatus.SEE_OTHER))

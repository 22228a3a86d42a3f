"""Mount identity on the application: who asks, who may, and the pages around signing in."""

from flask import Blueprint, Flask

from commerce.web.identity import (
    current,
    guard,
    invitation,
    passkey_views,
    recovery,
    security,
    sign_in,
)
from commerce.web.identity.browsers import browser_name


def install(app: Flask) -> None:
    """Guard every view of `app` and add the pages of sign-in and security."""
    current.install(app)
    guard.install(app)
    pages = Blueprint("identity", __name__)
    for part in (sign_in, recovery, invitation, security, passkey_views):
        part.add_to(pages)
    app.register_blueprint(pages)
    app.jinja_env.filters["browser_name"] = browser_name
    app.jinja_env.globals["may"] = current.may
    app.jinja_env.globals["current_staff"] = current.current_staff

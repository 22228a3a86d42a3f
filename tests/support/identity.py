"""An application with identity, a few views that demand something, and a browser for it."""

from dataclasses import dataclass, replace
from pathlib import Path

from flask.testing import FlaskClient

from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.park.permissions import ApiScope, Permission
from commerce.park.queries.merchants import MerchantDirectory
from commerce.web.access import public
from commerce.web.application import Application, new_application
from commerce.web.assets import Assets
from commerce.web.identity import (
    api_key,
    current_merchant,
    current_scope,
    needs,
    proved_lately,
    register,
    signed_in,
)
from commerce.web.services import Services
from tests.support.letters import ReadLetter, letters_as_read
from tests.support.park import PASSWORD

ROOT = Path(__file__).parents[2]
SECRET = "a secret for tests, 32 bytes or more"


@dataclass
class House:
    """The application  and what stands behind it."""

    app: Application
    database: Database
    vault: Vault

    @property
    def letters(self) -> list[ReadLetter]:
        """The letters that wait to be sent, the oldest first, as their readers get them."""
        return letters_as_read(self.database, self.vault)

    def browser(self, *, address: str = "192.0.2.7") -> FlaskClient:
        """Return a browser that sends what browsers send with every request."""
        client = self.app.test_client()
        client.environ_base.update(
            {
                "REMOTE_ADDR": address,
                "HTTP_SEC_FETCH_SITE": "same-origin",
                "HTTP_USER_AGENT": "Test browser",
            }
        )
        return client

    def signed_in(self, email: str = "lin@porcelain.example") -> FlaskClient:
        """Return a browser in which somebody has just signed in with `PASSWORD`."""
        browser = self.browser()
        answer = browser.post("/signin", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser


def build_house(database: Database, durable: Durable, var: Path, *, public_url: str) -> House:
    """Put an application together as the composition root does."""
    settings = replace(
        read_settings({"QUAYSIDE_VAR": str(var), "QUAYSIDE_SECRET": SECRET}),
        public_url=public_url,
    )
    vault = Vault(settings.secret)
    app = new_application(
        Services(
            settings=settings,
            database=database,
            durable=durable,
            vault=vault,
            assets=Assets(ROOT / "static"),
            parts=Parts([MerchantDirectory(database)]),
        )
    )
    _add_views(app)
    return House(app, database, vault)


def _add_views(app: Application) -> None:
    @public
    def front() -> str:
        return "front"

    @needs(Permission.VIEW_DESK)
    def desk(merchant: str) -> str:
        return f"{current_merchant().name} {current_scope().merchant_id}"

    @needs(Permission.MANAGE_SETTINGS)
    @proved_lately
    def payout(merchant: str) -> str:
        return "payout"

    @needs(Permission.VIEW_PARK)
    def park() -> str:
        return "park"

    @signed_in
    def own() -> str:
        return "own"

    @api_key(ApiScope.READ_STOCK)
    def stock() -> dict[str, str]:
        return {"merchant": str(current_scope().merchant_id)}

    @register
    def till() -> str:
        return "till"

    def undeclared() -> str:
        return "undeclared"

    app.add_url_rule("/front", view_func=front)
    app.add_url_rule("/desk/<merchant>/", view_func=desk)
    app.add_url_rule("/desk/<merchant>/payout", view_func=payout, methods=["GET", "POST"])
    app.add_url_rule("/park/", view_func=park)
    app.add_url_rule("/own", view_func=own, methods=["GET", "POST"])
    app.add_url_rule("/api/v1/stock", view_func=stock)
    app.add_url_rule("/till/sale", view_func=till)
    app.add_url_rule("/undeclared", view_func=undeclared)

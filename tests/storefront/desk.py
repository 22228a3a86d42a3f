"""A desk to sit at: the real application on a real database, with a small shop behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Durable
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow
from commerce.park.permissions import Role
from commerce.web import identity
from commerce.web.application import Application, new_application
from commerce.web.assets import Assets
from commerce.web.parts import shared_parts
from commerce.web.services import Services
from storefront import backoffice
from tests.support.forms import sent_by
from tests.support.orders import paid_order
from tests.support.park import PASSWORD, create_staff
from tests.support.shop import Shop, open_shop

ROOT = Path(__file__).parents[2]


_SEALED = re.compile(
    r"/desk/[^/]+/(products/(categories/)?[0-9a-f-]{36}|settings/($|(tills|rounding|sourcing)$|"
    r"sourcing/(rules/[0-9]+|places/[0-9a-f-]{36})$|"
    r"(policies|delivery|payments|carriers)/(?!new)[^/]+$)|stories/(?!new)[^/]+(/[0-9a-f-]{36})?$|"
    r"promotions/[0-9a-f-]{36}$|staff/[0-9a-f-]{36}/names$|"
    r"stores/(?!new|days|variances)[^/]+(/[^/]+)?(/printer|/name)?$)"
)
_SUFFIX = re.compile(r"/(printer|name|names)$")


class Browser(FlaskClient):
    """A browser at the desk: a form is sent with the seal that its page holds, unless one is given."""

    def post(self, *arguments: Any, **named: Any) -> TestResponse:
        path, typed = str(arguments[0]), named.get("data")
        if isinstance(typed, Mapping) and "seal" not in typed and _SEALED.match(path):
            named["data"] = {**typed, "seal": self.seal(path)}
        return super().post(*arguments, **named)

    def seal(self, address: str) -> str:
        """Look at the page with the form that is sent to `address`; blank where there is none."""
        sent = sent_by(self.get(_SUFFIX.sub("", address)).text, address)
        return next(iter(sent.get("seal", ())), "")


@dataclass(frozen=True)
class Desk:
    """The application with a shop and its owner."""

    app: Application
    shop: Shop
    durable: Durable
    var: Path

    @property
    def root(self) -> str:
        return f"/desk/{self.shop.merchant.slug}"

    def as_role(self, role: Role | None, *, merchant_id: UUID | None = None) -> FlaskClient:
        """Return a browser in which a colleague with `role` has signed in."""
        email = f"{role or 'nobody'}-{merchant_id or 'here'}@porcelain.example"
        create_staff(
            self.shop.database,
            email=email,
            role=role,
            merchant_id=merchant_id or self.shop.merchant.id,
        )
        self.app.test_client_class = Browser
        client = self.app.test_client()
        client.environ_base.update(
            {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_USER_AGENT": "Test browser"}
        )
        answer = client.post("/signin", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    @property
    def vault(self) -> Vault:
        """What seals the secrets of this installation."""
        found: Services = self.app.extensions["quayside"]
        return found.vault

    def let_proofs_age(self) -> None:
        """Let an hour pass since everybody proved who they are."""
        with self.shop.database.transaction(Scope.park()) as session:
            session.execute(
                text("UPDATE staff_session SET proved_at = proved_at - interval '1 hour'")
            )

    def paid_order(self, *wanted: tuple[UUID, int]) -> OrderRow:
        """Let somebody order and pay in the web shop."""
        return paid_order(self.shop, self.durable, *wanted)

    def order(self, order_id: UUID) -> OrderRow:
        with self.shop.database.reading(self.shop.scope) as connection:
            found = order_by_id(connection, order_id=order_id)
        assert found is not None
        return found


def seat(database: Database, var: Path, *, public_url: str = "http://localhost") -> Desk:
    """Found the shop and put its desk together."""
    return seat_in(open_shop(database), var, public_url=public_url)


def seat_in(
    shop: Shop,
    var: Path,
    *,
    public_url: str = "http://localhost",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Desk:
    """Put the desk together as the composition root does; plugins read `environment`."""
    database = shop.database
    settings = replace(
        read_settings({"QUAYSIDE_VAR": str(var), "QUAYSIDE_SECRET": "s" * 40, **environment}),
        public_url=public_url,
    )
    parts = shared_parts(settings, database)
    app = new_application(
        Services(
            settings=settings,
            database=database,
            durable=parts[Durable],
            vault=parts[Vault],
            assets=Assets(ROOT / "static"),
            parts=parts,
        )
    )
    if "quayside.gates" not in app.extensions:
        identity.install(app)
    backoffice.register(app)
    return Desk(app, shop, parts[Durable], var)

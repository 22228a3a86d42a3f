"""What every view works with, put together once by the composition root."""

from dataclasses import dataclass
from typing import TypeVar, cast

from flask import Flask, current_app

from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.parts import Parts
from commerce.kernel.settings import Settings
from commerce.kernel.vault import Vault
from commerce.web.assets import Assets

_KEY = "quayside"
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Services:
    """The installation's parts, shared by all requests of this process."""

    settings: Settings
    database: Database
    durable: Durable
    vault: Vault
    assets: Assets
    parts: Parts

    def part(self, kind: type[Part]) -> Part:
        """Return a part that the composition root gave, such as the plugin host.

        Raises:
            KeyError: it gave none of that kind.
        """
        return self.parts[kind]


def attach(app: Flask, services: Services) -> None:
    """Give `app` its parts."""
    app.extensions[_KEY] = services


def services() -> Services:
    """Return the parts of the application that answers the current request."""
    return cast("Services", current_app.extensions[_KEY])

"""The composition root: settings in, one WSGI application with both counters out."""

import gc
from functools import partial
from pathlib import Path

import click

import pos
import storefront
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.logs import set_up_logs
from commerce.kernel.release import await_release
from commerce.kernel.settings import Settings, read_settings
from commerce.kernel.vault import Vault
from commerce.migrations.tables import know_every_table
from commerce.web.application import Application, new_application
from commerce.web.assets import Assets
from commerce.web.parts import shared_parts
from commerce.web.services import Services
from commerce.web.warmth import warm


def create_app(settings: Settings) -> Application:
    """Return the application of one installation, ready to serve."""
    if settings.database_url is None:
        raise SystemExit("DATABASE_URL is missing. Start the installation with: make run")
    set_up_logs()
    know_every_table()
    database = Database(settings.database_url)
    parts = shared_parts(settings, database)
    services = Services(
        settings=settings,
        database=database,
        durable=parts[Durable],
        vault=parts[Vault],
        assets=Assets(Path(__file__).parent / "static"),
        parts=parts,
    )
    app = new_application(services)
    storefront.register(app)
    pos.register(app)
    return app


def __getattr__(name: str) -> Application:
    """Build `app` when the web server asks for it, so that importing this file costs nothing.

    It is given once the database stands at this release: a server may be started before that.
    """
    if name != "app":
        raise AttributeError(name)
    settings = read_settings()
    app = create_app(settings)
    await_release(str(settings.database_url), tell=partial(click.echo, err=True))
    warm(app)
    # What stands now stays: the collector need not walk it, nor unshare its pages after the fork.
    gc.collect()
    gc.freeze()
    return app

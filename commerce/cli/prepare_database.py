"""Bring the database to this release and, unless told not to, fill an empty one with the demo park.

Run as `python -m commerce.cli.prepare_database`; see `commerce.cli.preparation`, which reads what
it prints.
"""

import importlib
import importlib.util
from contextlib import closing
from typing import Any

import click

from commerce.admission.taxes import renew_taxes
from commerce.cli.first_steps import first_steps
from commerce.cli.installation import reach
from commerce.cli.preparation import WELCOME
from commerce.kernel.database import Database, Scope
from commerce.kernel.release import stands_at_this_release
from commerce.kernel.settings import Settings, read_settings


def main() -> None:
    """Prepare the database that the environment names."""
    settings = read_settings()
    click.echo("tables")
    with reach(settings) as url:
        if not stands_at_this_release(url):
            _call("commerce.kernel.migrate", "upgrade", url)
        _renew(url)
        if settings.demo:
            click.echo("demo park")
            _fill(settings)
        greeting = _call("commerce.demo.greeting", "welcome", settings) or first_steps(url)
    for line in greeting:
        click.echo(f"{WELCOME}{line}")


def _renew(url: str) -> None:
    with (
        closing(Database(url, connections=1, name="quayside renewal")) as database,
        database.transaction(Scope.park()) as session,
    ):
        renew_taxes(session)


def _fill(settings: Settings) -> None:
    """Fill what stands open; what fills it is loaded only then."""
    if _call("commerce.demo.greeting", "stands_open", settings):
        _call("commerce.demo.seed", "fill_if_empty", settings)


def _call(module: str, function: str, *arguments: object) -> Any:
    if importlib.util.find_spec(module) is None:
        return None
    return getattr(importlib.import_module(module), function)(*arguments)


if __name__ == "__main__":
    main()

"""Fill an empty installation with the demo park, or enlarge its catalogue for measuring.

The accounts of the demo park share one password, which `quayside run` and this command print:
never put a demo park on a server that others reach.
"""

import dataclasses
import time

import click

from commerce.cli.installation import reach
from commerce.cli.progress import Screen
from commerce.demo.greeting import welcome
from commerce.demo.seed import enlarge_catalogue, fill_if_empty
from commerce.kernel.release import current_revision, newest_revision
from commerce.kernel.settings import read_settings


@click.command()
@click.option(
    "--scale",
    "count",
    type=click.IntRange(1, 1_000_000),
    help="Add this many synthetic products with two variants, prices and stock at three places.",
)
def command(count: int | None) -> None:
    """Fill an empty installation with the demo park, or enlarge its catalogue for measuring."""
    settings = read_settings()
    screen = Screen()
    with reach(settings) as url:
        if current_revision(url) != newest_revision():
            raise click.ClickException("The tables are not of this release. Run: quayside migrate")
        settings = dataclasses.replace(settings, database_url=url)
        with screen.step("Demo park") as tell:
            is_there = fill_if_empty(settings, tell=tell)
        if not is_there:
            raise click.ClickException(
                "This installation has merchants of its own, or staff; the demo park fills empty ones "
                "only. "
                "Choose another folder with QUAYSIDE_VAR, or another database with DATABASE_URL."
            )
        if count is not None:
            began = time.monotonic()
            with screen.step("Synthetic products") as tell:
                added = enlarge_catalogue(settings, count=count, tell=tell)
            pace = added / max(0.001, time.monotonic() - began)
            screen.tell(f"{added} products were added, {pace:.0f} a second.")
        for line in welcome(settings):
            screen.tell(line)

"""Bring an installation back from a file that `quayside backup` wrote, into an empty one."""

import json
import tempfile
from pathlib import Path

import click
import psycopg
from sqlalchemy.engine import make_url

from commerce.cli.backup_file import kept_entries, unpack
from commerce.cli.installation import reach
from commerce.cli.pg_tools import refill
from commerce.cli.progress import Screen
from commerce.kernel.release import newest_revision
from commerce.kernel.settings import Settings, read_settings
from commerce.kernel.tenancy import ROLES

_TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(file: Path, *, as_json: bool) -> None:
    """Bring back what `quayside backup` wrote into FILE; only into an empty installation.

    QUAYSIDE_VAR and DATABASE_URL say where it goes. The database comes back whole or not at all.
    """
    settings, screen = read_settings(), Screen(is_report=as_json)
    _refuse_files(settings)
    settings.var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.var, prefix=".quayside-") as folder:
        with screen.step("Reading the file"):
            manifest, dumped, files = unpack(file, Path(folder))
        if not manifest.has_secret and settings.given_secret is None:
            raise click.ClickException(
                "The installation had its secret from QUAYSIDE_SECRET. Set the same one and call this again."
            )
        with reach(settings) as url, screen.step("Database"):
            _refill(url, dumped)
        with screen.step("Pictures and other files"):
            for each in sorted(files.iterdir()) if files.exists() else ():
                each.rename(settings.var / each.name)
    report = {"revision": manifest.revision, "made_at": manifest.made_at}
    if as_json:
        click.echo(json.dumps({**report, "newest": newest_revision()}))
        return
    screen.tell(f"The installation of {manifest.made_at} is back in {settings.var}.")
    if manifest.revision != newest_revision():
        screen.tell("Its tables are of an older release; bring them to this one: quayside migrate")
    screen.tell("Prove it: quayside doctor. Then start it.")


def _refuse_files(settings: Settings) -> None:
    """Refuse a folder that holds anything a backup would keep."""
    there = [each.name for each in kept_entries(settings.var)]
    if there:
        raise click.ClickException(
            f"{settings.var} is not empty ({', '.join(there[:5])}). Nothing is ever restored over an "
            "installation: name another folder with QUAYSIDE_VAR."
        )


def _refill(url: str, dumped: Path) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        found = connection.execute(_TABLES).fetchone()
        if found is None or found[0]:
            raise click.ClickException(
                "The database is not empty. Nothing is ever restored over an installation: name an empty "
                "database with DATABASE_URL, or another folder with QUAYSIDE_VAR."
            )
        # The rights in the dump are given to roles that belong to the server, not to the database.
        connection.execute(ROLES)
    refill(url, dumped)

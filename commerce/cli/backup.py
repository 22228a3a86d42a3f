"""Write the whole installation into one file: database, pictures, letters, secret.

The file opens everything that the installation keeps sealed: guard it like the secret itself.
"""

import json
import tempfile
from pathlib import Path

import click

from commerce.cli.backup_file import Manifest, being_written, pack
from commerce.cli.installation import reach_installed
from commerce.cli.pg_tools import dump
from commerce.cli.progress import Screen
from commerce.kernel.clock import utc_now
from commerce.kernel.release import current_revision
from commerce.kernel.settings import read_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(file: Path, *, as_json: bool) -> None:
    """Write the whole installation into FILE, a tar; it may go on working meanwhile.

    The database is dumped first, as of one moment, then the files follow.
    """
    settings, screen = read_settings(), Screen(is_report=as_json)
    with (
        being_written(file) as draft,
        tempfile.TemporaryDirectory(dir=draft.parent, prefix=".quayside-") as folder,
        reach_installed(settings) as url,
    ):
        dumped = Path(folder) / "database.dump"
        with screen.step("Database"):
            dump(url, dumped)
        secret = settings.secret  # made now where nothing was sealed so far
        manifest = Manifest(
            revision=str(current_revision(url)),
            made_at=utc_now().isoformat(timespec="seconds"),
            has_secret=settings.given_secret is None and bool(secret),
        )
        with screen.step("Pictures and other files"):
            pack(draft, manifest=manifest, dump=dumped, var=settings.var)
    size = file.stat().st_size
    if as_json:
        click.echo(json.dumps({"file": str(file), "bytes": size, "revision": manifest.revision}))
        return
    screen.tell(f"{file} holds the whole installation: {size / 1_000_000:.1f} MB.")
    if manifest.has_secret:
        screen.tell("The secret is inside: keep the file where nobody else reads it.")
    else:
        screen.tell(
            "QUAYSIDE_SECRET is not inside: keep it elsewhere, nothing sealed opens without."
        )

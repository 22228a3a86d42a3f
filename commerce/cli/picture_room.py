"""State how many pictures one merchant may keep, whatever the others may."""

import json
from contextlib import closing

import click

from commerce.catalogue.service.quota import allow_media
from commerce.cli.installation import reach_installed
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.settings import read_settings
from commerce.park.queries.merchants import find_merchant

_GIGABYTE = 1_000_000_000


@click.command()
@click.argument("merchant")
@click.option("--pictures", type=click.IntRange(0, 10_000_000), required=True, help="The most.")
@click.option(
    "--gigabytes", type=click.FloatRange(0, 100_000), required=True, help="With smaller copies."
)
@click.option("--source", required=True, help="Who decided it.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(merchant: str, *, pictures: int, gigabytes: float, source: str, as_json: bool) -> None:
    """State what MERCHANT (its address) may keep from today on; what is beyond it stays."""
    if not source.strip():
        raise click.UsageError("Say who decided it.")
    with (
        reach_installed(read_settings()) as url,
        closing(Database(url, connections=1, name="quayside picture room")) as database,
    ):
        try:
            with database.transaction(Scope.park()) as session:
                allow_media(
                    session,
                    merchant_id=find_merchant(session, slug=merchant).id,
                    most_files=pictures,
                    most_bytes=round(gigabytes * _GIGABYTE),
                    valid_from=utc_now().date(),
                    source=source.strip(),
                )
        except CommerceError as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        told = {"merchant": merchant, "pictures": pictures, "gigabytes": gigabytes}
        click.echo(json.dumps(told))
        return
    click.echo(f"{merchant} may keep {pictures} pictures, {gigabytes:g} GB together.")

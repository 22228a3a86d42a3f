"""Bring the tables to this release, or to a revision.

Going back loses what only newer tables hold, so it is asked for by name and never by default.
"""

import json

import click

from commerce.cli.installation import reach
from commerce.kernel.migrate import downgrade, upgrade
from commerce.kernel.release import current_revision, newest_revision
from commerce.kernel.settings import read_settings


@click.command()
@click.option("--to", "revision", metavar="REV", help="The revision to reach; `base` is none.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(revision: str | None, *, as_json: bool) -> None:
    """Bring the tables to this release, or to a revision."""
    with reach(read_settings()) as url:
        before = current_revision(url)
        if _is_behind(revision, before):
            downgrade(url, to=str(revision))
        else:
            upgrade(url, to=revision or "head")
        after = current_revision(url)
    if as_json:
        click.echo(json.dumps({"from": before, "to": after, "newest": newest_revision()}))
    elif before == after:
        click.echo(f"The tables are at {after or 'nothing'} already.")
    else:
        click.echo(f"The tables went from {before or 'nothing'} to {after or 'nothing'}.")


def _is_behind(revision: str | None, current: str | None) -> bool:
    """Whether `revision` lies before the current one; revisions are numbered, `0001` and on."""
    if revision is None or revision == "head" or current is None:
        return False
    return revision == "base" or revision < current

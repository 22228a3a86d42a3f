"""Fetch and lay out the browser's files: `python -m commerce.web.assets [ROOT]`."""

from pathlib import Path

import click

from commerce.web.assets import BrowserFilesError, build_vendor


@click.command()
@click.argument("root", type=click.Path(path_type=Path, file_okay=False), default=".")
def main(root: Path) -> None:
    """Make static/vendor under ROOT match package-lock.json."""
    try:
        build_vendor(root.resolve())
    except BrowserFilesError as fault:
        raise click.ClickException(str(fault)) from fault


if __name__ == "__main__":
    main()

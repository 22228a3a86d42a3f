"""Import a product file of Shopify or WooCommerce into a merchant's catalogue."""

import dataclasses
import json
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from commerce.cli.installation import reach_installed
from commerce.imports.contents import Problem
from commerce.imports.planning import ImportTerms
from commerce.imports.preview import preview
from commerce.imports.queries import default_location
from commerce.imports.records import ImportReport, Preview
from commerce.imports.run import import_products
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.settings import read_settings
from commerce.park.errors import UnknownMerchantError
from commerce.park.queries.merchants import MerchantDirectory

_MOST_SHOWN = 20


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--merchant", "slug", required=True, help="The merchant's address, such as porcelain-road."
)
@click.option(
    "--locale", default="en", show_default=True, help="The language of the file: en or zh."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(file: Path, slug: str, locale: str, *, dry_run: bool, as_json: bool) -> None:
    """Import a product CSV of Shopify (both dialects) or WooCommerce; again changes nothing.

    Prices are in the merchant's own currency; quantities go to its first place that sells online.
    The exit status is 0 only when every row came in.
    """
    console = Console(stderr=as_json, highlight=False)
    with (
        reach_installed(read_settings()) as url,
        closing(Database(url, connections=2, name="quayside import")) as database,
    ):
        try:
            terms = _terms(database, slug, locale)
            if dry_run:
                done: Preview | ImportReport = _look(database, file, terms)
            else:
                done = _take_in(database, file, terms, console)
        except CommerceError as error:
            _refuse(error, as_json=as_json)
    if as_json:
        click.echo(json.dumps(_as_json(done, dry_run=dry_run), ensure_ascii=False, indent=2))
    else:
        _show(console, done, dry_run=dry_run)
    sys.exit(1 if any(problem.severity == "error" for problem in done.problems) else 0)


def _terms(database: Database, slug: str, locale: str) -> ImportTerms:
    merchant = MerchantDirectory(database).locate(slug)
    with database.reading(Scope.merchant(merchant.id)) as connection:
        location_id = default_location(connection)
    return ImportTerms(merchant.id, merchant.currency, locale, location_id)


def _look(database: Database, file: Path, terms: ImportTerms) -> Preview:
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        return preview(connection, content=file.read_bytes(), terms=terms)


def _take_in(database: Database, file: Path, terms: ImportTerms, console: Console) -> ImportReport:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as screen:
        task = screen.add_task("Products", total=None)
        return import_products(
            database,
            content=file.read_bytes(),
            file_name=file.name,
            terms=terms,
            progress=lambda done, all_: screen.update(task, completed=done, total=all_),
        )


def _refuse(error: CommerceError, *, as_json: bool) -> None:
    told = str(error)
    if isinstance(error, UnknownMerchantError):
        told = f"{told} Make one: quayside new-merchant {error.params['slug']} --help"
    if as_json:
        click.echo(json.dumps({"error": error.code, "message": told}, ensure_ascii=False))
        sys.exit(1)
    raise click.ClickException(told) from error


def _show(console: Console, done: Preview | ImportReport, *, dry_run: bool) -> None:
    did = "would be" if dry_run else "were"
    counts = ", ".join(f"{count} {action}" for action, count in done.counts.items())
    console.print(f"{done.rows} rows ({done.dialect}): products that {did} {counts}.")
    if done.pictures:
        console.print(f"{done.pictures} pictures are to be fetched by the worker.")
    if done.ignored_columns:
        console.print(f"Columns left aside: {', '.join(done.ignored_columns)}.")
    if done.problems:
        table = Table("Row", "Column", "", "What is wrong")
        for problem in done.problems[:_MOST_SHOWN]:
            table.add_row(str(problem.row), problem.column, problem.severity, str(problem))
        console.print(table)
        if len(done.problems) > _MOST_SHOWN:
            console.print(f"and {len(done.problems) - _MOST_SHOWN} more (see --json)")


def _as_json(done: Preview | ImportReport, *, dry_run: bool) -> Mapping[str, Any]:
    report: dict[str, Any] = {
        "dry_run": dry_run,
        "dialect": done.dialect,
        "rows": done.rows,
        "counts": dict(done.counts),
        "pictures": done.pictures,
        "ignored_columns": list(done.ignored_columns),
        "problems": [_problem(problem) for problem in done.problems],
    }
    if isinstance(done, Preview):
        report["products"] = [dataclasses.asdict(product) for product in done.products]
    else:
        report["import_id"] = str(done.id)
    return report


def _problem(problem: Problem) -> Mapping[str, Any]:
    return {
        "severity": problem.severity,
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "message": str(problem),
    }

"""Prove that the installation is whole, and name what is not.

Every invariant is one sentence with one proof (see `commerce/cli/proofs`). All of them read one
snapshot, change nothing, and may run beside a working shop.
"""

import json
import sys
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from commerce.cli.installation import reach_installed
from commerce.cli.proofs.archive import export_journals
from commerce.cli.proofs.every import NOT_YET
from commerce.cli.proofs.examination import Verdict, examine
from commerce.kernel.database import Database
from commerce.kernel.settings import read_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option(
    "--export-journal",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write every register's journal there, for commerce.registers.verify.",
)
def command(folder: Path | None, *, as_json: bool) -> None:
    """Prove that the installation is whole; the exit status is 1 when anything is off."""
    settings = read_settings()
    console = Console(stderr=as_json, highlight=False, markup=False)
    with reach_installed(settings) as url:
        with console.status("Proving …") as status:
            verdicts = list(examine(settings, url, tell=status.update))
        if folder is not None:
            with closing(Database(url, connections=1, name="quayside doctor")) as database:
                for path in export_journals(database, folder):
                    console.print(f"wrote {path}")
    if as_json:
        click.echo(json.dumps(_as_json(verdicts), ensure_ascii=False, indent=2))
    else:
        _show(console, verdicts)
    sys.exit(1 if any(verdict.faults for verdict in verdicts) else 0)


def _show(console: Console, verdicts: list[Verdict]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading, justify in (
        ("", "left"),
        ("What must hold", "left"),
        ("", "left"),
        ("s", "right"),
    ):
        table.add_column(heading, justify="right" if justify == "right" else "left")
    for verdict in verdicts:
        state = f"{len(verdict.faults)} off" if verdict.faults else "holds"
        table.add_row(verdict.proof.id, verdict.proof.sentence, state, f"{verdict.seconds:.2f}")
    for identifier, why in NOT_YET.items():
        table.add_row(identifier, why, "not yet", "")
    console.print(table)
    for verdict in verdicts:
        for fault in verdict.faults:
            console.print(f"{verdict.proof.id}  {fault.key}: {fault.what}", style="bold red")
    off = sum(bool(verdict.faults) for verdict in verdicts)
    seconds = sum(verdict.seconds for verdict in verdicts)
    told = "All of it holds." if not off else f"{off} of {len(verdicts)} proofs fail."
    console.print(f"{told} {seconds:.1f} s")


def _as_json(verdicts: list[Verdict]) -> dict[str, object]:
    return {
        "healthy": not any(verdict.faults for verdict in verdicts),
        "proofs": [
            {
                "id": verdict.proof.id,
                "sentence": verdict.proof.sentence,
                "seconds": round(verdict.seconds, 3),
                "faults": [{"key": fault.key, "what": fault.what} for fault in verdict.faults],
            }
            for verdict in verdicts
        ],
        "not_yet": dict(NOT_YET),
    }

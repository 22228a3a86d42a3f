"""Measure speed and memory on this machine, and write the figures down.

Processor time per request is the figure to compare: it is steady on a busy machine. Everything,
visitors included, runs here; nothing is ever a test that fails for being slow.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from commerce.cli.benchmarks.client import RefusedError
from commerce.cli.benchmarks.installation import Own, own_installation
from commerce.cli.benchmarks.load import measure, probe
from commerce.cli.benchmarks.processes import Household, NotRunningError
from commerce.cli.benchmarks.report import Figure, Figures, show
from commerce.cli.benchmarks.rush import rush
from commerce.cli.benchmarks.sourcing import measure_sourcing
from commerce.cli.benchmarks.stage import (
    Stage,
    catalogue_size,
    database_of,
    refresh_statistics,
    set_stage,
)
from commerce.cli.benchmarks.visits import SCENARIOS
from commerce.cli.benchmarks.yardstick import bare_answer_microseconds
from commerce.cli.checkout_folder import ROOT
from commerce.cli.installation import reach
from commerce.cli.programs import local_url
from commerce.cli.progress import Screen
from commerce.kernel.database import Database
from commerce.kernel.settings import Settings, read_settings

_CONNECTIONS = (1, 16)
_WIDTH = 110


@click.command()
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / "bench" / "figures.json",
    show_default="bench/figures.json",
    help="Where the figures go.",
)
@click.option("--scale", default=10_000, show_default=True, help="Products to measure with.")
@click.option("--seconds", default=3.0, show_default=True, help="How long each figure is measured.")
@click.option("--only", help="Measure the scenarios whose name holds this word.")
@click.option(
    "--running",
    is_flag=True,
    help="Measure the running installation; it gets real orders and other till keys.",
)
def command(file: Path, scale: int, seconds: float, only: str | None, *, running: bool) -> None:
    """Measure speed and memory; by default of an installation made for it and thrown away."""
    chosen = [name for name in SCENARIOS if only is None or only in name]
    run = _Run(chosen, seconds, Screen(), Figures())
    if running:
        run.measure(read_settings())
    else:
        with own_installation() as own:
            run.measure_own(own, scale)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(run.figures.as_json(), indent=2) + "\n", encoding="utf-8")
    show(Console(highlight=False, markup=False, width=_WIDTH), run.figures)
    run.screen.tell(f"figures: {file}")


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the bench."""

    chosen: list[str]
    seconds: float
    screen: Screen
    figures: Figures

    def measure_own(self, own: Own, scale: int) -> None:
        """Start an empty installation, enlarge its catalogue, start it again and measure it."""
        with self.screen.step("Bare answer"):
            self.figures.bare_microseconds = bare_answer_microseconds()
        with self.screen.step("Sourcing"):
            self.figures.sourcing = measure_sourcing()
        with self.screen.step("First start"), own.running() as took:
            self.figures.start_seconds["first"] = round(took, 2)
        with self.screen.step(f"{scale} products"):
            own.call("demo", "--scale", str(scale))
        with own.running() as took:
            self.figures.start_seconds["second"] = round(took, 2)
            self.measure(own.settings)

    def measure(self, settings: Settings) -> None:
        """Measure what runs with `settings`."""
        try:
            household = Household.of(settings.var)
        except NotRunningError as fault:
            raise click.ClickException("Nothing runs here. Start it with: quayside run") from fault
        address = urlsplit(local_url(settings))
        host, port = address.hostname or "127.0.0.1", address.port or settings.port
        with reach(settings) as url, database_of(url) as database:
            with self.screen.step("Stage"):
                refresh_statistics(url)
                self.figures.products, self.figures.variants = catalogue_size(database)
                stage = set_stage(database, host=host, port=port)
            for name in self.chosen:
                with self.screen.step(name):
                    self._measure_scenario(household, stage, name)
            self.figures.memory = household.memory()
            with self.screen.step("Rush"):
                self._rush(database, stage)

    def _measure_scenario(self, household: Household, stage: Stage, name: str) -> None:
        why = probe(stage, name)
        if why:
            self.figures.missing[name] = why
            return
        for connections in _CONNECTIONS:
            tally, used = measure(
                household, stage, name, connections=connections, seconds=self.seconds
            )
            figure = Figure(name, SCENARIOS[name].aim, connections, tally, used)
            self.figures.scenarios.append(figure)

    def _rush(self, database: Database, stage: Stage) -> None:
        try:
            self.figures.rush = rush(database, stage)
        except RefusedError as fault:
            self.figures.missing["rush"] = str(fault)

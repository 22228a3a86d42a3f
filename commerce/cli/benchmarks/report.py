"""The figures as a table for people and as JSON for programs."""

import os
import platform
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from commerce.cli.benchmarks.load import Tally, percentile
from commerce.cli.benchmarks.processes import GROUPS
from commerce.cli.benchmarks.rush import BUYERS, UNITS, Rush
from commerce.cli.benchmarks.sourcing import AIM_MILLISECONDS, Sourcing
from commerce.cli.benchmarks.yardstick import SET_AT_MICROSECONDS
from commerce.kernel.clock import utc_now

_MEGABYTE = 1_000_000
_MEMORY_AIM_MEGABYTES = 250


@dataclass(frozen=True, slots=True)
class Figure:
    """One scenario at one number of connections."""

    scenario: str
    aim: str
    connections: int
    tally: Tally
    used: dict[str, float]

    def facts(self) -> dict[str, Any]:
        """Return the figure in JSON values; microseconds are processor time per request."""
        requests, visits = max(1, self.tally.requests), max(1, self.tally.visits)
        seconds = max(0.001, self.tally.seconds)
        return {
            "scenario": self.scenario,
            "aim": self.aim,
            "connections": self.connections,
            "visits": self.tally.visits,
            "requests": self.tally.requests,
            "requests_per_second": round(self.tally.requests / seconds, 1),
            "visits_per_second": round(self.tally.visits / seconds, 1),
            "web_us_per_request": round(self.used["web"] * 1e6 / requests),
            "database_us_per_request": round(self.used["database"] * 1e6 / requests),
            "web_us_per_visit": round(self.used["web"] * 1e6 / visits),
            "milliseconds_median": round(percentile(self.tally.milliseconds, 50), 2),
            "milliseconds_95": round(percentile(self.tally.milliseconds, 95), 2),
            "answers": {str(status): count for status, count in self.tally.answers.items()},
            "refusal": self.tally.refusal,
        }


@dataclass(slots=True)
class Figures:
    """Everything that one run of the bench found out."""

    products: int = 0
    variants: int = 0
    bare_microseconds: int = 0
    start_seconds: dict[str, float] = field(default_factory=dict)
    scenarios: list[Figure] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    rush: Rush | None = None
    sourcing: list[Sourcing] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return all of it in JSON values."""
        return {
            "at": utc_now().isoformat(timespec="seconds"),
            "machine": {
                "processors": os.cpu_count(),
                "system": platform.platform(),
                "python": platform.python_version(),
                "load_average": os.getloadavg(),
            },
            "catalogue": {"products": self.products, "variants": self.variants},
            "bare_answer_us": self.bare_microseconds,
            "bare_answer_us_where_aims_were_set": SET_AT_MICROSECONDS,
            "start_seconds": self.start_seconds,
            "scenarios": [figure.facts() for figure in self.scenarios],
            "missing": self.missing,
            "rush": None
            if self.rush is None
            else {
                "buyers": BUYERS,
                "units": UNITS,
                "placed": self.rush.placed,
                "promised": self.rush.promised,
                "answers": {str(status): n for status, n in self.rush.answers.items()},
                "exact": self.rush.is_exact,
            },
            "sourcing": [figure.facts() for figure in self.sourcing],
            "memory_bytes": self.memory,
        }


def show(console: Console, figures: Figures) -> None:
    """Print the figures as tables."""
    console.print(f"{figures.products} products, {figures.variants} variants")
    if figures.bare_microseconds:
        times = figures.bare_microseconds / SET_AT_MICROSECONDS
        console.print(
            f"a bare Flask answer takes {figures.bare_microseconds} us here: "
            f"{times:.1f} times what it took where the aims were set"
        )
    table = Table(box=None, pad_edge=False)
    table.add_column("per request", no_wrap=True)
    for heading in ("conn.", "web us", "db us", "req/s", "visits/s", "ms", "ms 95 %"):
        table.add_column(heading, justify="right")
    table.add_column("aim", no_wrap=True)
    for figure in figures.scenarios:
        facts = figure.facts()
        table.add_row(
            figure.scenario,
            str(figure.connections),
            f"{facts['web_us_per_request']:,}",
            f"{facts['database_us_per_request']:,}",
            f"{facts['requests_per_second']:,.0f}",
            f"{facts['visits_per_second']:,.0f}",
            f"{facts['milliseconds_median']:.1f}",
            f"{facts['milliseconds_95']:.1f}",
            figure.aim,
        )
    console.print(table)
    for scenario, why in figures.missing.items():
        console.print(f"missing: {scenario}: {why}")
    for figure in figures.scenarios:
        if figure.tally.refusal:
            console.print(f"{figure.scenario}, {figure.connections}: {figure.tally.refusal}")
    _show_sourcing(console, figures)
    _show_rest(console, figures)


def _show_sourcing(console: Console, figures: Figures) -> None:
    if not figures.sourcing:
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("sourcing 10 lines over 50 places", no_wrap=True)
    for heading in ("ms", "ms longest", "ms at the aims' machine", "exact", "aim ms"):
        table.add_column(heading, justify="right")
    for figure in figures.sourcing:
        table.add_row(
            figure.shelves,
            f"{figure.median:.1f}",
            f"{figure.longest:.1f}",
            f"{figure.where_aims_were_set(figures.bare_microseconds):.1f}",
            f"{figure.exact}/{figure.orders}",
            f"{AIM_MILLISECONDS}",
        )
    console.print(table)


def _show_rest(console: Console, figures: Figures) -> None:
    if figures.rush is not None:
        exact = "exact" if figures.rush.is_exact else "NOT EXACT"
        console.print(
            f"{BUYERS} buyers for {UNITS} units: {figures.rush.placed} orders, "
            f"{figures.rush.promised} units promised, answers {figures.rush.answers}: {exact}"
        )
    if figures.memory:
        each = ", ".join(f"{group} {figures.memory[group] / _MEGABYTE:.0f}" for group in GROUPS)
        ours = (figures.memory["web"] + figures.memory["worker"]) / _MEGABYTE
        console.print(
            f"memory in MB (PSS): {each}; web and worker {ours:.0f} (aim {_MEMORY_AIM_MEGABYTES})"
        )
    for which, seconds in figures.start_seconds.items():
        console.print(f"{which} start: {seconds:.1f} s")

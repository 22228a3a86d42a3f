"""Visitors in processes of their own: a few seconds of each scenario, counted from outside."""

import multiprocessing
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

from commerce.cli.benchmarks.client import Client, RefusedError
from commerce.cli.benchmarks.processes import Household
from commerce.cli.benchmarks.stage import Stage
from commerce.cli.benchmarks.visits import SCENARIOS, Visitor

_SPAWN = multiprocessing.get_context("spawn")
_PROCESSES = 2
_PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one process of visitors has to do."""

    scenario: str
    stage: Stage
    first: int
    connections: int
    seconds: float
    warm_up: int
    most: int
    """Visits of each connection when they have to be prepared."""


@dataclass(slots=True)
class Tally:
    """What came of it: visits, requests, answers by status, milliseconds of each visit."""

    visits: int = 0
    requests: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    refusal: str = ""
    seconds: float = 0.0

    def add(self, other: "Tally") -> None:
        """Take in what another visitor counted."""
        self.visits += other.visits
        self.requests += other.requests
        self.answers += other.answers
        self.milliseconds += other.milliseconds
        self.refusal = self.refusal or other.refusal
        self.seconds = max(self.seconds, other.seconds)


def probe(stage: Stage, scenario: str) -> str:
    """Make one visit and return why it is not possible; nothing when it is."""
    visitor = Visitor(stage, 0, Client(stage.host, stage.port))
    plan = SCENARIOS[scenario]
    try:
        plan.enter(visitor)
        if plan.prepare is not None:
            plan.prepare(visitor, 0)
        plan.visit(visitor, 0)
    except (RefusedError, KeyError, StopIteration) as fault:
        return f"{fault}" if isinstance(fault, RefusedError) else f"unexpected answer: {fault!r}"
    finally:
        visitor.client.close()
    return ""


def measure(
    household: Household,
    stage: Stage,
    scenario: str,
    *,
    connections: int,
    seconds: float,
) -> tuple[Tally, dict[str, float]]:
    """Let visitors visit for `seconds`; return what they counted and the processor seconds used."""
    processes = min(_PROCESSES, connections)
    share = connections // processes
    barrier, answers = _SPAWN.Barrier(processes + 1), _SPAWN.Queue()
    children = [
        _SPAWN.Process(
            target=_visit_all,
            args=(
                Assignment(
                    scenario=scenario,
                    stage=stage,
                    first=number * share,
                    connections=share,
                    seconds=seconds,
                    warm_up=max(2, 24 // connections),
                    most=max(6, 96 // connections),
                ),
                barrier,
                answers,
            ),
        )
        for number in range(processes)
    ]
    for child in children:
        child.start()
    barrier.wait(_PATIENCE_SECONDS)
    before = household.usage()
    barrier.wait(_PATIENCE_SECONDS)
    tally = Tally()
    for _ in children:
        tally.add(answers.get(timeout=_PATIENCE_SECONDS))
    used = household.usage().since(before)
    for child in children:
        child.join()
    return tally, used


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` percent of `values` lie."""
    if len(values) < 2:  # noqa: PLR2004 - nothing to interpolate
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[round(share) - 1]


def _visit_all(assignment: Assignment, barrier: Barrier, answers: "Queue[Any]") -> None:
    """Run in a process of its own: warm up, wait for the others, visit, report."""
    visitors = [
        Visitor(
            assignment.stage,
            assignment.first + number,
            Client(assignment.stage.host, assignment.stage.port),
        )
        for number in range(assignment.connections)
    ]
    tally = Tally()
    for visitor in visitors:
        try:
            _get_ready(visitor, assignment)
        except RefusedError as fault:
            tally.refusal = str(fault)
    barrier.wait(_PATIENCE_SECONDS)
    barrier.wait(_PATIENCE_SECONDS)
    lock = threading.Lock()

    def visit(visitor: Visitor) -> None:
        counted = _visits(visitor, assignment)
        with lock:
            tally.add(counted)

    threads = [threading.Thread(target=visit, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(tally)
    for visitor in visitors:
        visitor.client.close()


def _get_ready(visitor: Visitor, assignment: Assignment) -> None:
    """Enter, visit a few times so that nothing is done for the first time, then prepare."""
    plan = SCENARIOS[assignment.scenario]
    plan.enter(visitor)
    for serial in range(assignment.warm_up):
        if plan.prepare is not None:
            plan.prepare(visitor, serial)
        plan.visit(visitor, serial)
    if plan.prepare is not None:
        for serial in range(assignment.most):
            plan.prepare(visitor, assignment.warm_up + serial)
    visitor.client.requests = 0
    visitor.client.answers.clear()


def _visits(visitor: Visitor, assignment: Assignment) -> Tally:
    """Visit until the time is over or nothing prepared is left."""
    plan, tally = SCENARIOS[assignment.scenario], Tally()
    began = time.monotonic()
    serial = assignment.warm_up
    while (now := time.monotonic()) - began < assignment.seconds:
        if plan.prepare is not None and not visitor.prepared:
            break
        serial += 1
        try:
            plan.visit(visitor, serial)
        except RefusedError as fault:
            tally.refusal = tally.refusal or str(fault)
            continue
        tally.visits += 1
        tally.milliseconds.append((time.monotonic() - now) * 1000)
    tally.seconds = time.monotonic() - began
    tally.requests, tally.answers = visitor.client.requests, visitor.client.answers
    return tally

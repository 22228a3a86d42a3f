"""The bench visits what there is, says what is missing, and counts as the kernel does."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from commerce.cli.benchmarks.client import Client, RefusedError
from commerce.cli.benchmarks.load import Tally, percentile, probe
from commerce.cli.benchmarks.processes import GROUPS, Household, NotRunningError
from commerce.cli.benchmarks.report import Figure, Figures
from commerce.cli.benchmarks.rush import UNITS, Rush, rush
from commerce.cli.benchmarks.sourcing import SHELVES, Shelves, Sourcing, situation
from commerce.cli.benchmarks.stage import Stage, set_stage
from commerce.cli.benchmarks.visits import SCENARIOS
from commerce.cli.benchmarks.yardstick import bare_answer_microseconds
from commerce.fulfilment.sourcing import decide
from commerce.kernel.database import Database
from commerce.kernel.settings import Settings
from tests.support.app import installation

# A payment is begun at the sandbox, which no test of this module starts.
NEEDS_THE_SANDBOX = "beginning to pay"


@pytest.fixture(scope="module")
def shop(demo_park: Settings) -> Iterator[Stage]:
    """The demo park behind a real socket, and what visitors need to know of it."""
    url, secret = str(demo_park.database_url), demo_park.secret.decode()
    with (
        installation(url, demo_park.var, QUAYSIDE_SECRET=secret) as app,
        closing(Database(url, connections=2)) as database,
    ):
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield set_stage(database, host="127.0.0.1", port=server.server_port)
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def hanging_up_server(answers: int) -> Iterator[int]:
    """A server that promises to keep connections and closes each after one answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(answers):
                caller, _address = listener.accept()
                with caller:
                    caller.recv(4096)
                    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != NEEDS_THE_SANDBOX])
def test_every_scenario_can_be_visited(scenario: str, shop: Stage) -> None:
    assert probe(shop, scenario) == ""


def test_what_is_not_there_is_reported_as_missing(shop: Stage) -> None:
    closed = Stage(**{name: getattr(shop, name) for name in Stage.__slots__} | {"slug": "nobody"})
    assert "404" in probe(closed, "category page of 24")


def test_a_rush_sells_every_unit_once(shop: Stage, demo_park: Settings) -> None:
    with closing(Database(str(demo_park.database_url), connections=2)) as database:
        seen = rush(database, shop)
    assert seen.is_exact, seen
    assert seen.placed == UNITS


@pytest.mark.parametrize(
    "seen",
    [
        Rush(UNITS + 1, UNITS + 1, {201: UNITS + 1}),
        Rush(UNITS, UNITS - 1, {201: UNITS}),
        Rush(UNITS, UNITS, {201: UNITS, 503: 1}),
        Rush(UNITS, UNITS, {201: UNITS, 0: 1}),
    ],
)
def test_a_rush_that_oversold_or_broke_is_not_exact(seen: Rush) -> None:
    assert not seen.is_exact


def test_a_visitor_calls_again_when_the_server_hung_up_on_an_idle_line() -> None:
    with hanging_up_server(answers=3) as port:
        client = Client("127.0.0.1", port)
        assert [client.get("/") for _ in range(3)] == [b"ok"] * 3
        client.close()
    assert (client.answers, client.reconnects) == (Counter({200: 3}), 2)


def test_a_visitor_who_never_gets_through_says_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = Client("127.0.0.1", free.getsockname()[1])
        with pytest.raises(RefusedError):
            client.get("/")
    assert client.answers == Counter({0: 1})


def test_processor_time_and_memory_are_the_kernel_s() -> None:
    household = Household(os.getpid())
    before = household.usage()
    busy = "import time; end = time.process_time() + 0.4\nwhile time.process_time() < end: pass\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", busy, "gunicorn"], stdin=subprocess.PIPE, text=True
    ) as child:
        deadline = time.monotonic() + 30
        while household.usage().since(before)["web"] < 0.4 and time.monotonic() < deadline:
            time.sleep(0.05)
        memory = household.memory()
        child.communicate("\n")
    assert memory["web"] > 1_000_000
    assert set(memory) == set(GROUPS)
    assert time.monotonic() < deadline, "the child's processor time was never seen"


def test_an_installation_that_does_not_run_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError):
        Household.of(tmp_path)


def test_figures_are_held_against_what_a_bare_answer_costs_here() -> None:
    assert 20 < bare_answer_microseconds() < 20_000


def test_figures_are_per_request_and_per_visit() -> None:
    tally = Tally(
        visits=10,
        requests=100,
        answers=Counter({200: 100}),
        milliseconds=[float(each) for each in range(1, 11)],
        seconds=2.0,
    )
    used = dict.fromkeys(GROUPS, 0.0) | {"web": 0.05, "database": 0.02}
    facts = Figure("purchase journey", "", 1, tally, used).facts()
    assert facts["web_us_per_request"] == 500
    assert facts["database_us_per_request"] == 200
    assert facts["web_us_per_visit"] == 5000
    assert facts["requests_per_second"] == 50
    assert facts["milliseconds_median"] == 5.5


def test_the_figures_of_a_run_that_measured_nothing_are_still_json() -> None:
    told = Figures(missing={"product page": "404"}).as_json()
    assert told["missing"] == {"product page": "404"}
    assert told["rush"] is None


@pytest.mark.parametrize("shelves", SHELVES, ids=lambda each: each.name)
def test_the_orders_that_sourcing_is_measured_with_can_be_served(shelves: Shelves) -> None:
    demand, places, rules = situation(shelves, 0)
    decision = decide(demand, places, rules)
    assert (len(demand.lines), len(places)) == (10, 50)
    assert sum(part.quantity for part in decision.units) == sum(
        line.quantity for line in demand.lines
    )


def test_a_slow_machine_is_told_from_slow_sourcing() -> None:
    figure = Sourcing("usual", median=4.0, longest=9.0, exact=30, orders=30)
    assert figure.where_aims_were_set(442) == 2.0
    assert figure.where_aims_were_set(0) == 4.0
    assert Figures(sourcing=[figure]).as_json()["sourcing"][0]["milliseconds_median"] == 4.0


def test_percentiles_of_nothing_and_of_one_value() -> None:
    assert percentile([], 50) == 0.0
    assert percentile([3.0], 95) == 3.0

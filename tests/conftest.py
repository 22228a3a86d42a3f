"""What every test may lean on: a database of its own, and a fence around the machine."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

# `tests.support` is no part of the installed project; the keeper of the database needs it too.
sys.path.insert(0, str(Path(__file__).parents[1]))

import commerce.migrations.tables  # noqa: F401 - every table is known, as in a running installation
from tests.support import heap, outside, warm
from tests.support.postgres import TestServer, server_of_run

outside.watch()


def pytest_sessionstart() -> None:
    heap.grow()


def pytest_collection_finish() -> None:
    heap.settle()


@pytest.fixture(autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    outside.attempts.clear()
    yield
    assert outside.attempts == [], "connections left this machine"


@pytest.fixture(scope="session", autouse=True)
def _keep_applications_warm() -> Iterator[None]:
    with warm.applications():
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[TestServer]:
    """The PostgreSQL of this test run, shared by all pytest-xdist workers."""
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    server = server_of_run(run, os.getppid() if is_worker else os.getpid())
    yield server
    server.close()


@pytest.fixture
def database_url(postgres_server: TestServer) -> Iterator[str]:
    """An empty database with the whole schema, for this test alone."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres_server: TestServer) -> Iterator[str]:
    """An empty database with the whole schema, shared by the tests of one module."""
    with postgres_server.database() as url:
        yield url

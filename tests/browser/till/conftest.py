"""A till in a real browser: enrolled, and open with a clerk at it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.stage import PATIENCE, Door, Regular, leave, serving
from tests.browser.till_stage import Devices, device, enrol, open_behind, served, sit_down
from tests.pos.counter import Counter
from tests.support.postgres import TestServer


@pytest.fixture(scope="module")
def door() -> Iterator[tuple[Door, str]]:
    door = Door()
    with serving(door) as address:
        yield door, address


@pytest.fixture
def stage(
    door: tuple[Door, str], postgres_server: TestServer, tmp_path: Path
) -> Iterator[tuple[Counter, str]]:
    with served(door[0], postgres_server, tmp_path) as counter:
        yield counter, door[1]


@pytest.fixture
def another_device(browser: Browser, stage: tuple[Counter, str]) -> Iterator[Devices]:
    """Make browsers that are the enrolled device and were never here before."""
    with ExitStack() as opened:

        def start(*, size: tuple[int, int] = (1280, 800), language: str = "en") -> BrowserContext:
            context = device(browser, *stage, size=size, language=language)
            opened.callback(context.close)
            return context

        yield start


@pytest.fixture(scope="module")
def regular(browser: Browser, door: tuple[Door, str]) -> Iterator[Regular]:
    """The device on a later day: the till's files are in its cache."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    yield Regular(context, door[1])
    context.close()


@pytest.fixture
def locked(regular: Regular, stage: tuple[Counter, str]) -> Iterator[Page]:
    """A page of the enrolled device, not at the till yet; a fault of its scripts fails the test."""
    context = regular.forget()
    enrol(context, *stage)
    with watched(regular.page()) as page:
        yield page
    regular.forget()


@pytest.fixture
def page(locked: Page, stage: tuple[Counter, str]) -> Page:
    """A till that is open, with a clerk at it."""
    open_behind(stage[0])
    sit_down(locked, stage[1])
    return locked


@pytest.fixture
def first_page(another_device: Devices, stage: tuple[Counter, str]) -> Iterator[Page]:
    """The same in a browser of its own, for what would stay in one for good."""
    open_behind(stage[0])
    with watched(another_device().new_page()) as page:
        sit_down(page, stage[1])
        yield page


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """See that the scripts of a page meet no fault."""
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    leave(page)
    assert faults == []

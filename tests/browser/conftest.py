"""One Chromium for all tests of this folder that a worker runs one after the other."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from commerce.cli.translations import compile_translations
from commerce.web.assets import build_vendor
from tests.browser.stage import PATIENCE, chromium

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

expect.set_options(timeout=PATIENCE)


class _Kept:
    """Chromium, started when the first test asks for it and ended when the tests leave this folder.

    A fixture of the whole session would leave Playwright's event loop running under other tests.
    """

    def __init__(self) -> None:
        self._running = ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        if self._browser is None:
            build_vendor(ROOT)
            compile_translations(ROOT)
            self._browser = self._running.enter_context(chromium())
        return self._browser

    def close(self) -> None:
        self._browser = None
        self._running.close()


_kept = _Kept()


@pytest.fixture(scope="module")
def browser() -> Browser:
    return _kept.browser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    try:
        return (yield)
    finally:
        if nextitem is None or HERE not in nextitem.path.parents:
            _kept.close()

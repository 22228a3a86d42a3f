"""The demo park, filled once for whoever reads or uses it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commerce.demo.greeting import welcome
from commerce.demo.seed import fill_if_empty
from commerce.kernel.settings import Settings, read_settings
from tests.support.postgres import TestServer


class KilledError(Exception):
    """The fill is gone in the middle of its work."""


def killed_at(words: str) -> Callable[[str], None]:
    """Return what is told of the fill, and kills it at these words."""

    def tell(line: str) -> None:
        if words in line:
            raise KilledError

    return tell


def settings_for(url: str, var: Path, **more: str) -> Settings:
    return read_settings({"QUAYSIDE_VAR": str(var), "DATABASE_URL": url} | more)


@pytest.fixture(scope="session")
def filled_park(postgres_server: TestServer) -> tuple[str, Path]:
    """The template and the folder of a demo park that stays as it was filled.

    Filling one takes ten seconds. The fill was killed after some merchants had traded, and then
    finished: what holds for this park holds for one that was filled at once.
    """
    var = postgres_server.folder / "park"

    def fill(url: str) -> None:
        settings = settings_for(url, var)
        with pytest.raises(KilledError):
            fill_if_empty(settings, tell=killed_at("Lingang Counsel, 1"))
        assert welcome(settings) == [], "nobody is sent into half a park"
        assert fill_if_empty(settings, tell=lambda _line: None)

    return postgres_server.filled_once("park", fill), var


@pytest.fixture(scope="module")
def demo_park(
    filled_park: tuple[str, Path],
    postgres_server: TestServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    """A copy of the demo park for one module, with its pictures and its secret."""
    template, kept = filled_park
    var = tmp_path_factory.mktemp("park") / "var"
    shutil.copytree(kept, var)
    with postgres_server.database(template) as url:
        yield settings_for(url, var)

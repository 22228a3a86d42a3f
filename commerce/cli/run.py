"""Start everything, and keep it going until Ctrl-C."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from commerce.cli.checkout_folder import ROOT
from commerce.cli.commands import Command
from commerce.cli.installation import checked_address, keep_address
from commerce.cli.ports import refuse_taken_port
from commerce.cli.preparation import prepare
from commerce.cli.programs import WEB, local_url, programs
from commerce.cli.progress import Screen
from commerce.cli.readiness import wait_until_ready
from commerce.cli.supervisor import Supervisor
from commerce.cli.translations import compile_translations
from commerce.kernel.postgres import EmbeddedPostgres
from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.settings import Settings, read_settings
from commerce.web.assets import BrowserFilesError, build_vendor

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PAUSE_SECONDS = 5.0


@click.command()
@click.option(
    "--demo/--no-demo",
    "demo",
    default=None,
    help="Whether an empty installation is filled with the demo park (QUAYSIDE_DEMO); it is.",
)
def command(*, demo: bool | None) -> None:
    """Start the database, the simulators, the worker and the web server, and keep them going.

    The environment says how: PORT (8000), HOST (127.0.0.1), QUAYSIDE_VAR (./var: data, uploads,
    logs) and DATABASE_URL (a PostgreSQL server, 15 or newer, instead of the embedded one).
    Ctrl-C or SIGTERM stops every process again.
    """
    asked = {} if demo is None else {"QUAYSIDE_DEMO": "yes" if demo else "no"}
    settings = read_settings({**os.environ, **asked})
    for ending in _ENDINGS:
        signal.signal(ending, _end)
    with contextlib.suppress(KeyboardInterrupt):
        _run(settings, Screen())


def _end(*_: object) -> None:
    """Leave what runs; a second signal must not interrupt the stopping, which ends by itself."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run(settings: Settings, screen: Screen) -> None:
    refuse_taken_port(settings.host, settings.port)
    with screen.step("Browser files"):
        _build_browser_files()
    with screen.step("Translations"):
        compile_translations(ROOT)
    with contextlib.ExitStack() as stack:
        stack.callback(screen.tell, "Quayside has stopped.")
        database = stack.enter_context(_database(settings, screen))
        supervisor = stack.enter_context(Supervisor(screen.tell))
        # The web server takes longest to start and waits for its tables by itself.
        web, others = _web_and_others(programs(settings, database_url=database.url, root=ROOT))
        supervisor.start(web)
        with screen.step("Database"):
            database.start()
        with screen.step("Tables and demo park" if settings.demo else "Tables") as tell:
            welcome = prepare(settings, database_url=database.url, tell=tell)
        with screen.step("Web server, worker, simulators"):
            for program in others:
                supervisor.start(program)
            wait_until_ready(settings, supervisor)
        keep_address(settings)
        _announce(settings, screen, [*_readers(settings, web), *welcome])
        supervisor.watch(database.keep_up)


def _build_browser_files() -> None:
    try:
        build_vendor(ROOT)
    except BrowserFilesError as fault:
        raise click.ClickException(str(fault)) from fault


def _web_and_others(found: list[Command]) -> tuple[Command, list[Command]]:
    web = next(program for program in found if program.name == WEB)
    return web, [program for program in found if program is not web]


@dataclass(frozen=True, slots=True)
class _Database:
    """The installation's database: its address, how it is started, and started again."""

    url: str
    start: Callable[[], None]
    keep_up: Callable[[], None]


@contextlib.contextmanager
def _database(settings: Settings, screen: Screen) -> Iterator[_Database]:
    """Give the database, not started yet; what was started stops with the block."""
    if settings.database_url:
        yield _Database(checked_address(settings.database_url), _nothing, _nothing)
        return
    server = EmbeddedPostgres(settings.var)

    def keep_up() -> None:
        try:
            if server.revive():
                screen.tell(f"PostgreSQL had ended and was started again; see {server.home.log}")
        except PostgresUnavailableError as fault:
            screen.tell(str(fault))
            time.sleep(_PAUSE_SECONDS)

    try:
        yield _Database(server.url, server.start, keep_up)
    finally:
        server.stop()


def _nothing() -> None:
    """Somebody else keeps the database up."""


def _readers(settings: Settings, web: Command) -> list[str]:
    """Return where cards are held to the demo's readers, and where these decline or are switched off."""
    console = web.environment.get("QUAYSIDE_SIMULATOR_CARD", "")
    return (
        [f"Cards {console}/ (the test readers of the tills)"] if settings.demo and console else []
    )


def _announce(settings: Settings, screen: Screen, welcome: list[str]) -> None:
    screen.tell(f"Quayside is ready: {local_url(settings)}/")
    screen.tell(f"  Shop  {settings.public_url}/")
    screen.tell(f"  Till  {settings.public_url}/till/")
    for line in welcome:
        screen.tell(f"  {line}")

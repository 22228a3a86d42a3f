"""Runs a simulator as a small HTTP server of its own.

Started by `python -m integrations.sandbox.<simulator>`. `HOST`, `PORT`, `QUAYSIDE_VAR` and
`QUAYSIDE_SANDBOX_<NAME>_URL` (how browsers reach it, when that differs) of the environment are
honoured; options on the command line win.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


@dataclass(frozen=True, slots=True)
class Simulator:
    """A simulator that can be served.

    Attributes:
        name: of its folder under `<var>/sandbox/`.
        create_app: makes the application from the address people reach it at and its journal.
    """

    name: str
    create_app: Callable[[str, Path | None], Flask]

    def main(self) -> None:
        """Serve until SIGTERM or Ctrl-C."""
        _command(self)()

    @contextmanager
    def running(self, *, journal: Path | None = None) -> Iterator["Running"]:
        """Serve on a free port of this machine while the block runs; for tests."""
        server = _listener("127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.port}"
        app = self.create_app(address, journal)
        server.app = app
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield Running(address, app)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            app.extensions["postman"].close()


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers at `address`."""

    address: str
    app: Flask


class _QuietHandler(WSGIRequestHandler):
    """Writes no line per request: paths hold tokens and there is nothing to learn from them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _listener(host: str, port: int) -> BaseWSGIServer:
    return make_server(host, port, Flask(__name__), threaded=True, request_handler=_QuietHandler)


def _command(simulator: Simulator) -> Callable[[], None]:
    @click.command(help=f"Serve the {simulator.name.replace('_', ' ')} simulator.")
    @click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"))
    @click.option("--port", type=int, default=lambda: int(os.environ.get("PORT", "8090")))
    @click.option(
        "--folder", type=Path, default=lambda: Path(os.environ.get("QUAYSIDE_VAR", "var"))
    )
    def serve(host: str, port: int, folder: Path) -> None:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        server = _listener(host, port)
        given = os.environ.get(f"QUAYSIDE_SANDBOX_{simulator.name.upper()}_URL", "").rstrip("/")
        address = given or f"http://{host}:{server.port}"
        server.app = simulator.create_app(address, folder / "sandbox" / f"{simulator.name}.jsonl")
        signal.signal(signal.SIGTERM, lambda *_: _stop(server))
        signal.signal(signal.SIGINT, lambda *_: _stop(server))
        click.echo(f"{simulator.name} answers at {address}")
        server.serve_forever()
        server.server_close()

    return serve


def _stop(server: BaseWSGIServer) -> None:
    # `shutdown` waits for the loop that this very thread runs.
    threading.Thread(target=server.shutdown, daemon=True).start()

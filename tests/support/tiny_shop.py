"""`quayside run` with a web application of a few lines in place of the shop.

Run as `python -m tests.support.tiny_shop FOLDER`; the supervisor, the database and gunicorn are the
real ones.
"""

import sys
from dataclasses import replace
from pathlib import Path

from commerce.cli import programs, run
from commerce.cli.commands import Command
from commerce.kernel.settings import Settings

APPLICATION = """
import os
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)

def app(environ, start_response):
    with engine.connect() as connection:
        answer = str(connection.execute(text("SELECT current_database()")).scalar())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer.encode()]
"""


def web_only(settings: Settings, *, database_url: str, root: Path) -> list[Command]:
    """The web server of a running installation, alone."""
    web = programs.programs(settings, database_url=database_url, root=root)[-1]
    return [replace(web, command=(*web.command, "--no-worker"))]


if __name__ == "__main__":
    root = Path(sys.argv.pop())
    (root / "wsgi.py").write_text(APPLICATION)
    vars(run).update(
        ROOT=root,
        build_vendor=lambda _root: None,
        prepare=lambda _settings, **_: ["Owner  owner@shop.example"],
        programs=web_only,
    )
    run.command(prog_name="quayside")

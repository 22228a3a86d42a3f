"""The whole application, as the composition root puts it together, on a test's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commerce.kernel.settings import read_settings
from commerce.web.application import Application
from commerce.web.services import Services
from wsgi import create_app

SECRET = "a secret of tests, thirty-two long"


@contextmanager
def installation(database_url: str, var: Path, **environment: str) -> Iterator[Application]:
    """Give the application over `database_url`; its folder is `var`."""
    app = create_app(
        read_settings(
            {
                "DATABASE_URL": database_url,
                "QUAYSIDE_VAR": str(var),
                "QUAYSIDE_SECRET": SECRET,
                "API_CALLS_A_MINUTE": "0",
                **environment,
            }
        )
    )
    yield app
    services: Services = app.extensions["quayside"]
    services.durable.close()
    services.database.close()

"""What every process of the web server needs for its first pages, read once before they part."""

from babel import Locale
from flask import Flask
from sqlalchemy.orm import configure_mappers

from commerce.web.languages import LANGUAGES


def warm(app: Flask) -> None:
    """Read templates, formats and tables now.

    Whoever opens the first page does not wait for it, and processes that are forked later share the
    memory: ten megabytes each.
    """
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    for code in LANGUAGES:
        # Read at the first question that is put to it.
        Locale.parse(code).territories.get("CN")
    configure_mappers()

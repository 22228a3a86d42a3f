"""Every component, in both themes and both languages, passes axe and fits three widths of screen."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, Page, sync_playwright

from commerce.web.assets import Assets, build_vendor, with_static

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "test_look_templates"
PAGES = {"kitchen": "kitchen.html", "till": "counter.html", "desk": "office.html"}
WIDTHS = (390, 768, 1440)
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

WORDS = json.loads((HERE / "words.json").read_text())


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep the test output to the tests."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One way to look at a page."""

    page: str
    language: str
    theme: str
    width: int

    @property
    def path(self) -> str:
        return f"/{self.language}/{self.page}"

    @property
    def name(self) -> str:
        return f"{self.page}-{self.language}-{self.theme}-{self.width}"


SHOWN = [
    Shown(page, language, theme, width)
    for page in PAGES
    for language in ("en", "zh")
    for theme in ("light", "dark")
    for width in WIDTHS
]


def test_application() -> Flask:
    application = Flask("look", root_path=str(HERE), static_folder=None)
    assets = Assets(ROOT / "static")
    application.jinja_loader = ChoiceLoader(  # type: ignore[assignment]  # Flask types it as one folder
        [FileSystemLoader(HERE), FileSystemLoader(ROOT / "commerce/web/templates")]
    )
    environment = application.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        translate, lambda one, many, count: translate(one if count == 1 else many), newstyle=True
    )
    environment.globals.update(asset=assets.url, csp_nonce=lambda: "nonce")
    environment.filters.update(
        money=lambda amount: f"€{amount / 100:,.2f}",
        moment=lambda at: f"{at:%d.%m. %H:%M}",
    )
    application.add_url_rule("/<language>/<page>", view_func=show)
    application.wsgi_app = with_static(application.wsgi_app, assets)  # type: ignore[method-assign]
    return application


test_application.__test__ = False  # type: ignore[attr-defined]  # a builder, not a test


@cache
def chinese() -> dict[str, str]:
    """Read the catalogue itself, so that the words need no compiling before they are looked at."""
    with (ROOT / "commerce/web/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def translate(message: str) -> str:
    assert request.view_args
    return chinese()[message] if request.view_args["language"] == "zh" else message


def show(language: str, page: str) -> str:
    words = WORDS[language]
    alternates = {code: f"/{code}/{page}" for code in ("en", "zh")}
    return render_template(
        PAGES[page],
        words=words,
        price=868800,
        at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        hero=request.args.get("hero", "porcelain-road"),
        locale=Locale.parse(language),
        page={"title": words["shop"], "description": words["promise"], "alternates": alternates},
        frame={
            "name": words["shop"],
            "home_url": "/",
            "nav": [
                {"label": words["tea"], "url": "/", "current": True, "icon": "inbox", "count": 12},
                {"label": words["silk"], "url": "/silk", "icon": "package"},
                {"label": words["store"], "url": "/stores", "icon": "store"},
            ],
            "search_url": "/search",
            "cart_url": "/cart",
            "account_url": "/account",
            "person": words["person"],
            "sign_out_url": "/out",
            "footer": [{"label": words["store"], "url": "/stores"}],
        },
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    build_vendor(ROOT)
    server = make_server("127.0.0.1", 0, test_application(), handler_class=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(CHROMIUM)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def look_at(page: Page, address: str, shown: Shown) -> None:
    page.set_viewport_size({"width": shown.width, "height": 900})
    page.emulate_media(
        color_scheme="dark" if shown.theme == "dark" else "light", reduced_motion="reduce"
    )
    page.goto(address + shown.path, wait_until="load")
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name)
def test_every_component_passes_axe_and_never_scrolls_sideways(
    page: Page, address: str, shown: Shown
) -> None:
    look_at(page, address, shown)
    page.add_script_tag(path=str(ROOT / "node_modules/axe-core/axe.min.js"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    faults = [
        (fault["id"], node["target"], node["failureSummary"])
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

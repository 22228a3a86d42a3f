"""Every component, in both themes and both languages, passes axe and fits three widths of screen."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, Page, Response, Route, expect

from commerce.web.assets import Assets, with_static
from commerce.web.faults import Fault
from commerce.web.ways_back import WayBack, Ways
from tests.browser.stage import PATIENCE, leave, serving, until
from tests.browser.themes import faults_by_theme

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "test_look_templates"
PAGES = {
    "kitchen": "kitchen.html",
    "till": "counter.html",
    "desk": "office.html",
    "error": "errors/page.html",
}
WIDTHS = (390, 768, 1440)
WORDS = json.loads((HERE / "words.json").read_text())


@dataclass(frozen=True, slots=True)
class Shown:
    """One way to look at a page; themes and widths are changed without loading it again."""

    page: str
    language: str
    width: int = WIDTHS[0]

    @property
    def path(self) -> str:
        return f"/{self.language}/{self.page}"

    @property
    def name(self) -> str:
        return f"{self.page}-{self.language}"


SHOWN = [Shown(page, language) for page in PAGES for language in ("en", "zh")]


def test_application() -> Flask:
    application = Flask("look", root_path=str(HERE), static_folder=None)
    assets = Assets(ROOT / "static")
    application.jinja_loader = ChoiceLoader(
        [FileSystemLoader(HERE), FileSystemLoader(ROOT / "commerce/web/templates")]
    )
    environment = application.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        translate, lambda one, many, count: translate(one if count == 1 else many), newstyle=True
    )
    environment.globals.update(asset=assets.url, csp_nonce=lambda: "nonce", gap=lambda: " ")
    environment.filters.update(
        money=lambda amount: f"€{amount / 100:,.2f}",
        shelf_prices=lambda amounts: [f"€{amount / 100:,.0f}" for amount in amounts],
        moment=lambda at: f"{at:%d.%m. %H:%M}",
        number="{:,}".format,
        bound=str,
    )
    application.add_url_rule("/<language>/<page>", view_func=show)
    application.wsgi_app = with_static(application.wsgi_app, assets)  # type: ignore[assignment]  # as Flask's guide does
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
        fault=Fault(
            404, words["empty"], words["whole_price"], "0199c0de-7a11-7b1e-9d2f-4f0c8e5a1b77"
        ),
        ways=Ways("", "/", (WayBack(words["see"], "/"), WayBack(words["shop"], "/"))),
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
            "cart_count": 2,
            "account_url": "/account",
            "person": words["person"],
            "own_url": "/own",
            "sign_out_url": "/out",
            "footer": [{"label": words["store"], "url": "/stores"}],
        },
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(test_application()) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    yield page
    leave(page)
    context.close()


@pytest.fixture(scope="module")
def known_page(browser: Browser) -> Iterator[Page]:
    """A page for what does not ask how it was loaded."""
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def look_at(page: Page, address: str, shown: Shown, theme: str) -> None:
    page.set_viewport_size({"width": shown.width, "height": 900})
    turn(page, theme)
    page.goto(address + shown.path, wait_until="load")
    page.evaluate("document.fonts.ready")


def turn(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name)
def test_every_component_passes_axe_in_both_themes_and_never_scrolls_sideways(
    known_page: Page, address: str, shown: Shown
) -> None:
    look_at(known_page, address, shown, "light")
    for width in WIDTHS:
        known_page.set_viewport_size({"width": width, "height": 900})
        known_page.evaluate("document.fonts.ready")
        assert (width, faults_by_theme(known_page)) == (width, [])
        sideways = known_page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert sideways <= 0, width


def test_an_english_page_loads_two_latin_faces_and_the_two_characters_of_the_language_switch(
    page: Page, address: str
) -> None:
    fonts: list[str] = []
    page.on("request", lambda asked: fonts.append(asked.url.rsplit("/")[-1]))
    look_at(page, address, Shown("desk", "en", 1440), "light")
    # The Chinese sheet comes after everything else, so that it holds up nothing.
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    assert sorted(name for name in fonts if name.endswith(".woff2")) == [
        "inter-latin-wght-normal.woff2",
        "noto-sans-sc-118-wght-normal.woff2",
        "noto-sans-sc-119-wght-normal.woff2",
        "source-serif-4-latin-wght-normal.woff2",
    ]


def test_the_stand_in_faces_keep_the_page_where_it_is_when_the_real_ones_arrive(
    page: Page, address: str
) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries()"
        ".forEach(entry => { window.shift += entry.value; window.moved = entry.sources.map("
        "source => source.node && source.node.outerHTML).join() }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )

    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*.woff2*", hold)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{address}/en/desk", wait_until="commit")
    for _ in ("the Latin faces", "after all else, the Chinese ones of the language switch"):
        until(page, lambda: len(held) == 2)
        page.evaluate(PAINTED)  # without them
        page.wait_for_timeout(400)
        while held:
            held.pop().continue_()
        page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.02, page.evaluate("window.moved")


PAINTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => list.getEntriesByName("first-contentful-paint").length && done())
    .observe({ type: "paint", buffered: true });
})"""


def test_a_chosen_theme_outlives_the_page_and_the_system_decides_until_then(
    page: Page, address: str
) -> None:
    look_at(page, address, Shown("kitchen", "en", 768), "dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(20, 25, 28)"
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(paper) == "rgb(250, 247, 241)"
    page.reload()
    assert page.evaluate(paper) == "rgb(250, 247, 241)"


def test_the_quantity_field_steps_between_its_ends(page: Page, address: str) -> None:
    look_at(page, address, Shown("kitchen", "en", 768), "light")
    box = page.get_by_role("spinbutton", name="Quantity").last
    for _ in range(3):
        page.get_by_role("button", name="One less").last.press("Enter")
    expect(box).to_have_value("1")
    page.get_by_role("button", name="One more").last.press("Enter")
    expect(box).to_have_value("2")


def test_a_thumbnail_changes_the_stage_and_stays_on_the_page(page: Page, address: str) -> None:
    look_at(page, address, Shown("kitchen", "en", 768), "light")
    gallery = page.locator("[data-gallery]")
    gallery.get_by_role("link", name="The Bund").click()
    shown = gallery.locator(".stage img")
    expect(shown).to_have_attribute("src", re.compile(r"/img/stores/the-bund[.]svg$"))
    expect(shown).to_have_attribute("alt", "The Bund")
    assert page.url == f"{address}/en/kitchen"


def test_the_first_press_of_tab_offers_the_way_past_the_header(page: Page, address: str) -> None:
    look_at(page, address, Shown("desk", "en", 768), "light")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_shop_sends_less_than_thirty_kilobytes_of_script(page: Page, address: str) -> None:
    scripts: list[int] = []

    def weigh(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts.append(int(response.headers["content-length"]))

    page.on("response", weigh)
    look_at(page, address, Shown("kitchen", "en", 390), "light")
    assert len(scripts) > 3
    assert sum(scripts) < 30_000

"""A till in a real browser: the application over HTTP, an enrolled device, a scanner that types."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.pos.counter import Counter, set_counter
from tests.support.postgres import TestServer

CHROMIUM = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # forty modules over one connection instead of forty

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep the test output to the tests."""


@contextmanager
def served(databases: TestServer, var: Path) -> Iterator[tuple[Counter, str]]:
    """Serve a counter on a port of its own."""
    with set_counter(databases, var) as counter:
        server = make_server("127.0.0.1", 0, counter.app, threaded=True, request_handler=Quiet)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield counter, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


def device(
    browser: Browser,
    counter: Counter,
    address: str,
    *,
    size: tuple[int, int] = (1280, 800),
    language: str = "en",
    theme: str = "light",
) -> BrowserContext:
    """Return a browser that is the enrolled device."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,  # type: ignore[arg-type]  # "light" or "dark"
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    context.add_cookies(
        [
            {"name": "quayside-till", "value": counter.cookie, "url": f"{address}/till/"},
            {"name": "quayside_language", "value": language, "url": address},
        ]
    )
    return context


def ready(page: Page, address: str) -> None:
    """Open the till and wait until it works."""
    page.goto(f"{address}/till/")
    page.wait_for_selector("html[data-ready]")


def type_pin(page: Page, pin: str) -> None:
    """Type a PIN as fingers do."""
    page.locator(".pin-field").press_sequentially(pin, delay=50)


def scan(page: Page, code: str) -> None:
    """Type a code as a scanner does: one key after the other without a pause, then Enter.

    The keys are dispatched with the time stamps of a scanner, because a busy machine does not keep time.
    """
    page.wait_for_timeout(100)  # a hand that typed is at rest before it scans
    page.evaluate(SCANNER, code)


SCANNER = """async (code) => {
  let at = performance.now();
  const press = (key, where) => {
    const event = new KeyboardEvent("keydown", { key, code: where, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: at });
    at += 8;
    const target = document.activeElement ?? document.body;
    if (target.dispatchEvent(event) && key.length === 1 && target instanceof HTMLInputElement) {
      target.value += key;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  for (const each of code) press(each, /\\d/.test(each) ? `Digit${each}` : "");
  press("Enter", "Enter");
}"""

"""A till in a real browser: the application over HTTP, an enrolled device, a scanner that types."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, Page, expect

from commerce.kernel.money import Money
from commerce.registers.service import open_shift
from tests.browser.stage import PATIENCE, Door
from tests.pos.counter import CLERK_PIN, Counter, set_counter
from tests.support.postgres import TestServer

FLOAT = 500


class Devices(Protocol):
    """Makes browsers that are the enrolled device and were never here before."""

    def __call__(self, *, size: tuple[int, int] = ..., language: str = ...) -> BrowserContext: ...


@contextmanager
def served(door: Door, databases: TestServer, var: Path) -> Iterator[Counter]:
    """Put a counter behind a door."""
    with set_counter(databases, var) as counter, door.leading_to(counter.app):
        yield counter


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
    context.set_default_timeout(PATIENCE)
    enrol(context, counter, address, language=language)
    return context


def enrol(context: BrowserContext, counter: Counter, address: str, *, language: str = "en") -> None:
    """Make a browser the enrolled device."""
    context.add_cookies(
        [
            {"name": "quayside-till", "value": counter.cookie, "url": f"{address}/till/"},
            {"name": "quayside_language", "value": language, "url": address},
        ]
    )


def ready(page: Page, address: str) -> None:
    """Open the till and wait until it works."""
    page.goto(f"{address}/till/")
    page.wait_for_selector("html[data-ready]")


def type_pin(page: Page, pin: str) -> None:
    """Type a PIN as fingers do."""
    page.locator(".pin-field").press_sequentially(pin, delay=50)


def open_by_hand(page: Page) -> None:
    """Unlock the till and open its register as a clerk does, without a pointer."""
    type_pin(page, CLERK_PIN)
    page.locator("#float").press_sequentially(str(FLOAT), delay=40)
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_visible()


def open_behind(counter: Counter) -> None:
    """Open the register before its till is looked at."""
    with counter.database.transaction(counter.shop.scope) as session:
        open_shift(
            session,
            merchant_id=counter.shop.merchant.id,
            register_id=counter.register,
            cash_float=Money(FLOAT * 100, "CNY"),
            actor_id=counter.clerk,
        )


def sit_down(page: Page, address: str) -> None:
    """Open a till whose register is open, and let the clerk in."""
    ready(page, address)
    page.locator(".pin-field").fill(CLERK_PIN)
    expect(page.locator("#find")).to_be_visible()


def scan(page: Page, code: str, held_up: dict[int, int] | None = None) -> None:
    """Type a code as a scanner does: one key after the other without a pause, then Enter.

    The keys are dispatched with the time stamps of a scanner, because a busy machine does not keep time.
    `held_up` tells how many milliseconds such a machine takes before a key; the one after the last is Enter.
    """
    page.wait_for_timeout(100)  # a hand that typed is at rest before it scans
    page.evaluate(SCANNER, [code, held_up or {}])


SCANNER = """async ([code, heldUp]) => {
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
  for (const [place, each] of [...code, "Enter"].entries()) {
    at += heldUp[place] ?? 0;
    press(each, each === "Enter" ? each : /\\d/.test(each) ? `Digit${each}` : "");
  }
}"""

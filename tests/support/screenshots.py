"""Take the README's pictures from a running demo: `make screenshots` while `make run` runs."""

import os
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
OWNER, PASSWORD, PIN = "owner@porcelain-road.example", "jasmine over celadon", "738261"
CODES = ("PR-TP-CEL", "PR-LJ-050", "PR-LJ-050")


def shop(page: Page, root: str) -> None:
    page.goto(f"{root}/en/porcelain-road/p/celadon-teapot")
    keep(page, "shop")


def desk(page: Page, root: str) -> None:
    page.goto(f"{root}/signin?next=/desk/porcelain-road/")
    page.fill("input[type=email]", OWNER)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/porcelain-road/")
    keep(page, "desk")


def till(page: Page, root: str) -> None:
    page.goto(f"{root}/till/enrol")
    page.locator("input[type=radio]").first.check()
    page.get_by_role("button", name="Make this device the till").click()
    page.get_by_text("Your PIN").wait_for()
    page.keyboard.type(PIN, delay=60)
    page.get_by_text("Float in the drawer").wait_for()
    page.get_by_role("button", name="500", exact=True).click()
    page.get_by_role("button", name="Open with").click()
    page.get_by_placeholder("Scan, or type").wait_for()
    for code in CODES:
        page.keyboard.type(code, delay=3)
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
    keep(page, "till")


def keep(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    root = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-GB")
        for take in (shop, desk, till):
            take(page, root)
        browser.close()


if __name__ == "__main__":
    main()

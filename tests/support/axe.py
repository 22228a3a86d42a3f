"""What axe finds on a page in a browser, by the rules that Quayside keeps (WCAG 2.2 AA)."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Axe need not describe every element that keeps a rule, nor send the description out of the browser.
_ASK = """async (rules) => {
  const options = { runOnly: rules, resultTypes: ["violations"] };
  return (await axe.run(options)).violations;
}"""


def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds on the page as it stands; axe is brought in when it is not there yet."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_ASK, _RULES)
    return found


def faults(page: Page) -> list[tuple[str, str]]:
    """Return each rule that the page breaks, with the place and what to do about it."""
    return [
        (fault["id"], f"{node['target']}: {node['failureSummary']}")
        for fault in violations(page)
        for node in fault["nodes"]
    ]

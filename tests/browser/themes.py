"""Axe in both themes. Where nothing but colours changes with the theme, axe is asked about colours alone."""

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

from tests.support.axe import violations

THEMES = ("light", "dark")

# Every other rule judges the document, the boxes and what can be seen and touched.
_COLOUR_RULES = ["color-contrast", "link-in-text-block"]

_ASK_FOR_COLOURS = """async (rules) => {
  const options = { runOnly: { type: "rule", values: rules }, resultTypes: ["violations"] };
  return (await axe.run(options)).violations;
}"""

# All that a rule may judge but colours and letters: the document, where everything stands, what hides it.
_SHAPE = """() => {
  const told = [document.documentElement.outerHTML, document.title];
  for (const each of document.querySelectorAll("*")) {
    const { x, y, width, height } = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    told.push([x, y, width, height, each.scrollWidth, each.scrollHeight, style.display, style.visibility,
      style.opacity, style.overflow, style.position, style.zIndex, style.pointerEvents, style.clip,
      style.clipPath, style.contentVisibility, style.fontSize, style.lineHeight].join());
  }
  return told.join("\\n");
}"""


def violations_by_theme(
    page: Page, themes: Iterable[str] = THEMES
) -> list[tuple[str, dict[str, Any]]]:
    """Return what axe finds on the page as it stands in one theme after the other."""
    found: list[tuple[str, dict[str, Any]]] = []
    shapes: set[str] = set()
    for theme in themes:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        shape = page.evaluate(_SHAPE)
        seen = _colour_violations(page) if shape in shapes else violations(page)
        found += [(theme, violation) for violation in seen]
        shapes.add(shape)
    return found


def faults_by_theme(page: Page, themes: Iterable[str] = THEMES) -> list[tuple[str, str, str]]:
    """Return each rule that the page breaks in a theme, with the place and what to do about it."""
    return [
        (theme, fault["id"], f"{node['target']}: {node['failureSummary']}")
        for theme, fault in violations_by_theme(page, themes)
        for node in fault["nodes"]
    ]


def _colour_violations(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(_ASK_FOR_COLOURS, _COLOUR_RULES)
    return found

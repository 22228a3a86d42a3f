"""What Quayside says to people, collected from its code, and the Chinese it has for that."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from commerce.kernel.errors import CommerceError

ROOT = Path(__file__).parents[2]
PACKAGES = ("commerce", "storefront", "pos", "integrations")
CATALOGUES = tuple(
    ROOT / place / "translations/zh/LC_MESSAGES/messages.po"
    for place in ("commerce/web", "storefront/backoffice", "storefront", "pos")
)
_KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext")),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
}
_TEMPLATES = [("**.py", "python"), ("**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
# Who runs a command, a migration or a benchmark reads English there.
_FOR_OPERATORS = ("commerce/cli/", "commerce/demo/", "commerce/migrations/")
_SENTENCE = re.compile(r"(?![A-Z]+_)[A-Z“%].* .*[.!]", re.DOTALL)
"""Whoever sets MAIL_URL and its like reads English too."""


@cache
def chinese() -> dict[str, tuple[str, ...]]:
    """Every English sentence of the catalogues with its Chinese; those without any are left out."""
    said: dict[str, tuple[str, ...]] = {}
    for file in CATALOGUES:
        with file.open("rb") as opened:
            for entry in read_po(opened):
                ids = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
                texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
                if all(text.strip() for text in texts):
                    said |= {each: (*said.get(each, ()), *texts) for each in ids if each}
    return said


def every_error() -> list[type[CommerceError]]:
    """Every kind of refusal, of every module there is."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not module.name.endswith("__main__") and ".migrations." not in module.name:
                importlib.import_module(module.name)
    return sorted(set(_below(CommerceError)), key=lambda kind: (kind.__module__, kind.__name__))


def marked_sentences() -> dict[str, str]:
    """Every text that views and templates mark for translation, with the place where it stands."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for file, line, texts, *_ in extract_from_dir(
            ROOT / package, method_map=_TEMPLATES, keywords=_KEYWORDS
        ):
            for text in texts if isinstance(texts, tuple) else (texts,):
                found[text] = f"{package}/{file}:{line}"
    return found


def sentences_of_the_business() -> dict[str, str]:
    """Every sentence in the code below the web, where none can be marked, with its place."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "commerce").rglob("*.py")):
        place = str(path.relative_to(ROOT))
        if not place.startswith(_FOR_OPERATORS):
            for text, line in sentences_in(path.read_text(encoding="utf-8")):
                found[text] = f"{place}:{line}"
    return found


def sentences_in(source: str) -> Iterator[tuple[str, int]]:
    """Yield what reads like a sentence to people: no docstrings, nothing that only logs tell."""
    tree = ast.parse(source)
    silent = {id(node) for node in ast.walk(tree) for node in _unsaid(node)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
            and _SENTENCE.fullmatch(node.value)
        ):
            yield node.value, node.lineno


def _unsaid(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield from ast.walk(node)
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        raised = getattr(node.exc.func, "id", "")
        if raised.endswith("Error") and raised not in _refusals():
            yield from ast.walk(node)


@cache
def _refusals() -> frozenset[str]:
    return frozenset(kind.__name__ for kind in every_error())


def _below(kind: type[CommerceError]) -> Iterator[type[CommerceError]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith(PACKAGES):
            yield each
            yield from _below(each)

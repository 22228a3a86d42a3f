"""Compile the message catalogues that changed: `python -m commerce.cli.translations`."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from commerce.cli.checkout_folder import ROOT

_PACKAGES = ("commerce", "storefront", "pos", "integrations")


def compile_translations(root: Path) -> None:
    """Bring every `.mo` file of our packages up to date with the `.po` file beside it."""
    for package in _PACKAGES:
        for catalogue in (root / package).glob("**/translations/*/LC_MESSAGES/*.po"):
            compiled = catalogue.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime_ns < catalogue.stat().st_mtime_ns:
                _compile(catalogue, compiled)


def _compile(catalogue: Path, compiled: Path) -> None:
    with catalogue.open("rb") as source:
        messages = read_po(source, abort_invalid=True)
    unfinished = compiled.with_suffix(".mo.unfinished")
    with unfinished.open("wb") as target:
        write_mo(target, messages)
    unfinished.replace(compiled)  # a running server never reads half a file


if __name__ == "__main__":
    compile_translations(ROOT)

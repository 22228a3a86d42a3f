"""Read the demo park from its TOML files, check it, and hand it out frozen."""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from commerce.demo.content.checks import park_faults
from commerce.demo.content.errors import DemoContentError
from commerce.demo.content.records import Park

_MERCHANTS = ("porcelain-road", "harbour-imports", "lingang-counsel")
_STRICT_PARK = TypeAdapter(Park)


@cache
def load_park() -> Park:
    """Return the whole demo park, checked.

    Raises:
        DemoContentError: a file is malformed, or the content contradicts itself; the error names
            every fault at once.
    """
    return checked_park(read_park(files(__package__)))


def read_park(folder: Traversable) -> dict[str, Any]:
    """Gather the TOML files below `folder` into one plain tree, unchecked."""
    tree = _toml(folder / "park.toml")
    tree |= _toml(folder / "facets.toml") | _toml(folder / "shoppers.toml")
    tree["merchant"] = [_merchant(folder / slug) for slug in _MERCHANTS]
    return tree


def checked_park(tree: dict[str, Any]) -> Park:
    """Type and check a tree; DemoContentError names every fault."""
    try:
        park = _STRICT_PARK.validate_python(tree)
    except ValidationError as refused:
        raise DemoContentError(faults=_shape_faults(refused)) from refused
    faults = tuple(park_faults(park))
    if faults:
        raise DemoContentError(faults=faults)
    return park


def _merchant(folder: Traversable) -> dict[str, Any]:
    """Join a merchant's own file with the product files it names and with what it tells and offers."""
    merchant = _toml(folder / "merchant.toml")
    merchant["product"] = [
        product
        for name in merchant.pop("product_files")
        for product in _toml(folder / f"{name}.toml")["product"]
    ]
    merchant["story"] = _toml(folder / "stories.toml")["story"]
    merchant["policy"] = _toml(folder / "policies.toml")["policy"]
    merchant["promotion"] = _toml(folder / "promotions.toml")["promotion"]
    return merchant


def _toml(path: Traversable) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _shape_faults(refused: ValidationError) -> tuple[str, ...]:
    return tuple(
        f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}"
        for fault in refused.errors()
    )

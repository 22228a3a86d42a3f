"""Decodes Stripe's nested form parameters: `line_items[0][price_data][currency]=eur`."""

import re
from collections.abc import Iterable
from typing import Any

_PARTS = re.compile(r"\[([^\]]*)\]")
_MOST_PARAMETERS = 500


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the parameters as dictionaries and, where names are numbers or empty, lists."""
    tree: dict[str, Any] = {}
    for count, (name, value) in enumerate(pairs):
        if count >= _MOST_PARAMETERS:
            break
        path = [name.partition("[")[0], *_PARTS.findall(name)]
        _plant(tree, path, value)
    return {name: _listed(branch) for name, branch in tree.items()}


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    for step in path[:-1]:
        branch = tree.setdefault(step, {})
        if not isinstance(branch, dict):
            return
        tree = branch
    tree[path[-1] or str(len(tree))] = value


def _listed(branch: Any) -> Any:
    if not isinstance(branch, dict):
        return branch
    grown = {name: _listed(each) for name, each in branch.items()}
    if grown and all(name.isdigit() for name in grown):
        return [grown[name] for name in sorted(grown, key=int)]
    return grown

"""There is one commit point: whoever commits or rolls back elsewhere splits a deed in two."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for room in ("commerce", "storefront", "pos", "integrations")
    for path in (ROOT / room).rglob("*.py")
    if "kernel" not in path.parts and "migrations" not in path.parts
]


def calls_of(source: str) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_the_check_sees_a_commit() -> None:
    assert "commit" in calls_of("def place(session):\n    session.commit()\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_outside_the_kernel_commits(path: Path) -> None:
    assert not calls_of(path.read_text(encoding="utf-8")) & {"commit", "rollback"}

"""There is one commit point: whoever commits or rolls back elsewhere splits a deed in two."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for room in ("commerce", "storefront", "pos", "integrations")
    for path in (ROOT / room).rglob("*.py")
    if "kernel" not in path.parts and "migrations" not in path.parts
]

ENDS = {"commit", "rollback"}


def calls_of(source: str) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def commits(path: Path) -> bool:
    source = path.read_text(encoding="utf-8")
    return any(word in source for word in ENDS) and not ENDS.isdisjoint(calls_of(source))


def test_the_check_sees_a_commit() -> None:
    assert "commit" in calls_of("def place(session):\n    session.commit()\n")


def test_nobody_outside_the_kernel_commits() -> None:
    assert len(FILES) > 1000, "a room was not found"
    assert [str(path.relative_to(ROOT)) for path in FILES if commits(path)] == []

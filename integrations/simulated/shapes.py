"""Values of a simulator's JSON, each of the agreed kind or refused."""

from typing import Any


class ShapeError(ValueError):
    """An answer or a message does not have the agreed shape."""


def some_text(value: Any) -> str:
    """Return a text that is not empty.

    Raises:
        ShapeError: it is none.
    """
    if not value:
        raise ShapeError
    return plain_text(value)


def plain_text(value: Any) -> str:
    """Return a text, which may be empty.

    Raises:
        ShapeError: it is none.
    """
    if not isinstance(value, str):
        raise ShapeError
    return value


def whole_number(value: Any) -> int:
    """Return a whole number that is not below zero.

    Raises:
        ShapeError: it is none.
    """
    if type(value) is not int or value < 0:
        raise ShapeError
    return value

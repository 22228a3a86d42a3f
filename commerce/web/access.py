"""What a view demands of whoever asks. A test proves that every view says it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Access:
    """A view's declaration: `kind` is public, shopper, staff, register or api_key."""

    kind: str
    needs: str = ""
    """The permission or scope, where the kind has them."""


def declare(view: View, access: Access) -> View:
    """Write the declaration on the view."""
    setattr(view, "access", access)  # noqa: B010 - functions take attributes, their type does not say so
    return view


def access_of(view: Callable[..., object]) -> Access | None:
    """Return what a view declares, or None."""
    return getattr(view, "access", None)


def public(view: View) -> View:
    """Mark a view that anybody may see."""
    return declare(view, Access("public"))

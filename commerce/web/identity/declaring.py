"""What a view may demand of whoever asks, besides `commerce.web.access.public`."""

from collections.abc import Callable

from commerce.park.permissions import ApiScope, Permission
from commerce.web.access import Access, View, declare

_FRESH = "proved_lately"


def signed_in(view: View) -> View:
    """Mark a view for any member of staff who is signed in, about themselves."""
    return declare(view, Access("staff"))


def needs(permission: Permission) -> Callable[[View], View]:
    """Mark a view for staff who hold `permission`.

    With `<merchant>` in its address the permission counts at that merchant, whose scope and card
    the view finds in `current_scope()` and `current_merchant()`; otherwise it counts in the park.
    """

    def mark(view: View) -> View:
        return declare(view, Access("staff", permission.value))

    return mark


def proved_lately(view: View) -> View:
    """Mark a sensitive staff view: who proved themselves long ago is asked once more (ASVS 7.5.1)."""
    setattr(view, _FRESH, True)
    return view


def wants_fresh_proof(view: Callable[..., object]) -> bool:
    """Return whether a view is marked with `proved_lately`."""
    return bool(getattr(view, _FRESH, False))


def shopper(view: View) -> View:
    """Mark a view for a shopper who is signed in; the shop gives the gate, see `set_gate`."""
    return declare(view, Access("shopper"))


def register(view: View) -> View:
    """Mark a view for an enrolled register; the till gives the gate, see `set_gate`."""
    return declare(view, Access("register"))


def api_key(scope: ApiScope) -> Callable[[View], View]:
    """Mark a view of the API for keys with `scope`."""

    def mark(view: View) -> View:
        return declare(view, Access("api_key", scope.value))

    return mark

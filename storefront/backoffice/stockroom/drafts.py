"""A draft that is written anew as a whole: nobody writes over what another has written meanwhile."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from flask import request
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.kernel.errors import CommerceError
from storefront.backoffice.seals import digest

FIELD = "seen"

_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('form ' || :address, 0))")


class DraftChangedError(CommerceError):
    """Somebody else has changed the draft since it was shown."""

    code = "draft-changed"
    status = 409
    template = (
        "Somebody else changed this draft while you were here; nothing of yours is lost. "
        "Look at it in another window, then save what stands below, or leave it."
    )


def seen_draft(rows: Iterable[Any], *, expected_on: date | None, note: str) -> str:
    """Return what a page saw of a draft, to be sent along with what is changed of it."""
    return digest("draft", repr((list(rows), expected_on, note)))


def hold_to_seen(session: Session, present: Callable[[Connection], str]) -> None:
    """Let nobody else change the draft at this address until the transaction ends.

    `present` says what a page would see of it now.

    Raises:
        DraftChangedError: that is not what the page saw.
    """
    session.execute(_QUEUE, {"address": request.path})
    if request.form.get(FIELD, "") != present(session.connection()):
        raise DraftChangedError

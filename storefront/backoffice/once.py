"""A form is carried out once, however often it is sent: every page with one names the wish."""

from flask import request
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.web.idempotency import keep, make_claim, take_up
from commerce.web.identity import current_merchant
from storefront.backoffice.desk import actor

FIELD = "wish"
_DONE = 303


def new_wish() -> str:
    """Return a name for what a form is about to ask for; it stands in a hidden field."""
    return str(new_id())


def named_wish() -> str:
    """Return the wish of the form that was sent, or a new one; drawn again, a form keeps its own."""
    return request.form.get(FIELD) or new_wish()


def is_first(session: Session) -> bool:
    """Claim the wish for this transaction; False when it has been carried out before.

    A second press waits for the first and is then told the same.

    Raises:
        MissingKeyError: the form names no wish.
        CallUnderWayError: the same form is being worked on, for longer than one waits.
        KeyReusedError: the wish was used for something else.
    """
    told = sorted((name, value) for name, value in request.form.items(multi=True))
    claim = make_claim(
        merchant_id=current_merchant().id,
        caller=actor(),
        key=request.form.get(FIELD),
        method=request.method,
        path=request.path,
        body=repr(told).encode(),
    )
    if take_up(session, claim, in_turn=True) is not None:
        return False
    keep(session, claim, status=_DONE, body="")
    return True

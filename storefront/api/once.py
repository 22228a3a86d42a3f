"""Do an unsafe call once per Idempotency-Key: the work and its answer are one transaction."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

from flask import Response, g, request
from sqlalchemy.orm import Session

from commerce.kernel.bearer import brought_back, put_away
from commerce.web.idempotency import Claim, Kept, keep, make_claim, take_up
from commerce.web.identity import current_merchant, current_scope
from commerce.web.services import services
from storefront.api.answers import written
from storefront.api.reading import body_bytes


@dataclass(frozen=True, slots=True)
class Done:
    """What the work came to; a `url` in the content of a 201 becomes its Location."""

    content: dict[str, Any]
    status: int = HTTPStatus.OK


def caller() -> UUID:
    """Return the id of the API key that is used, which owns its Idempotency-Keys."""
    return cast("UUID", g.api_key.id)


def claim_of_call() -> Claim:
    """Return the claim of the current request.

    Raises:
        MissingKeyError: it carries no usable Idempotency-Key.
        BodyTooLargeError: its body is larger than the view takes.
    """
    return make_claim(
        merchant_id=current_merchant().id,
        caller=caller(),
        key=request.headers.get("Idempotency-Key"),
        method=request.method,
        path=request.path,
        body=_asked(),
    )


def _asked() -> bytes:
    """Return what the body asks for; a form is another text each time it is sent, by its borders."""
    body = body_bytes()
    if request.mimetype != "multipart/form-data":
        return body
    fields = sorted(request.form.items(multi=True))
    files = []
    for name, file in sorted(request.files.items(multi=True), key=itemgetter(0)):
        file.seek(0)
        files.append((name, file.filename, sha256(file.read()).hexdigest()))
        file.seek(0)
    return repr((fields, files)).encode()


def once(work: Callable[[Session], Done]) -> Response:
    """Run `work` and keep its answer, or give the answer that was kept.

    A refusal rolls everything back and is not kept: the same call may be tried again when what
    stood in its way is gone.

    Raises:
        MissingKeyError, CallUnderWayError, KeyReusedError: see `commerce.web.idempotency`.
    """
    claim = claim_of_call()

    def attempt(session: Session) -> Response:
        before = take_up(session, claim)
        return replayed(before) if before is not None else kept(session, claim, work(session))

    return services().database.run(current_scope(), attempt)


def answered_before(session: Session, claim: Claim) -> Response | None:
    """Return the answer that this call was given before, or None; claims the key meanwhile."""
    before = take_up(session, claim)
    return None if before is None else replayed(before)


def kept(session: Session, claim: Claim, done: Done) -> Response:
    """Keep the answer, without tokens, with the work that it reports, and return it."""
    body = written(done.content).decode()
    keep(session, claim, status=done.status, body=put_away(services().vault, body))
    return _response(done.status, body, done.content)


def replayed(before: Kept) -> Response:
    """Return an answer once more, marked as such."""
    body = brought_back(services().vault, before.body)
    response = _response(before.status, body, json.loads(body))
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _response(status: int, body: str, content: dict[str, Any]) -> Response:
    response = Response(body, status, content_type="application/json")
    if status == HTTPStatus.CREATED and "url" in content:
        response.headers["Location"] = content["url"]
    return response

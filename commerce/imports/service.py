"""Note the pictures that files name, and what became of them, in the caller's transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from commerce.catalogue.images import KeptImage
from commerce.catalogue.service.media import add_media
from commerce.imports.models import PictureFetch
from commerce.imports.planning import MOST_ADDRESS, Planned
from commerce.imports.refusal import Refusal
from commerce.kernel.ids import new_id

_KNOWN_ADDRESSES = text("""
SELECT product_id, source_url, storage_name FROM media
WHERE merchant_id = :merchant AND product_id = ANY(:products)
""")
_statement = upsert(PictureFetch)
_FETCH = _statement.on_conflict_do_update(
    index_elements=["merchant_id", "product_id", "url"],
    # A picture that could not be had before is tried again; one that we have stays.
    set_={
        "state": "waiting",
        "problem": None,
        "import_id": _statement.excluded.import_id,
        "alt": _statement.excluded.alt,
    },
    where=PictureFetch.state == "failed",
)


def plan_fetches(
    session: Session,
    *,
    merchant_id: UUID,
    import_id: UUID,
    locale: str,
    planned: Sequence[Planned],
) -> int:
    """Note every picture that the products do not have yet; return how many addresses were noted."""
    rows = _fetch_rows(session, merchant_id, import_id, locale, planned)
    if rows:
        session.execute(_FETCH, rows)
    return len(rows)


def record_fetched(
    session: Session, *, merchant_id: UUID, fetch_id: UUID, kept: KeptImage
) -> UUID | None:
    """Hang a fetched picture on its product and return its id; None when that was done before."""
    fetch = session.get(PictureFetch, (merchant_id, fetch_id), with_for_update=True)
    if fetch is None or fetch.state == "fetched":
        return None
    fetch.state, fetch.problem = "fetched", None
    return add_media(
        session,
        merchant_id=merchant_id,
        product_id=fetch.product_id,
        kept=kept,
        alt={fetch.locale: fetch.alt} if fetch.alt else {},
        source_url=fetch.url,
    )


def record_failed(session: Session, *, merchant_id: UUID, fetch_id: UUID, problem: Refusal) -> None:
    """Write down why a picture cannot be had; the product stays as it is."""
    fetch = session.get(PictureFetch, (merchant_id, fetch_id), with_for_update=True)
    if fetch is not None and fetch.state == "waiting":
        fetch.state, fetch.problem = "failed", problem.stored()


def _fetch_rows(
    session: Session,
    merchant_id: UUID,
    import_id: UUID,
    locale: str,
    planned: Sequence[Planned],
) -> list[dict[str, Any]]:
    wanted = [each for each in planned if each.after is not None and each.draft.images]
    ids = [each.after.sheet.id for each in wanted if each.after]
    if not ids:
        return []
    asked = {"merchant": merchant_id, "products": ids}
    known = list(session.execute(_KNOWN_ADDRESSES, asked))
    had = {(row.product_id, row.source_url) for row in known}
    ours = {(row.product_id, row.storage_name) for row in known}
    return [
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "product_id": each.after.sheet.id,
            "import_id": import_id,
            "url": image.url,
            "locale": locale,
            "alt": image.alt,
            "position": position,
        }
        for each in wanted
        if each.after
        for position, image in enumerate(each.draft.images)
        if len(image.url) <= MOST_ADDRESS
        # An export names our own pictures by their random file names.
        and (each.after.sheet.id, image.url) not in had
        and (each.after.sheet.id, image.url.rpartition("/")[2]) not in ours
    ]

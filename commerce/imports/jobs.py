"""Imports and undos as durable processes: a page may be left, and a worker that dies is followed."""

from uuid import UUID

from commerce.imports.planning import ImportTerms
from commerce.imports.run import import_products, undo_import
from commerce.imports.uploads import Progress, Uploads
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, process
from commerce.kernel.errors import CommerceError
from commerce.park.queries.merchants import get_merchant


@process("imports.run")
def run_import(work: Work, *, merchant_id: str, upload_id: str, actor_id: str) -> None:
    """Import a kept file; running again changes only what the first run left undone."""
    work.step("import", lambda: _import(work, UUID(merchant_id), UUID(upload_id), UUID(actor_id)))


@process("imports.undo")
def take_import_back(work: Work, *, merchant_id: str, import_id: str, actor_id: str) -> None:
    """Put every product back as it was before an import."""
    work.step("undo", lambda: _undo(work, UUID(merchant_id), UUID(import_id), UUID(actor_id)))


def _import(work: Work, merchant_id: UUID, upload_id: UUID, actor_id: UUID) -> str:
    uploads = Uploads(work.settings.var, merchant_id)
    with work.database.reading(Scope.merchant(merchant_id)) as connection:
        merchant = get_merchant(connection, merchant_id=merchant_id)
    try:
        upload = uploads.find(upload_id)
        report = import_products(
            work.database,
            content=upload.content,
            file_name=upload.file_name,
            terms=ImportTerms(
                merchant_id=merchant_id,
                currency=merchant.currency,
                locale=upload.locale,
                location_id=upload.location_id,
            ),
            actor_id=actor_id,
            progress=lambda done, total: uploads.tell(upload_id, Progress("running", done, total)),
        )
    except CommerceError as error:
        uploads.tell(upload_id, Progress("failed", problem=str(error)))
        return ""
    uploads.tell(upload_id, Progress("done", import_id=str(report.id)))
    return str(report.id)


def _undo(work: Work, merchant_id: UUID, import_id: UUID, actor_id: UUID) -> str:
    uploads = Uploads(work.settings.var, merchant_id)
    try:
        undo_import(
            work.database,
            merchant_id=merchant_id,
            import_id=import_id,
            actor_id=actor_id,
            progress=lambda done, total: uploads.tell(import_id, Progress("running", done, total)),
        )
    except CommerceError as error:
        uploads.tell(import_id, Progress("failed", problem=str(error)))
        return "failed"
    uploads.tell(import_id, Progress("done", import_id=str(import_id)))
    return "done"

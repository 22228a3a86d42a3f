"""Import a product file and take an import back, while whoever asked for it may leave the page."""

from uuid import UUID

from commerce.imports.planning import ImportTerms
from commerce.imports.refusal import refusal_of
from commerce.imports.run import import_products, undo_import
from commerce.imports.uploads import Progress, Uploads
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, process
from commerce.kernel.errors import CommerceError
from commerce.park.queries.merchants import get_merchant


@process("imports.run")
def run_import(work: Work, *, merchant_id: str, upload_id: str, actor_id: str) -> None:
    """Import a kept file; after a crash it begins again, and what is done already stays as it is."""
    uploads = Uploads(work.settings.var, UUID(merchant_id))
    work.step("import", lambda: _import(work, uploads, UUID(merchant_id), upload_id, actor_id))


@process("imports.undo")
def take_import_back(work: Work, *, merchant_id: str, import_id: str, actor_id: str) -> None:
    """Put the products of an import back as they were."""
    uploads = Uploads(work.settings.var, UUID(merchant_id))
    work.step("undo", lambda: _undo(work, uploads, UUID(merchant_id), import_id, actor_id))


def _import(work: Work, uploads: Uploads, merchant_id: UUID, upload_id: str, actor_id: str) -> None:
    job = UUID(upload_id)
    upload = uploads.find(job)
    with work.database.reading(Scope.merchant(merchant_id)) as connection:
        currency = get_merchant(connection, merchant_id=merchant_id).currency
    try:
        report = import_products(
            work.database,
            content=upload.content,
            file_name=upload.file_name,
            terms=ImportTerms(
                merchant_id=merchant_id,
                currency=currency,
                locale=upload.locale,
                location_id=upload.location_id,
            ),
            actor_id=UUID(actor_id),
            progress=lambda done, total: uploads.tell(job, Progress("running", done, total)),
        )
    except CommerceError as error:
        uploads.tell(job, Progress("failed", problem=refusal_of(error)))
    else:
        uploads.tell(job, Progress("done", import_id=str(report.id)))


def _undo(work: Work, uploads: Uploads, merchant_id: UUID, import_id: str, actor_id: str) -> None:
    job = UUID(import_id)
    try:
        undo_import(
            work.database,
            merchant_id=merchant_id,
            import_id=job,
            actor_id=UUID(actor_id),
            progress=lambda done, total: uploads.tell(job, Progress("running", done, total)),
        )
    except CommerceError as error:
        uploads.tell(job, Progress("failed", problem=refusal_of(error)))
    else:
        uploads.tell(job, Progress("done", import_id=import_id))

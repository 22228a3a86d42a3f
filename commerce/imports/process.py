"""Import a product file and take an import back, while whoever asked for it may leave the page.

Both go on where they stood when the worker dies or the database is away for a while; what lasts
longer is written down, so that the page can say so and offer the way on and the way back.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog

from commerce.imports import journal
from commerce.imports.errors import (
    ImportBrokenError,
    ImportNotUndoableError,
    ImportTakenOverError,
    LookBrokenError,
)
from commerce.imports.looking import look_through
from commerce.imports.planning import ImportTerms
from commerce.imports.refusal import refusal_of
from commerce.imports.run import import_products
from commerce.imports.taking_back import undo_import
from commerce.imports.uploads import Looking, Upload, Uploads
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Work, process
from commerce.kernel.errors import CommerceError
from commerce.kernel.outages import may_pass
from commerce.park.queries.merchants import get_merchant

_log = structlog.get_logger("quayside.imports")

_ATTEMPTS = 8
"""With growing pauses: a database that is away for two minutes is waited for."""


@process("imports.look")
def look_at_file(work: Work, *, merchant_id: str, upload_id: str) -> None:
    """Look through a kept file, and keep what came of it for the page that waits."""
    merchant, upload = UUID(merchant_id), UUID(upload_id)
    uploads = Uploads(work.settings.var, merchant)
    try:
        work.step(
            "look",
            lambda: _look(work.database, uploads, merchant, upload),
            attempts=_ATTEMPTS,
        )
    except Exception as error:  # noqa: BLE001 - whatever it was, the page must be able to tell
        _log.warning("look_broken", upload=upload_id, error=repr(error))
        work.step("refuse", lambda: uploads.refuse(upload, refusal_of(LookBrokenError())))


@process("imports.run")
def run_import(work: Work, *, merchant_id: str, upload_id: str, actor_id: str) -> None:
    """Import a kept file under its own id; after a crash it goes on behind what is done."""
    job = _Job(work, UUID(merchant_id), UUID(upload_id), UUID(actor_id))
    try:
        work.step("import", job.take_in, attempts=_ATTEMPTS)
    except Exception as error:  # noqa: BLE001 - whatever it was, the page must be able to tell
        _log.warning("import_stopped", upload=upload_id, error=repr(error))
        work.step("stop", lambda: job.stop(ImportBrokenError()), attempts=_ATTEMPTS)


@process("imports.undo")
def take_import_back(work: Work, *, merchant_id: str, import_id: str, actor_id: str) -> None:
    """Put the products of an import back as they were."""
    job = _Job(work, UUID(merchant_id), UUID(import_id), UUID(actor_id))
    work.step("undo", job.take_back, attempts=_ATTEMPTS)


@dataclass(frozen=True, slots=True)
class _Job:
    """One import and who asked for it."""

    work: Work
    merchant_id: UUID
    import_id: UUID
    actor_id: UUID

    def take_in(self) -> None:
        """Import the file, or write down why that cannot be; what may pass is raised."""
        try:
            self._import()
        except ImportTakenOverError:
            # Somebody takes it back, or another worker is ahead: nothing is left to do here.
            return
        except CommerceError as error:
            self.stop(error)
        except Exception as error:
            if may_pass(error):
                raise
            _log.exception("import_broken", upload=str(self.import_id))
            self.stop(ImportBrokenError())

    def stop(self, error: CommerceError) -> None:
        """Write down why the import stopped."""
        with self.work.database.transaction(Scope.merchant(self.merchant_id)) as session:
            journal.stop_import(
                session,
                merchant_id=self.merchant_id,
                import_id=self.import_id,
                problem=refusal_of(error),
            )

    def take_back(self) -> None:
        """Put everything back; one that is back stays so."""
        try:
            undo_import(
                self.work.database,
                merchant_id=self.merchant_id,
                import_id=self.import_id,
                actor_id=self.actor_id,
            )
        except ImportNotUndoableError:
            return

    def _import(self) -> None:
        uploads = Uploads(self.work.settings.var, self.merchant_id)
        upload = uploads.about(self.import_id)
        import_products(
            self.work.database,
            content=uploads.content(self.import_id),
            file_name=upload.file_name,
            terms=_terms(self.work.database, self.merchant_id, upload),
            import_id=self.import_id,
            actor_id=self.actor_id,
        )


def keep_a_look(database: Database, uploads: Uploads, merchant_id: UUID, upload_id: UUID) -> None:
    """Look through a kept file and keep what was seen, or why it cannot be imported."""
    try:
        look, faulty = look_through(
            database,
            content=uploads.content(upload_id),
            terms=_terms(database, merchant_id, uploads.about(upload_id)),
            progress=lambda seen, total: uploads.tell(upload_id, Looking(seen, total)),
        )
    except CommerceError as error:
        uploads.refuse(upload_id, refusal_of(error))
    else:
        uploads.keep_look(upload_id, look, faulty)


def _look(database: Database, uploads: Uploads, merchant_id: UUID, upload_id: UUID) -> None:
    try:
        keep_a_look(database, uploads, merchant_id, upload_id)
    except Exception as error:
        if may_pass(error):
            raise
        _log.exception("look_broken", upload=str(upload_id))
        uploads.refuse(upload_id, refusal_of(LookBrokenError()))


def _terms(database: Database, merchant_id: UUID, upload: Upload) -> ImportTerms:
    with database.reading(Scope.merchant(merchant_id)) as connection:
        currency = get_merchant(connection, merchant_id=merchant_id).currency
    return ImportTerms(
        merchant_id=merchant_id,
        currency=currency,
        locale=upload.locale,
        location_id=upload.location_id,
    )

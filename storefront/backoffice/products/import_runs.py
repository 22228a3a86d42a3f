"""Imports on their way: run by the worker while the page may be left, gone on with, taken back."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.imports import journal
from commerce.imports.errors import ImportNotUndoableError
from commerce.imports.process import run_import, take_import_back
from commerce.imports.queries import failed_fetches, find_import, get_import
from commerce.imports.records import PastImport
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import FailedRun, Process, failed_runs
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, draw, fragment, link, moved
from storefront.backoffice.products.import_words import said, told
from storefront.backoffice.products.importing import trail, uploads
from storefront.backoffice.speech import gettext as _

_PATIENCE = timedelta(minutes=5)
"""How long an import may stand still before the page says so: a dead worker is followed sooner."""
_MOST_SHOWN = 200
_MOST_FAILED = 200


@needs(Permission.EDIT_PRODUCTS)
def start_import(upload_id: UUID) -> Response:
    """Let the worker import the file; a second click starts nothing."""
    upload, look = uploads().about(upload_id), uploads().look(upload_id)
    if look is None:
        return moved("import_preview", upload_id=upload_id)
    with services().database.transaction(current_scope()) as session:
        journal.begin_import(
            session,
            merchant_id=current_merchant().id,
            import_id=upload_id,
            file_name=upload.file_name,
            dialect=look.seen.dialect,
            locale=upload.locale,
            location_id=upload.location_id,
            actor_id=actor(),
        )
        _start(session, run_import, upload_id, key=str(upload_id))
    return moved("import_progress", upload_id=upload_id)


@needs(Permission.EDIT_PRODUCTS)
def import_progress(upload_id: UUID) -> Response:
    """Show how far an import is, forth or back; the page asks again by itself and may be left."""
    with services().database.reading(current_scope()) as connection:
        past = find_import(connection, import_id=upload_id)
        if past is None:
            return moved("import_preview", upload_id=upload_id)
        under_way = _is_under_way(connection, past)
    by_script = bool(request.headers.get("HX-Request"))
    if not under_way:
        target = link("import_result", import_id=past.id)
        if by_script:
            return Response(headers={"HX-Redirect": target})
        return moved("import_result", import_id=past.id)
    if by_script:
        return fragment("products/progress.html", past=past)
    back = past.state == "undoing"
    return draw(
        "products/import_progress.html",
        title=_("Taking back %(file)s", file=past.file_name)
        if back
        else _("Importing %(file)s", file=past.file_name),
        room="products",
        trail=trail(),
        past=past,
    )


@needs(Permission.EDIT_PRODUCTS)
def import_result(import_id: UUID) -> Response:
    """Show what an import did or where it stopped, with the way on and the way back."""
    with services().database.reading(current_scope()) as connection:
        past = get_import(connection, import_id=import_id)
        under_way = _is_under_way(connection, past)
        pictures = failed_fetches(connection, import_id=import_id)
    if under_way:
        return moved("import_progress", upload_id=import_id)
    stopped = past.state in {"failed", "running"}
    return draw(
        "products/import_result.html",
        title=past.file_name,
        room="products",
        trail=trail(),
        past=past,
        why=said(past.problem) if past.problem else "",
        resumable=stopped and uploads().has(import_id),
        problems=told(past.problems[:_MOST_SHOWN]),
        pictures=[(each, said(each.problem)) for each in pictures],
    )


@needs(Permission.EDIT_PRODUCTS)
def resume(import_id: UUID) -> Response:
    """Go on with an import that stopped, behind what is done; a second click starts nothing."""
    merchant_id = current_merchant().id
    with services().database.transaction(current_scope()) as session:
        past = get_import(session.connection(), import_id=import_id)
        if _is_under_way(session, past):
            return moved("import_progress", upload_id=import_id)
        if journal.resume_import(session, merchant_id=merchant_id, import_id=import_id):
            _start_once_more(session, run_import, past)
    return moved("import_progress", upload_id=import_id)


@needs(Permission.EDIT_PRODUCTS)
def undo(import_id: UUID) -> Response:
    """Let the worker put everything back as it was, whatever became of the import."""
    merchant_id = current_merchant().id
    try:
        with services().database.transaction(current_scope()) as session:
            past = get_import(session.connection(), import_id=import_id)
            if past.state == "undoing" and _is_under_way(session, past):
                return moved("import_progress", upload_id=import_id)
            journal.begin_undo(session, merchant_id=merchant_id, import_id=import_id)
            if past.state == "undoing":
                _start_once_more(session, take_import_back, past)
            else:
                # A run that broke off is over with this: it finds that nothing is left to do.
                for run in _broken(session, past.id):
                    services().durable.run_again(session, run)
                _start(session, take_import_back, import_id, key=str(import_id))
    except ImportNotUndoableError:
        announce(_("This import has been taken back already."), "wait")
        return moved("import_result", import_id=import_id)
    announce(_("The products are being put back as they were. You may leave this page."), "info")
    return moved("import_progress", upload_id=import_id)


def _start_once_more(session: Session, process: Process, past: PastImport) -> None:
    """Start a process that stands still: the run that broke off again, or else a new one."""
    broken = [run for run in _broken(session, past.id) if run.process == process.name]
    for run in broken:
        services().durable.run_again(session, run)
    if not broken:
        # Two who click at once mean the same standstill.
        _start(session, process, past.id, key=f"{past.id}:{_stamp(past.moved_at)}")


def _start(session: Session, process: Process, import_id: UUID, *, key: str) -> None:
    subject = "upload_id" if process is run_import else "import_id"
    arguments = {
        "merchant_id": str(current_merchant().id),
        "actor_id": str(actor()),
        subject: str(import_id),
    }
    services().durable.enqueue(session, process, key=key, delay=0, **arguments)


def _is_under_way(connection: Connection | Session, past: PastImport) -> bool:
    """Return whether a worker has it in hand, or soon will."""
    if past.state not in {"running", "undoing"}:
        return False
    return utc_now() - past.moved_at < _PATIENCE and not _broken(connection, past.id)


def _broken(connection: Connection | Session, import_id: UUID) -> list[FailedRun]:
    """Return the runs of an import that gave up and that nobody has started once more."""
    found = failed_runs(connection, merchant_id=current_merchant().id, most=_MOST_FAILED)
    names = {run_import.name, take_import_back.name}
    return [
        run for run in found if run.process in names and str(import_id) in run.arguments.values()
    ]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S%f")

"""Product files in: sent, looked at, run by the worker while the page may be left, taken back."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, make_response, request

from commerce.imports.contents import Problem
from commerce.imports.errors import ImportNotFoundError
from commerce.imports.export import error_file
from commerce.imports.planning import ImportTerms
from commerce.imports.preview import preview
from commerce.imports.process import run_import, take_import_back
from commerce.imports.queries import default_location, failed_fetches, past_imports
from commerce.imports.records import PastImport
from commerce.imports.refusal import Refusal
from commerce.imports.uploads import Upload, Uploads
from commerce.inventory.queries import locations
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.park.permissions import Permission
from commerce.web.faults import say
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, fragment, link, moved
from storefront.backoffice.forms import readable, sentence, typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language

_MOST_SHOWN = 200


@needs(Permission.EDIT_PRODUCTS)
def imports() -> Response:
    """Ask for a file, and list what was imported before."""
    return _start_page()


@needs(Permission.EDIT_PRODUCTS)
def look() -> Response:
    """Keep the file that was sent, and go to the preview of it."""
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content or file is None:
        return _start_page(_("Choose a CSV file first."))
    upload = Upload(
        id=new_id(),
        file_name=(file.filename or "products.csv")[:200],
        locale=request.form.get("locale", "")
        if request.form.get("locale") in LANGUAGES
        else language(),
        location_id=typed_id(request.form.get("place")),
        content=content,
    )
    with services().database.reading(current_scope()) as connection:
        try:
            preview(connection, content=content, terms=_terms(upload))
        except CommerceError as error:
            return _start_page(sentence(error))
    _uploads().keep(upload)
    return moved("import_preview", upload_id=upload.id)


@needs(Permission.EDIT_PRODUCTS)
def import_preview(upload_id: UUID) -> Response:
    """Show what the import would do, row by row; nothing has changed."""
    if _uploads().progress(upload_id).stage != "waiting":
        return moved("import_progress", upload_id=upload_id)
    upload = _uploads().find(upload_id)
    with services().database.reading(current_scope()) as connection:
        seen = preview(connection, content=upload.content, terms=_terms(upload))
    return draw(
        "products/import_preview.html",
        title=_("Check the file"),
        room="products",
        trail=_trail(),
        upload=upload,
        seen=seen,
        products=seen.products[:_MOST_SHOWN],
        problems=told(seen.problems[:_MOST_SHOWN]),
        more=max(0, len(seen.products) - _MOST_SHOWN),
        has_errors=any(problem.severity == "error" for problem in seen.problems),
    )


@needs(Permission.EDIT_PRODUCTS)
def import_errors(upload_id: UUID) -> Response:
    """Give the rows with errors back as a file, each with what is wrong with it."""
    upload = _uploads().find(upload_id)
    with services().database.reading(current_scope()) as connection:
        seen = preview(connection, content=upload.content, terms=_terms(upload))
    return as_file(
        error_file(upload.content, seen.problems, heading=_("What is wrong"), said=_spoken),
        "rows-to-correct.csv",
    )


@needs(Permission.EDIT_PRODUCTS)
def start_import(upload_id: UUID) -> Response:
    """Let the worker import the file; a second click starts nothing."""
    _uploads().find(upload_id)
    with services().database.transaction(current_scope()) as session:
        services().durable.enqueue(
            session,
            run_import,
            key=str(upload_id),
            merchant_id=str(current_merchant().id),
            upload_id=str(upload_id),
            actor_id=str(actor()),
        )
    return moved("import_progress", upload_id=upload_id)


@needs(Permission.EDIT_PRODUCTS)
def import_progress(upload_id: UUID) -> Response:
    """Show how far the import is; the page asks again by itself and may be left."""
    progress = _uploads().progress(upload_id)
    if progress.stage == "done" and progress.import_id:
        target = link("import_result", import_id=progress.import_id)
        if request.headers.get("HX-Request"):
            return Response(headers={"HX-Redirect": target})
        return moved("import_result", import_id=progress.import_id)
    upload = _uploads().find(upload_id)
    why = _spoken(progress.problem) if progress.problem else ""
    if request.headers.get("HX-Request"):
        return fragment("products/progress.html", progress=progress, upload=upload, why=why)
    return draw(
        "products/import_progress.html",
        title=_("Importing %(file)s", file=upload.file_name),
        room="products",
        trail=_trail(),
        progress=progress,
        upload=upload,
        why=why,
    )


@needs(Permission.EDIT_PRODUCTS)
def import_result(import_id: UUID) -> Response:
    """Show what an import did, and offer to take it back."""
    past = _past(import_id)
    undoing = _uploads().progress(import_id)
    return draw(
        "products/import_result.html",
        title=past.file_name,
        room="products",
        trail=_trail(),
        past=past,
        asked=past.state == "done" and bool(request.args.get("undoing")),
        undoing=undoing if past.state == "done" and undoing.stage == "running" else None,
        problems=told(past.problems[:_MOST_SHOWN]),
    )


@needs(Permission.EDIT_PRODUCTS)
def undo(import_id: UUID) -> Response:
    """Let the worker put everything back as it was."""
    past = _past(import_id)
    if past.state not in {"done", "failed"}:
        announce(_("This import has been taken back already."), "wait")
        return moved("import_result", import_id=import_id)
    with services().database.transaction(current_scope()) as session:
        services().durable.enqueue(
            session,
            take_import_back,
            key=str(import_id),
            merchant_id=str(current_merchant().id),
            import_id=str(import_id),
            actor_id=str(actor()),
        )
    announce(_("The products are being put back as they were. You may leave this page."), "info")
    return moved("import_result", import_id=import_id, undoing="1")


def told(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Return problems in the page's language."""
    return [
        {
            "row": each.row,
            "column": each.column,
            "severity": each.severity,
            "text": _spoken(each),
        }
        for each in problems
    ]


def _spoken(problem: Problem | Refusal) -> str:
    return say(problem.template, readable(problem.params))


def as_file(content: bytes, name: str) -> Response:
    """Answer with a CSV to keep."""
    response = make_response(content)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _start_page(fault: str = "") -> Response:
    with services().database.reading(current_scope()) as connection:
        past = past_imports(connection)
        pictures = failed_fetches(connection)
        places = [place for place in locations(connection) if place.active]
        usual = default_location(connection)
    return draw(
        "products/imports.html",
        title=_("Import products"),
        room="products",
        trail=(Crumb(_("Products"), link("products")),),
        status=422 if fault else 200,
        faults=[{"field": "file", "message": fault}] if fault else [],
        past=past,
        pictures=[(each, _spoken(each.problem)) for each in pictures],
        places=[
            *((str(each.id), in_language(each.name, each.name_zh)) for each in places),
            ("", _("Leave the stock as it is")),
        ],
        usual=str(usual or ""),
        locale_choices=[("en", "English"), ("zh", "中文")],
    )


def _past(import_id: UUID) -> PastImport:
    with services().database.reading(current_scope()) as connection:
        found = next((e for e in past_imports(connection, most=500) if e.id == import_id), None)
    if found is None:
        raise ImportNotFoundError
    return found


def _terms(upload: Upload) -> ImportTerms:
    return ImportTerms(
        merchant_id=current_merchant().id,
        currency=current_merchant().currency,
        locale=upload.locale,
        location_id=upload.location_id,
    )


def _uploads() -> Uploads:
    return Uploads(services().settings.var, current_merchant().id)


def _trail() -> tuple[Crumb, ...]:
    return (
        Crumb(_("Products"), link("products")),
        Crumb(_("Import products"), link("imports")),
    )

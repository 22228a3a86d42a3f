"""Product files in: sent, and looked through before anything changes."""

from uuid import UUID

from flask import Response, make_response, request

from commerce.imports.export import error_file
from commerce.imports.looking import Look
from commerce.imports.process import keep_a_look, look_at_file
from commerce.imports.queries import default_location, failed_fetches, find_import, past_imports
from commerce.imports.uploads import Upload, Uploads
from commerce.inventory.queries import locations
from commerce.kernel.ids import new_id
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, draw, fragment, link, moved
from storefront.backoffice.forms import typed_id
from storefront.backoffice.products.import_words import (
    action_label,
    action_labels,
    dialect_names,
    said,
    shown_changes,
    told,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language

_MOST_BYTES_AT_ONCE, _MOST_LINES_AT_ONCE = 1_000_000, 500
"""A file that is looked through while the browser waits; the worker takes larger ones."""


@needs(Permission.EDIT_PRODUCTS)
def imports() -> Response:
    """Ask for a file, and list what was imported before."""
    return _start_page()


@needs(Permission.EDIT_PRODUCTS)
def look() -> Response:
    """Keep the file that was sent, let it be looked through once, and go to what was seen."""
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content or file is None:
        return _start_page(_("Choose a CSV file first."))
    place = typed_id(request.form.get("place"))
    if place and not _place(place):
        return _start_page(_("Choose a place from the list."))
    upload = Upload(
        id=new_id(),
        file_name=(file.filename or "products.csv")[:200],
        locale=request.form.get("locale", "")
        if request.form.get("locale") in LANGUAGES
        else language(),
        location_id=place,
        content=content,
    )
    uploads().keep(upload)
    if len(content) > _MOST_BYTES_AT_ONCE or content.count(b"\n") > _MOST_LINES_AT_ONCE:
        _let_the_worker_look(upload.id)
        return moved("import_preview", upload_id=upload.id)
    keep_a_look(services().database, uploads(), current_merchant().id, upload.id)
    refused = uploads().refused(upload.id)
    return _start_page(said(refused)) if refused else moved("import_preview", upload_id=upload.id)


@needs(Permission.EDIT_PRODUCTS)
def import_preview(upload_id: UUID) -> Response:
    """Show what the import would do, row by row; nothing has changed."""
    with services().database.reading(current_scope()) as connection:
        if find_import(connection, import_id=upload_id) is not None:
            return moved("import_progress", upload_id=upload_id)
    upload = uploads().about(upload_id)
    refused, seen = uploads().refused(upload_id), uploads().look(upload_id)
    if refused is not None:
        return _ready(upload_id) if _asked_by_script() else _start_page(said(refused))
    if seen is None:
        return _looking(upload)
    return _ready(upload_id) if _asked_by_script() else _preview(upload, seen)


@needs(Permission.EDIT_PRODUCTS)
def import_errors(upload_id: UUID) -> Response:
    """Give the rows with errors back as a file, each with what is wrong with it."""
    return as_file(
        error_file(uploads().faulty(upload_id), heading=_("What is wrong"), said=said),
        "rows-to-correct.csv",
    )


def as_file(content: bytes, name: str) -> Response:
    """Answer with a CSV to keep."""
    response = make_response(content)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def uploads() -> Uploads:
    """Return the current merchant's files."""
    return Uploads(services().settings.var, current_merchant().id)


def trail() -> tuple[Crumb, ...]:
    """Return the way to a page about an import."""
    return (
        Crumb(_("Products"), link("products")),
        Crumb(_("Import products"), link("imports")),
    )


def _let_the_worker_look(upload_id: UUID) -> None:
    with services().database.transaction(current_scope()) as session:
        services().durable.enqueue(
            session,
            look_at_file,
            key=str(upload_id),
            merchant_id=str(current_merchant().id),
            upload_id=str(upload_id),
        )


def _preview(upload: Upload, look: Look) -> Response:
    currency = current_merchant().currency
    return draw(
        "products/import_preview.html",
        title=_("Check the file"),
        room="products",
        trail=trail(),
        upload=upload,
        look=look,
        seen=look.seen,
        dialects=dialect_names(),
        currency=currency,
        place=_place(upload.location_id),
        names=action_labels(),
        products=[
            (each, action_label(each), shown_changes(each.changes, currency))
            for each in look.seen.products
        ],
        problems=told(look.seen.problems),
    )


def _looking(upload: Upload) -> Response:
    seen = uploads().looking(upload.id)
    if _asked_by_script():
        return fragment("products/looking.html", upload=upload, looking=seen)
    return draw(
        "products/import_looking.html",
        title=_("Checking %(file)s", file=upload.file_name),
        room="products",
        trail=trail(),
        upload=upload,
        looking=seen,
    )


def _ready(upload_id: UUID) -> Response:
    return Response(headers={"HX-Redirect": link("import_preview", upload_id=upload_id)})


def _asked_by_script() -> bool:
    return bool(request.headers.get("HX-Request"))


def _place(location_id: UUID | None) -> str:
    """Return what the place of the file's quantities is called; "" when stock is left alone."""
    if location_id is None:
        return ""
    with services().database.reading(current_scope()) as connection:
        found = next((each for each in locations(connection) if each.id == location_id), None)
    return in_language(found.name, found.name_zh) if found else ""


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
        pictures=[(each, said(each.problem)) for each in pictures],
        places=[
            *((str(each.id), in_language(each.name, each.name_zh)) for each in places),
            ("", _("Leave the stock as it is")),
        ],
        usual=str(usual or ""),
        locale_choices=[("en", "English"), ("zh", "中文")],
    )

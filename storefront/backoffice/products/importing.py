"""Product files in: sent, and looked through before anything changes."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, make_response, request

from commerce.catalogue.queries.matching import ProductFilter, matching_ids
from commerce.imports.export import error_file
from commerce.imports.looking import Look
from commerce.imports.process import keep_a_look, look_at_file
from commerce.imports.queries import default_location, failed_fetches, find_import, past_imports
from commerce.imports.refusal import Refusal
from commerce.imports.uploads import Upload, Uploads
from commerce.inventory.queries import locations
from commerce.kernel.ids import new_id
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from commerce.web.sizes import MOST_OF_FILES, takes
from storefront.backoffice.desk import Crumb, draw, fragment, link, moved
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.products.import_words import (
    action_label,
    action_labels,
    dialect_names,
    said,
    shown_changes,
    told,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.posts import places_in_use
from storefront.backoffice.words import in_language

_MOST_BYTES_AT_ONCE, _MOST_LINES_AT_ONCE = 1_000_000, 500
"""A file that is looked through while the browser waits; the worker takes larger ones."""


@needs(Permission.EDIT_PRODUCTS)
def imports() -> Response:
    """Ask for a file, and list what was imported before."""
    return _start_page()


@takes(MOST_OF_FILES)
@needs(Permission.EDIT_PRODUCTS)
def look() -> Response:
    """Keep the file that was sent, let it be looked through once, and go to what was seen."""
    file = request.files.get("file")
    content = file.read() if file else b""
    faults = _misread()
    if not content or file is None:
        faults = [{"field": "file", "message": _("Choose a CSV file first.")}, *faults]
    if faults or file is None:
        return _start_page(faults)
    upload = Upload(
        id=new_id(),
        file_name=(file.filename or "products.csv")[:200],
        locale=request.form["locale"],
        location_id=typed_id(request.form.get("place")),
        content=content,
    )
    uploads().keep(upload)
    if len(content) > _MOST_BYTES_AT_ONCE or content.count(b"\n") > _MOST_LINES_AT_ONCE:
        _let_the_worker_look(upload.id)
        return moved("import_preview", upload_id=upload.id)
    keep_a_look(services().database, uploads(), current_merchant().id, upload.id)
    refused = uploads().refused(upload.id)
    return (
        _start_page(_of_file(refused)) if refused else moved("import_preview", upload_id=upload.id)
    )


@needs(Permission.EDIT_PRODUCTS)
def import_preview(upload_id: UUID) -> Response:
    """Show what the import would do, row by row; nothing has changed."""
    with services().database.reading(current_scope()) as connection:
        if find_import(connection, import_id=upload_id) is not None:
            return moved("import_progress", upload_id=upload_id)
    upload = uploads().about(upload_id)
    refused, seen = uploads().refused(upload_id), uploads().look(upload_id)
    if refused is not None:
        return _ready(upload_id) if _asked_by_script() else _start_page(_of_file(refused))
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


def _misread() -> list[Fault]:
    """Return what was chosen that is not in the lists: nothing is taken for something else."""
    faults: list[Fault] = []
    if request.form.get("locale") not in LANGUAGES:
        faults.append({"field": "locale", "message": _("Choose from the list.")})
    with services().database.reading(current_scope()) as connection:
        places = {str(place.id) for place in places_in_use(connection)}
    # Blank leaves the stock as it is.
    if request.form.get("place", "") not in {"", *places}:
        faults.append({"field": "place", "message": _("Choose a place from the list.")})
    return faults


def _of_file(refused: Refusal) -> list[Fault]:
    return [{"field": "file", "message": said(refused)}]


def _start_page(faults: Sequence[Fault] = ()) -> Response:
    with services().database.reading(current_scope()) as connection:
        past = past_imports(connection)
        pictures = failed_fetches(connection)
        places = places_in_use(connection)
        usual = default_location(connection)
        has_goods = bool(
            matching_ids(connection, ProductFilter(("draft", "active")), after=None, most=1)
        )
    return draw(
        "products/imports.html",
        title=_("Import products"),
        room="products",
        trail=(Crumb(_("Products"), link("products")),),
        status=422 if faults else 200,
        faults=faults,
        wrong={each["field"]: each["message"] for each in faults},
        past=past,
        pictures=[(each, said(each.problem)) for each in pictures],
        places=[
            *((str(each.id), in_language(each.name, each.name_zh)) for each in places),
            ("", _("Leave the stock as it is")),
        ],
        # A file into a shop with goods mostly corrects words or prices: old counts would undo sales.
        place=request.form.get("place", "" if has_goods else str(usual or "")),
        chosen_locale=request.form.get("locale", language()),
        locale_choices=[("en", "English"), ("zh", "中文")],
    )

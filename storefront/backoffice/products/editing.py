"""One product: made, changed, described in both languages, priced, classified."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.datastructures import MultiDict

from commerce.catalogue.errors import GtinTakenError, InvalidProductError, SkuTakenError
from commerce.catalogue.records import Words
from commerce.catalogue.soundness import sound
from commerce.customers.form import countries
from commerce.kernel.errors import CommerceError, FieldProblem
from commerce.park.permissions import Permission
from commerce.web.faults import say
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from commerce.web.sizes import MOST_OF_FILES, takes
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import ChangedLine, Fault, readable, sent, sentence
from storefront.backoffice.once import named_wish
from storefront.backoffice.products.asking import AskedVariant, unsold
from storefront.backoffice.products.conflict import changed_lines, field_labels
from storefront.backoffice.products.file import ProductFile, blank_product, read_product
from storefront.backoffice.products.form import FIELD_OF, ProductForm, filled
from storefront.backoffice.products.meanwhile import (
    StaleFormError,
    brought_together,
    is_stale,
    seal_of_product,
)
from storefront.backoffice.products.opening import opening_fields
from storefront.backoffice.products.options import option_rows
from storefront.backoffice.products.pictures import hang
from storefront.backoffice.products.saving import Wanted, keep_product, read_form
from storefront.backoffice.products.story import is_formatted
from storefront.backoffice.products.tariff_rows import destinations, tariff_rows
from storefront.backoffice.products.variant_rows import variant_rows
from storefront.backoffice.speech import gettext as _

_VARIANT = re.compile(r"/variants/([0-9]+)/([a-z_]+)")
_CELLS = {"sku": "sku", "gtin": "gtin", "weight_grams": "grams", "origin_country": "origin"}
"""What the fields of a variant begin with, by what they are called on the sheet."""


@takes(MOST_OF_FILES)
@needs(Permission.EDIT_PRODUCTS)
def new_product() -> Response:
    """Ask for everything that a first sale needs; a name is enough."""
    if request.method == "GET":
        return _page(_blank())
    return _save(_blank())


@needs(Permission.VIEW_PRODUCTS)
def product(product_id: UUID) -> Response:
    """Show one product with every field."""
    with services().database.reading(current_scope()) as connection:
        file = read_product(connection, product_id)
    return _page(file)


@takes(MOST_OF_FILES)
@needs(Permission.EDIT_PRODUCTS)
def change(product_id: UUID) -> Response:
    """Make the product what the form says."""
    with services().database.reading(current_scope()) as connection:
        file = read_product(connection, product_id)
    if not is_stale(file, request.form):
        return _save(file)
    form = _form(file, brought_together(file, request.form))
    lines = changed_lines(file, form, request.form)
    # A form without a seal that says what stands there anyway overwrites nothing.
    return _page(file, form, changed=lines) if lines else _save(file)


def _save(file: ProductFile) -> Response:
    form = _form(file)
    wanted = read_form(file, form)
    if form.faults:
        _say_the_rest(file, form, wanted)
        return _page(file, form, wanted.asked)
    try:
        kept = services().database.run(
            current_scope(), lambda session: keep_product(session, file, form, wanted)
        )
    except CommerceError as error:
        _refuse(form, error, wanted)
        return _page(file, form)
    except StaleFormError:
        return change(file.sheet.id)
    announce(_("Saved."))
    if kept is None and file.is_new:
        # The form was sent twice; the product that the first made has an id that only it knows.
        return moved("products")
    if kept is not None:
        hang(kept)
    return moved("product", product_id=kept.id if kept else file.sheet.id)


def _say_the_rest(file: ProductFile, form: ProductForm, wanted: Wanted) -> None:
    """Add what the catalogue would refuse next, so that everything is said at once."""
    if form.errors:
        return  # the sheet does not hold what was typed
    try:
        sound(wanted.sheet)
    except InvalidProductError as error:
        for problem in error.problems:
            of_variant = _VARIANT.fullmatch(problem.pointer)
            made = file.is_new and of_variant and of_variant[2] == "sku"  # where nobody typed one
            if problem.pointer in FIELD_OF or (of_variant and not made):
                _mark(form, problem, wanted)


def _refuse(form: ProductForm, error: CommerceError, wanted: Wanted) -> None:
    """Say what the catalogue refuses at the fields where it is mended."""
    if isinstance(error, InvalidProductError):
        for problem in error.problems:
            _mark(form, problem, wanted)
    elif isinstance(error, SkuTakenError | GtinTakenError):
        form.refusals.append({"field": _taken(error, wanted), "message": sentence(error)})
    else:
        form.refuse(error)


def _taken(error: CommerceError, wanted: Wanted) -> str:
    """Return the field that holds a number that belongs to another variant."""
    for kind, number in error.params.items():
        for variant in wanted.sheet.variants:
            if number is not None and number == getattr(variant, kind, None):
                return wanted.field_of(variant.id, kind)
    return ""


def _mark(form: ProductForm, problem: FieldProblem, wanted: Wanted) -> None:
    """Say a fault of the sheet at the field where it is mended, else at the top."""
    told = say(problem.template, readable(problem.params))
    name = FIELD_OF.get(problem.pointer, "")
    if found := _VARIANT.fullmatch(problem.pointer):
        variant = wanted.sheet.variants[int(found[1])]
        name = wanted.field_of(variant.id, _CELLS.get(found[2], ""))
    name = f"{language()}_name" if name == "en_name" else name
    if name in form:
        form[name].errors = [*form[name].errors, told]
    else:
        form.refusals.append({"field": name, "message": told})


def _blank() -> ProductFile:
    with services().database.transaction(current_scope()) as session:
        return blank_product(session, merchant_id=current_merchant().id)


def _form(file: ProductFile, typed: MultiDict[str, str] | None = None) -> ProductForm:
    shown = filled(file.sheet) | ({"handle": ""} if file.is_new else {})
    form: ProductForm = (
        ProductForm(typed)
        if typed is not None
        else sent(ProductForm, data=None if request.method == "POST" else shown)
    )
    known = {code for code, _name in file.classes}
    extra = [] if file.sheet.tax_class in known else [(file.sheet.tax_class, file.sheet.tax_class)]
    form.tax_class.choices = [*file.classes, *extra]
    form.categories.choices = file.categories
    return form


def _named_faults(file: ProductFile, form: ProductForm) -> list[Fault]:
    """Return what is wrong, each with what its field is called, in which language or of which variant."""
    labels = field_labels(file, form)
    return [
        {**fault, "label": labels[fault["field"]]} if fault["field"] in labels else fault
        for fault in form.faults
    ]


def _page(
    file: ProductFile,
    form: ProductForm | None = None,
    asked: Sequence[AskedVariant] = (),
    *,
    changed: Sequence[ChangedLine] = (),
) -> Response:
    sheet = file.sheet
    typed: Any = None
    if form is not None:
        typed = brought_together(file, request.form) if changed else request.form
    words = sheet.words.get(language()) or next(iter(sheet.words.values()), Words(name=""))
    return draw(
        "products/edit.html",
        title=words.name or _("New product"),
        room="products",
        trail=(Crumb(_("Products"), link("products")),),
        status=409 if changed else 422 if form is not None else 200,
        file=file,
        form=form or _form(file),
        faults=_named_faults(file, form) if form is not None else [],
        options=option_rows(sheet, typed),
        asked=asked,
        changed=changed,
        seal=seal_of_product(file),
        unsold=unsold(sheet),
        variants=variant_rows(sheet, file.prices, file.lists, typed),
        codes=tariff_rows(file, typed),
        destinations=destinations(file),
        opening=opening_fields(file.places, typed),
        wish=named_wish(),
        sent_pictures=any(each.filename for each in request.files.getlist("pictures")),
        is_formatted=is_formatted,
        countries=countries(language()),
        shop_url=f"/{language()}/{current_merchant().slug}/p/{sheet.handle}",
    )

"""One product: made, changed, described in both languages, priced, classified."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.errors import InvalidProductError
from commerce.catalogue.queries import pictures_of, product_for_edit, tariff_codes
from commerce.catalogue.records import Picture, ProductSheet, TariffCode, VariantSheet, Words
from commerce.catalogue.service.customs import classify, declassify
from commerce.catalogue.service.products import change_product, create_product
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_code
from commerce.park.permissions import Permission
from commerce.pricing.queries import price_lists, tax_classes
from commerce.pricing.queries.lists import listed_prices
from commerce.pricing.rows import ListedPrice, PriceListRow
from commerce.pricing.service import open_base_list, remove_price, set_prices
from commerce.web.faults import say
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.identity.current import may
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import readable, sent
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.products.form import FIELD_OF, ProductForm, filled, read_sheet_words
from storefront.backoffice.products.listing import flat_categories
from storefront.backoffice.products.variants import (
    option_rows,
    read_prices,
    read_variants,
    variant_rows,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language

_LEAST_CODES, _MORE_CODES = 4, 2


@dataclass(frozen=True, slots=True)
class ProductFile:
    """One product with everything that its page shows."""

    sheet: ProductSheet
    is_new: bool
    pictures: tuple[Picture, ...]
    lists: tuple[PriceListRow, ...]
    prices: tuple[ListedPrice, ...]
    codes: tuple[TariffCode, ...]
    classes: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    alts: dict[UUID, dict[str, str]] = field(default_factory=dict)


@needs(Permission.EDIT_PRODUCTS)
def new_product() -> Response:
    """Ask what the product is called; the rest comes on its own page."""
    if request.method == "GET":
        return _page(_blank())
    return _save(_blank())


@needs(Permission.VIEW_PRODUCTS)
def product(product_id: UUID) -> Response:
    """Show one product with every field."""
    with services().database.reading(current_scope()) as connection:
        file = _read(connection, product_id)
    return _page(file)


@needs(Permission.EDIT_PRODUCTS)
def change(product_id: UUID) -> Response:
    """Make the product what the form says."""
    with services().database.reading(current_scope()) as connection:
        file = _read(connection, product_id)
    return _save(file)


def _save(file: ProductFile) -> Response:
    form = _form(file)
    faults_in_form = not form.validate()
    sheet = read_sheet_words(form, file.sheet) if not faults_in_form else file.sheet
    sheet, faults = read_variants(sheet, request.form, sell_when_out=form.sell_when_out.data)
    changes, misread = read_prices(sheet, file.lists, request.form)
    form.refusals += [*faults, *misread]
    if form.faults:
        return _page(file, form)

    def work(session: Session) -> None:
        if not is_first(session):
            return
        merchant_id = current_merchant().id
        put = create_product if file.is_new else change_product
        put(session, merchant_id=merchant_id, sheet=sheet)
        _classify(session, merchant_id, file, sheet.id)
        if not may(Permission.EDIT_PRICES):
            return
        for price_list, prices in changes.items():
            set_prices(session, merchant_id=merchant_id, prices=prices, price_list=price_list)
        _take_away_prices(session, merchant_id, file, sheet)

    try:
        services().database.run(current_scope(), work)
    except InvalidProductError as error:
        for problem in error.problems:
            told = say(problem.template, readable(problem.params))
            control = FIELD_OF.get(problem.pointer, "")
            form.refusals.append({"field": control, "message": told})
        return _page(file, form)
    except CommerceError as error:
        form.refuse(error)
        return _page(file, form)
    announce(_("Saved."))
    return moved("product", product_id=sheet.id)


def _take_away_prices(
    session: Session, merchant_id: UUID, file: ProductFile, sheet: ProductSheet
) -> None:
    """Remove the prices whose fields were emptied."""
    here = {variant.id for variant in sheet.variants}
    for price in file.prices:
        emptied = request.form.get(f"price-{price.variant_id}-{price.price_list_id}") == ""
        if emptied and price.variant_id in here and not price.derived:
            remove_price(
                session,
                merchant_id=merchant_id,
                variant_id=price.variant_id,
                price_list=price.price_list_id,
            )


def _classify(session: Session, merchant_id: UUID, file: ProductFile, product_id: UUID) -> None:
    """Keep the codes that were typed, and take back those that were ticked or emptied."""
    kept: set[str] = set()
    shown: set[str] = set()
    for at, known in enumerate(_padded(file)):
        if f"code-{at}-country" not in request.form:
            continue
        shown |= {known.destination} if known else set()
        country = request.form[f"code-{at}-country"].strip().upper()[:2]
        code = request.form.get(f"code-{at}-code", "").strip()
        if country and code and str(at) not in request.form.getlist("code-remove"):
            kept.add(country)
            classify(
                session,
                merchant_id=merchant_id,
                product_id=product_id,
                destination=country,
                code=code,
                source=request.form.get(f"code-{at}-source", "").strip()[:200] or "merchant",
            )
    for country in sorted(shown - kept):
        declassify(session, merchant_id=merchant_id, product_id=product_id, destination=country)


def _padded(file: ProductFile) -> list[TariffCode | None]:
    """Return the codes with a few blank rows behind them."""
    return [*file.codes, *[None] * max(_LEAST_CODES - len(file.codes), _MORE_CODES)]


def _blank() -> ProductFile:
    sheet = ProductSheet(
        handle=f"product-{new_code(6).lower()}",
        words={},
        variants=(VariantSheet(sku=""),),
    )
    with services().database.transaction(current_scope()) as session:
        open_base_list(session, merchant_id=current_merchant().id)
        connection = session.connection()
        return ProductFile(
            sheet=sheet,
            is_new=True,
            pictures=(),
            lists=price_lists(connection),
            prices=(),
            codes=(),
            classes=_classes(connection),
            categories=flat_categories(connection),
        )


def _read(connection: Connection, product_id: UUID) -> ProductFile:
    sheet = product_for_edit(connection, product_id=product_id)
    return ProductFile(
        sheet=sheet,
        is_new=False,
        pictures=pictures_of(connection, product_id=product_id, locale=language()),
        lists=price_lists(connection),
        prices=listed_prices(connection, variant_ids=[each.id for each in sheet.variants]),
        codes=tuple(
            code
            for code in tariff_codes(connection, product_id=product_id)
            if code.variant_id is None and code.destination != "*"
        ),
        classes=_classes(connection),
        categories=flat_categories(connection),
        alts=_alts(connection, product_id),
    )


def _alts(connection: Connection, product_id: UUID) -> dict[UUID, dict[str, str]]:
    """Return what stands for each picture in each language."""
    said: dict[UUID, dict[str, str]] = {}
    for locale in LANGUAGES:
        for each in pictures_of(connection, product_id=product_id, locale=locale):
            said.setdefault(each.id, {})[locale] = each.alt
    return said


def _classes(connection: Connection) -> list[tuple[str, str]]:
    return [(each.code, in_language(each.name, each.name_zh)) for each in tax_classes(connection)]


def _form(file: ProductFile) -> ProductForm:
    form: ProductForm = sent(
        ProductForm, data=None if request.method == "POST" else filled(file.sheet)
    )
    known = {code for code, _name in file.classes}
    extra = [] if file.sheet.tax_class in known else [(file.sheet.tax_class, file.sheet.tax_class)]
    form.tax_class.choices = [*file.classes, *extra]
    form.categories.choices = file.categories
    return form


def _page(file: ProductFile, form: ProductForm | None = None) -> Response:
    sheet = file.sheet
    typed: Any = request.form if form is not None else None
    words = sheet.words.get(language()) or next(iter(sheet.words.values()), Words(name=""))
    return draw(
        "products/edit.html",
        title=words.name or _("New product"),
        room="products",
        trail=(Crumb(_("Products"), link("products")),),
        status=422 if form is not None else 200,
        file=file,
        form=form or _form(file),
        faults=form.faults if form is not None else [],
        options=option_rows(sheet, typed),
        variants=variant_rows(sheet, file.prices, file.lists, typed),
        codes=_code_rows(file, typed),
        wish=named_wish(),
        shop_url=f"/{language()}/{current_merchant().slug}/p/{sheet.handle}",
    )


def _code_rows(file: ProductFile, typed: Any) -> list[dict[str, str]]:
    """Return the rows of codes, as typed when the form comes back."""
    given = typed or {}
    rows = [
        {
            "country": known.destination if known else "",
            "code": known.code if known else "",
            "source": known.source if known else "",
        }
        for known in _padded(file)
    ]
    return [
        {part: given.get(f"code-{at}-{part}", value) for part, value in row.items()}
        | {"known": "yes" if at < len(file.codes) else ""}
        for at, row in enumerate(rows)
    ]

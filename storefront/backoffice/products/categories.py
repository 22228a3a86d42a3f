"""Categories: the tree in which shoppers look, grown, renamed, moved and pruned."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from commerce.catalogue.errors import CategoryNotFoundError
from commerce.catalogue.queries import category_entries
from commerce.catalogue.records import CategoryEntry
from commerce.catalogue.service.categories import (
    CategoryText,
    change_category,
    create_category,
    remove_category,
)
from commerce.imports.dialects.names import handle_from
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    IntegerField,
    SelectField,
    optional_text,
    sent,
    within,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_TONGUES = ("en", "zh")
_NOT_IN_SLUGS = frozenset("/?#%&=")
MOST_DEPTH = 6


class CategoryForm(DeskForm):
    """A category: what it is called, where it stands."""

    en_name = StringField(lazy_gettext("Name in English"), optional_text(120))
    zh_name = StringField(lazy_gettext("Name in Chinese"), optional_text(120))
    en_about = TextAreaField(lazy_gettext("Words above its shelf, in English"), optional_text(1000))
    zh_about = TextAreaField(lazy_gettext("Words above its shelf, in Chinese"), optional_text(1000))
    parent = SelectField(lazy_gettext("Stands in"), validate_choice=False)
    slug = StringField(lazy_gettext("Address in the shop"), optional_text(100))
    position = IntegerField(lazy_gettext("Position"), [within(0, 9999)])

    @property
    def names(self) -> dict[str, str]:
        """The names that were typed, by language."""
        typed = {each: str(self[f"{each}_name"].data or "").strip() for each in _TONGUES}
        return {locale: name for locale, name in typed.items() if name}


@needs(Permission.VIEW_PRODUCTS)
def categories() -> Response:
    """Show the whole tree."""
    return draw(
        "products/categories.html",
        title=_("Categories"),
        room="products",
        trail=(Crumb(_("Products"), link("products")),),
        entries=_entries(),
        called=called,
        other="en" if language() == "zh" else "zh",
    )


@needs(Permission.EDIT_PRODUCTS)
def new_category() -> Response:
    """Add a category."""
    entries = _entries()
    form = _filled(None, entries)
    if request.method == "GET":
        return _category_page(None, entries, form)
    path = _path(form, entries)
    if path is None:
        return _category_page(None, entries, form)

    def work(session: Session) -> UUID:
        return create_category(
            session,
            merchant_id=current_merchant().id,
            path=path,
            texts=_texts(form, None),
            position=form.position.data,
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        _refuse(form, error)
        return _category_page(None, entries, form)
    announce(_("Added. Products enter it at their own page."))
    return moved("categories")


@needs(Permission.EDIT_PRODUCTS)
def category(category_id: UUID) -> Response:
    """Show one category to be changed."""
    entries = _entries()
    entry = _entry(entries, category_id)
    return _category_page(entry, entries, _filled(entry, entries))


@needs(Permission.EDIT_PRODUCTS)
def change_one(category_id: UUID) -> Response:
    """Rename, reword or move a category with everything below it."""
    entries = _entries()
    entry = _entry(entries, category_id)
    form = _filled(entry, entries)
    path = _path(form, entries)
    if path is None:
        return _category_page(entry, entries, form)

    def drawn(connection: Connection) -> CategoryForm:
        now = category_entries(connection)
        return _shown(_entry(now, category_id), now)

    def work(session: Session) -> None:
        hold_still(session, form, drawn)
        change_category(
            session,
            merchant_id=current_merchant().id,
            path=entry.path,
            new_path=path,
            texts=_texts(form, entry),
            position=form.position.data,
        )

    try:
        services().database.run(current_scope(), work)
    except StaleFormError as stale:
        return _category_page(entry, entries, stale.told_on(form))
    except CommerceError as error:
        _refuse(form, error)
        return _category_page(entry, entries, form)
    announce(_("Saved."))
    return moved("categories")


@needs(Permission.EDIT_PRODUCTS)
def remove_one(category_id: UUID) -> Response:
    """Take a category away; its products go where the form says."""
    entries = _entries()
    entry = _entry(entries, category_id)
    heir = request.form.get("heir") or None
    if request.form.get("sure") != "y":
        form = _shown(entry, entries)
        told = _("Tick this first: a category that is gone does not come back.")
        form.refusals.append({"field": "sure", "message": told})
        return _category_page(entry, entries, form, unsure=True)

    def work(session: Session) -> None:
        remove_category(session, merchant_id=current_merchant().id, path=entry.path, heir=heir)

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        form = _shown(entry, entries)
        form.refuse(error)
        return _category_page(entry, entries, form)
    announce(_("“%(category)s” is gone.", category=called(entry)))
    return moved("categories")


def called(entry: CategoryEntry) -> str:
    """Return what a category is called in the page's language, else in any."""
    return entry.names.get(language()) or next(iter(entry.names.values()), entry.slug)


def _entries() -> tuple[CategoryEntry, ...]:
    with services().database.reading(current_scope()) as connection:
        return category_entries(connection)


def _entry(entries: Sequence[CategoryEntry], category_id: UUID) -> CategoryEntry:
    for entry in entries:
        if entry.id == category_id:
            return entry
    raise CategoryNotFoundError(category=str(category_id))


def _filled(entry: CategoryEntry | None, entries: Sequence[CategoryEntry]) -> CategoryForm:
    form: CategoryForm = sent(CategoryForm, data=_facts(entry, entries))
    form.parent.choices = [("", _("the top of the shop")), *_homes(entries, entry)]
    return form


def _shown(entry: CategoryEntry, entries: Sequence[CategoryEntry]) -> CategoryForm:
    """Return the form as the category stands, whatever was sent."""
    form = CategoryForm(data=_facts(entry, entries))
    form.parent.choices = [("", _("the top of the shop")), *_homes(entries, entry)]
    return form


def _facts(entry: CategoryEntry | None, entries: Sequence[CategoryEntry]) -> dict[str, object]:
    if entry is None:
        return {"position": len(entries) + 1, "parent": request.args.get("in", "")}
    return {
        **{f"{each}_name": entry.names.get(each, "") for each in _TONGUES},
        **{f"{each}_about": entry.abouts.get(each, "") for each in _TONGUES},
        "parent": entry.parent,
        "slug": entry.slug,
        "position": entry.position,
    }


def _homes(
    entries: Sequence[CategoryEntry], without: CategoryEntry | None
) -> list[tuple[str, str]]:
    """Return the categories that can hold another: not itself, nor what stands below it."""
    return [
        (each.path, "– " * each.depth + called(each))
        for each in entries
        if without is None
        or not (each.path == without.path or each.path.startswith(f"{without.path}/"))
    ]


def _path(form: CategoryForm, entries: Sequence[CategoryEntry]) -> str | None:
    """Return the path that the form asks for; None with the faults told at their fields."""
    form.validate()
    names = form.names
    if not names:
        form.en_name.errors = [_("Give the category a name in one language at least.")]
    slug = str(form.slug.data or "").strip() or handle_from(next(iter(names.values()), ""))
    if names and (not slug or _NOT_IN_SLUGS & set(slug) or len(slug.split()) != 1):
        form.slug.errors = [_("Use letters, digits and dashes, without spaces and / ? # % & =.")]
    above = str(form.parent.data or "")
    if above not in {"", *(each.path for each in entries)}:
        form.parent.errors = [_("Choose from the list.")]
    elif above.count("/") + 2 > MOST_DEPTH:
        form.parent.errors = [_("Categories stand at most %(most)s deep.", most=MOST_DEPTH)]
    if form.faults:
        return None
    return f"{above}/{slug}".lstrip("/").lower()


def _texts(form: CategoryForm, entry: CategoryEntry | None) -> dict[str, CategoryText]:
    """Return the words that were typed; languages that the form does not show stay."""
    others: dict[str, CategoryText] = {}
    if entry is not None:
        others = {
            locale: CategoryText(name, entry.abouts.get(locale, ""))
            for locale, name in entry.names.items()
            if locale not in _TONGUES
        }
    return others | {
        locale: CategoryText(name, str(form[f"{locale}_about"].data or "").strip())
        for locale, name in form.names.items()
    }


def _refuse(form: CategoryForm, error: CommerceError) -> None:
    if isinstance(error, NotFoundError):
        raise error
    told = _("There already is a category with this address here, or it would stand inside itself.")
    form.slug.errors = [told]


def _category_page(
    entry: CategoryEntry | None,
    entries: Sequence[CategoryEntry],
    form: CategoryForm,
    *,
    unsure: bool = False,
) -> Response:
    failed = request.method == "POST"
    return draw(
        "products/category.html",
        title=called(entry) if entry else _("New category"),
        room="products",
        trail=(Crumb(_("Products"), link("products")), Crumb(_("Categories"), link("categories"))),
        status=form.http_status,
        entry=entry,
        form=form,
        homes=_homes(entries, entry),
        branches=[each for each in entries if entry and each.parent == entry.path],
        called=called,
        unsure=unsure,
        faults=form.faults if failed else [],
    )

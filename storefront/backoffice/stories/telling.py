"""What the shop says of itself at the top of its home page, and what each store says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from babel import Locale
from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import StringField, TextAreaField

from commerce.park.permissions import Permission
from commerce.park.queries.stories import StoryRow, stories
from commerce.park.service.stories import tell_stories
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, SelectMultipleField, optional_text, sent
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stores.finding import find_place
from storefront.backoffice.words import in_language

_MOST_TEXT = 4_000
_SPOKEN = ("zh", "en", "ja", "ko", "fr", "de", "es", "it", "pt", "nl", "ru", "ar", "th", "vi", "id")


class ShopWordsForm(DeskForm):
    """One sentence for the top of the home page, and who stands behind the shop."""

    tagline = StringField(lazy_gettext("One sentence for the top of the shop"), optional_text(160))
    tagline_zh = StringField(
        lazy_gettext("One sentence for the top of the shop"), optional_text(160)
    )
    about = TextAreaField(lazy_gettext("Who we are"), optional_text(_MOST_TEXT))
    about_zh = TextAreaField(lazy_gettext("Who we are"), optional_text(_MOST_TEXT))


class StoreWordsForm(DeskForm):
    """What a store is like, what can be touched there, how to get there."""

    about = TextAreaField(lazy_gettext("What the store is like"), optional_text(_MOST_TEXT))
    about_zh = TextAreaField(lazy_gettext("What the store is like"), optional_text(_MOST_TEXT))
    touch = TextAreaField(lazy_gettext("What one can touch and try"), optional_text(_MOST_TEXT))
    touch_zh = TextAreaField(lazy_gettext("What one can touch and try"), optional_text(_MOST_TEXT))
    getting_there = TextAreaField(lazy_gettext("How to get there"), optional_text(1_000))
    getting_there_zh = TextAreaField(lazy_gettext("How to get there"), optional_text(1_000))
    languages = SelectMultipleField(lazy_gettext("Languages spoken"))


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about one place in each language; the place is blank for the shop itself."""

    place: str
    rows: dict[str, StoryRow]

    def row(self, locale: str) -> StoryRow:
        """Return what is said in `locale`."""
        return self.rows.get(locale) or StoryRow(place=self.place, locale=locale)


@needs(Permission.EDIT_STORIES)
def shop_words() -> Response:
    """Show what the shop says of itself."""
    with services().database.reading(current_scope()) as connection:
        form = _shop_said(connection)
    return _shop_page(form)


@needs(Permission.EDIT_STORIES)
def tell_shop() -> Response:
    """Keep what the shop says of itself."""
    form: ShopWordsForm = sent(ShopWordsForm)
    if not form.validate():
        return _shop_page(form)
    rows = (
        StoryRow(locale="en", tagline=_typed(form, "tagline"), about=_typed(form, "about")),
        StoryRow(locale="zh", tagline=_typed(form, "tagline_zh"), about=_typed(form, "about_zh")),
    )
    try:
        _keep(form, _shop_said, *rows)
    except StaleFormError as stale:
        return _shop_page(stale.told_on(form))
    return moved("shop_words")


@needs(Permission.EDIT_STORIES)
def store_words(location_id: UUID) -> Response:
    """Show what a store says of itself."""
    place = find_place(location_id)
    with services().database.reading(current_scope()) as connection:
        form = _store_said(connection, place.code)
    return _store_page(location_id, form)


@needs(Permission.EDIT_STORIES)
def tell_store(location_id: UUID) -> Response:
    """Keep what a store says of itself."""
    place, form = find_place(location_id), sent(StoreWordsForm)
    with services().database.reading(current_scope()) as connection:
        _offer_languages(form, _told(connection, place.code).row("en").languages)
    if not form.validate():
        return _store_page(location_id, form)
    rows = (
        StoryRow(
            place=place.code,
            locale=locale,
            about=_typed(form, f"about{suffix}"),
            touch=_lines(_typed(form, f"touch{suffix}")),
            getting_there=_typed(form, f"getting_there{suffix}"),
            languages=tuple(form.languages.data or ()),
        )
        for locale, suffix in (("en", ""), ("zh", "_zh"))
    )
    try:
        _keep(form, lambda connection: _store_said(connection, place.code), *rows)
    except StaleFormError as stale:
        return _store_page(location_id, stale.told_on(form))
    return moved("store_words", location_id=location_id)


def _shop_said(connection: Connection) -> ShopWordsForm:
    """Return the form as the shop speaks now."""
    en, zh = (_told(connection, "").row(code) for code in LANGUAGES)
    return ShopWordsForm(
        tagline=en.tagline, tagline_zh=zh.tagline, about=en.about, about_zh=zh.about
    )


def _store_said(connection: Connection, code: str) -> StoreWordsForm:
    """Return the form as the store with this code speaks now."""
    told = _told(connection, code)
    en, zh = (told.row(each) for each in LANGUAGES)
    form = StoreWordsForm(
        about=en.about,
        about_zh=zh.about,
        touch="\n".join(en.touch),
        touch_zh="\n".join(zh.touch),
        getting_there=en.getting_there,
        getting_there_zh=zh.getting_there,
        languages=list(en.languages or zh.languages),
    )
    _offer_languages(form, en.languages or zh.languages)
    return form


def _offer_languages(form: StoreWordsForm, kept: tuple[str, ...]) -> None:
    """Offer what is spoken in shops, and what this one says already, by name."""
    names = Locale.parse(language()).languages
    codes = dict.fromkeys([*kept, *_SPOKEN])
    form.languages.choices = [(code, str(names.get(code, code))) for code in codes]


def _keep(form: DeskForm, drawn: Callable[[Connection], DeskForm], *rows: StoryRow) -> None:
    with services().database.transaction(current_scope()) as session:
        hold_still(session, form, drawn)
        tell_stories(session, merchant_id=current_merchant().id, stories=rows)
    announce(_("Saved. Shoppers read it now."))


def _told(connection: Connection, place: str) -> Told:
    return Told(place, {row.locale: row for row in stories(connection) if row.place == place})


def _typed(form: DeskForm, name: str) -> str:
    return str(form[name].data or "").replace("\r\n", "\n").replace("\x00", "").strip()


def _lines(typed: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in typed.splitlines() if line.strip())


def _shop_page(form: ShopWordsForm) -> Response:
    return _page(
        form,
        title=_("About the shop"),
        template="shop_words.html",
        shop_url=f"/{language()}/{current_merchant().slug}/",
    )


def _store_page(location_id: UUID, form: StoreWordsForm) -> Response:
    place = find_place(location_id)
    return _page(
        form,
        title=in_language(place.name, place.name_zh),
        template="store_words.html",
        shop_url=f"/{language()}/{current_merchant().slug}/stores/{place.code}",
        place=place,
    )


def _page(form: DeskForm, *, title: str, template: str, **facts: object) -> Response:
    failed = request.method == "POST"
    return draw(
        f"stories/{template}",
        title=title,
        room="stories",
        trail=(Crumb(_("Stories"), link("stories")),),
        status=form.http_status,
        form=form,
        faults=form.faults if failed else [],
        **facts,
    )

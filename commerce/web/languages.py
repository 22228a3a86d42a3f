"""Which language, time zone and formats a page is in."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

LANGUAGES = ("en", "zh")
COOKIE = "quayside_language"
_ROOT = Path(__file__).parents[2]


class Words:
    """The sentences of every package, found by the page's language alone.

    Stands in for the library's own domain, which looks in four places for the language of every
    single word: a tenth of the time of a page.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        every = tuple(folders)
        self._spoken = {code: _catalogue(every, code) for code in LANGUAGES}

    def get_translations(self) -> NullTranslations:
        """Return the sentences in the page's language."""
        return self._spoken[language()]

    def gettext(self, sentence: str, /, **values: object) -> str:
        """Return a sentence of a program in the page's language."""
        said: str = self.get_translations().ugettext(sentence)
        return said % values if values else said

    def ngettext(self, one: str, many: str, /, num: int, **values: object) -> str:
        """Return the sentence that fits the number, as `num` in it."""
        said: str = self.get_translations().ungettext(one, many, num)
        return said % {"num": num, **values}

    @pass_context
    def in_template(self, context: Context, sentence: str, /, **values: object) -> str:
        """Return a sentence of a template: as there, a percent sign is written twice."""
        return _filled(context, self.get_translations().ugettext(sentence), values)

    @pass_context
    def in_template_by_number(
        self, context: Context, one: str, many: str, num: int, /, **values: object
    ) -> str:
        """Return the sentence of a template that fits the number."""
        said = self.get_translations().ungettext(one, many, num)
        return _filled(context, said, {"num": num, **values})


def _catalogue(folders: tuple[Path, ...], code: str) -> NullTranslations:
    every = [Translations.load(str(folder), [code]) for folder in folders]
    first = next((each for each in every if isinstance(each, Translations)), None)
    if first is None:
        return NullTranslations()
    for each in every:
        if isinstance(each, Translations) and each is not first:
            first.merge(each)
    return first


def _filled(context: Context, said: str, values: Mapping[str, object]) -> str:
    if not values:
        said = said.replace("%%", "%")
    if context.eval_ctx.autoescape:
        said = Markup(said)  # noqa: S704 - our own catalogue; what is put into it gets escaped
    return said % values if values else said


def install(app: Flask) -> None:
    """Translate the pages of `app` with the catalogues of the shared parts and both counters."""
    folders = (
        _ROOT / "commerce" / "web" / "translations",
        _ROOT / "storefront" / "backoffice" / "translations",
        _ROOT / "storefront" / "translations",
        _ROOT / "pos" / "translations",
    )
    babel = Babel(
        app,
        default_locale="en",
        default_timezone="UTC",
        default_translation_directories=";".join(str(folder) for folder in folders),
        locale_selector=language,
        timezone_selector=time_zone,
    )
    words = Words(folders)
    babel.domain_instance = words
    app.jinja_env.globals.update(
        {
            "_": words.in_template,
            "gettext": words.in_template,
            "ngettext": words.in_template_by_number,
        }
    )
    app.context_processor(lambda: {"locale": Locale.parse(language())})


def language() -> str:
    """Return the page's language: of its address, else what the person chose, else the browser's.

    An address that leads nowhere has a language, too: what its first part says counts.
    """
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = (
            _known(request.path.split("/", 2)[1])
            or _known(request.cookies.get(COOKIE))
            or request.accept_languages.best_match(LANGUAGES)
            or "en"
        )
    return str(g.language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak the language `code` in the block, as a letter to somebody else than the visitor does."""
    before = language()
    g.language = code
    try:
        yield
    finally:
        g.language = before


def time_zone() -> str:
    """Return the time zone that the page's times are told in: the merchant's, else UTC."""
    return str(g.get("time_zone", "UTC")) if has_request_context() else "UTC"


def _known(code: str | None) -> str | None:
    return code if code in LANGUAGES else None

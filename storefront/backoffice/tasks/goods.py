"""Products that need somebody: imports that left some out, words and figures that lack."""

from collections.abc import Iterator

from sqlalchemy import Connection

from storefront.backoffice.desk import link
from storefront.backoffice.readings import Troubles, faulty_imports
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.tasks.task import Task
from storefront.backoffice.unpriced import unpriced_ways
from storefront.backoffice.words import in_language


def imports(connection: Connection) -> Iterator[Task]:
    """Imports that kept products out."""
    for each in faulty_imports(connection):
        yield Task(
            "wait",
            _("Import"),
            each.file_name,
            _("stopped halfway.")
            if each.state == "failed"
            else ngettext("left %(num)d product out.", "left %(num)d products out.", each.refused),
            _("See the rows"),
            link("import_result", import_id=each.id),
        )


def gaps(counted: Troubles) -> Iterator[Task]:
    """What products on sale lack, each with the list of those that lack it."""
    for gap, count, subject, text, action in _gaps(counted):
        if count:
            url = link("products", missing=gap)
            yield Task("info", _("Products"), subject, text, action, url)


def _gaps(counted: Troubles) -> Iterator[tuple[str, int, str, str, str]]:
    """Yield what may be lacking: its name, how often, what it is about, the harm, the way out."""
    count = counted.without_price
    told = ngettext(
        "%(num)d product on sale has no price", "%(num)d products on sale have no price", count
    )
    yield "price", count, told, _("so nobody can buy."), _("Set prices")
    count = counted.without_weight
    told = ngettext(
        "%(num)d product has a variant without a weight",
        "%(num)d products have variants without a weight",
        count,
    )
    yield (
        "weight",
        count,
        told,
        _("so delivery that is priced by weight is reckoned too low."),
        _("Fill in weights"),
    )
    count = counted.without_zh
    told = ngettext("%(num)d product speaks no Chinese", "%(num)d products speak no Chinese", count)
    yield "zh", count, told, _("yet: shoppers read the English words."), _("Translate")
    count = counted.without_en
    told = ngettext("%(num)d product speaks no English", "%(num)d products speak no English", count)
    yield "en", count, told, _("yet: shoppers read the Chinese words."), _("Translate")


def deliveries(connection: Connection) -> Iterator[Task]:
    """Currencies of the shop in which a way of delivery has no price, each with the ways."""
    ways = unpriced_ways(connection)
    for currency in sorted({code for way in ways for code in way.currencies}):
        lacking = [way for way in ways if currency in way.currencies]
        names = _(", ").join(in_language(way.name, way.name_zh) for way in lacking)
        yield Task(
            "wait",
            _("Delivery"),
            _("No delivery price in %(currency)s", currency=currency),
            _("so whoever pays in it is not offered: %(ways)s.", ways=names),
            _("Set prices"),
            link("delivery_option", code=lacking[0].code)
            if len(lacking) == 1
            else link("delivery"),
        )


def pictures(counted: Troubles) -> Iterator[Task]:
    """Pictures that an import could not fetch."""
    if counted.failed_pictures:
        yield Task(
            "info",
            _("Pictures"),
            ngettext(
                "%(num)d picture could not be fetched",
                "%(num)d pictures could not be fetched",
                counted.failed_pictures,
            ),
            _("from the addresses in the imported file."),
            _("See which"),
            link("imports"),
        )

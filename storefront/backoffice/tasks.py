"""What needs somebody at the desk, the gravest first, each with the way to the field that mends it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from commerce.checkout.service import goods_of
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.formats import money
from commerce.web.identity.current import may
from storefront.backoffice.desk import link
from storefront.backoffice.readings import (
    Troubles,
    failed_refunds,
    faulty_imports,
    short_orders,
    troubles,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext

_MOST = 8


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what kind, what it is about, what is wrong, and the way to mend it."""

    kind: str
    tag: str
    subject: str
    text: str
    action: str
    url: str


def open_tasks(connection: Connection) -> tuple[Task, ...]:
    """Return what the person at the desk may mend, at most a handful."""
    counted = troubles(connection)
    found = [
        *(_refunds(connection) if may(Permission.REFUND_ORDERS) else ()),
        *(_orders(connection) if may(Permission.EDIT_ORDERS) else ()),
        *(_stock(counted) if may(Permission.ADJUST_STOCK) else ()),
        *(_imports(connection) if may(Permission.EDIT_PRODUCTS) else ()),
        *(_products(counted) if may(Permission.EDIT_PRODUCTS) else ()),
        *(_pads(counted) if may(Permission.APPROVE_AT_TILL) else ()),
        *_beginnings(counted),
    ]
    return tuple(found[:_MOST])


def _refunds(connection: Connection) -> Iterator[Task]:
    for refund in failed_refunds(connection):
        amount = money(Money(refund.amount_minor, refund.currency))
        yield Task(
            "bad",
            _("Refund"),
            _("Order %(number)s", number=refund.number),
            _("%(amount)s could not be given back: %(why)s", amount=amount, why=refund.detail)
            if refund.detail
            else _("%(amount)s could not be given back.", amount=amount),
            _("Refund again"),
            link("order", order_id=refund.order_id),
        )


def _orders(connection: Connection) -> Iterator[Task]:
    for order in short_orders(connection):
        missing = sum(goods.short for goods in goods_of(connection, order_id=order.order_id))
        if missing:
            yield Task(
                "bad",
                _("Order"),
                _("Order %(number)s", number=order.number),
                ngettext(
                    "lost %(num)d unit to a sale in a store.",
                    "lost %(num)d units to a sale in a store.",
                    missing,
                ),
                _("Find the goods"),
                link("order", order_id=order.order_id),
            )


def _stock(counted: Troubles) -> Iterator[Task]:
    if counted.discrepancies:
        yield Task(
            "wait",
            _("Stock"),
            ngettext(
                "%(num)d sale did not fit the books:",
                "%(num)d sales did not fit the books:",
                counted.discrepancies,
            ),
            _("a till sold what the shelf should not have had."),
            _("Look into it"),
            link("discrepancies"),
        )


def _imports(connection: Connection) -> Iterator[Task]:
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


def _products(counted: Troubles) -> Iterator[Task]:
    gaps: tuple[tuple[str, int, Callable[[int], str], str, str], ...] = (
        (
            "price",
            counted.without_price,
            lambda n: ngettext(
                "%(num)d product on sale has no price", "%(num)d products on sale have no price", n
            ),
            _("so nobody can buy."),
            _("Set prices"),
        ),
        (
            "weight",
            counted.without_weight,
            lambda n: ngettext(
                "%(num)d product has no weight", "%(num)d products have no weight", n
            ),
            _("so delivery is reckoned too low."),
            _("Fill in weights"),
        ),
        (
            "zh",
            counted.without_zh,
            lambda n: ngettext(
                "%(num)d product speaks no Chinese", "%(num)d products speak no Chinese", n
            ),
            _("yet: shoppers read the English words."),
            _("Translate"),
        ),
        (
            "en",
            counted.without_en,
            lambda n: ngettext(
                "%(num)d product speaks no English", "%(num)d products speak no English", n
            ),
            _("yet: shoppers read the Chinese words."),
            _("Translate"),
        ),
    )
    for gap, count, subject, text, action in gaps:
        if count:
            yield Task(
                "info",
                _("Products"),
                subject(count),
                text,
                action,
                link("products", missing=gap),
            )
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


def _pads(counted: Troubles) -> Iterator[Task]:
    if counted.locked_pads:
        yield Task(
            "wait",
            _("Till"),
            ngettext(
                "%(num)d till asks for a manager",
                "%(num)d tills ask for a manager",
                counted.locked_pads,
            ),
            _("after five wrong PINs."),
            _("Unlock"),
            link("stores"),
        )


def _beginnings(counted: Troubles) -> Iterator[Task]:
    """What a new merchant does first, in this order."""
    if not counted.has_location and may(Permission.MANAGE_STORES):
        yield Task(
            "info",
            _("Begin"),
            _("Say where your goods lie:"),
            _("a store or a warehouse, with its address."),
            _("Add a place"),
            link("new_place"),
        )
    if not counted.has_active and may(Permission.EDIT_PRODUCTS):
        yield Task(
            "info",
            _("Begin"),
            _("Put your first product on sale:") if not counted.has_products else _("Publish:"),
            _("by hand, or all at once from a Shopify or WooCommerce file.")
            if not counted.has_products
            else _("your products are drafts that nobody sees yet."),
            _("Add a product") if not counted.has_products else _("See the drafts"),
            link("new_product") if not counted.has_products else link("products", state="draft"),
        )
    if not counted.has_payment and may(Permission.MANAGE_SETTINGS):
        yield Task(
            "info",
            _("Begin"),
            _("Choose how customers pay:"),
            _("test cards work at once, real cards with your Stripe keys."),
            _("Set up payments"),
            link("payment_methods"),
        )
    if not counted.has_delivery and may(Permission.MANAGE_SETTINGS):
        yield Task(
            "info",
            _("Begin"),
            _("Say how goods travel:"),
            _("parcels with a price and a date, pickup in a store."),
            _("Set up delivery"),
            link("delivery"),
        )

"""Orders that need somebody: money that did not go back, goods that a till took."""

from collections.abc import Iterator

from sqlalchemy import Connection

from commerce.checkout.owing import Owing
from commerce.checkout.service import NOT_COLLECTED, goods_of
from commerce.fulfilment.queries import stranded
from commerce.inventory.queries import locations
from commerce.kernel.money import Money
from commerce.orders.rows import OrderState
from commerce.web.formats import money
from commerce.web.languages import language
from commerce.web.refusals import why_refused
from storefront.backoffice.desk import link
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.readings import (
    failed_refunds,
    services_due,
    short_orders,
    taken_promises,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.tasks.task import Task

_MOST_SERVICES = 3


def refunds(connection: Connection) -> Iterator[Task]:
    """Money that a provider would not give back."""
    for refund in failed_refunds(connection):
        amount = money(Money(refund.amount_minor, refund.currency))
        why = why_refused(plugin=refund.plugin, refusal=refund.refusal, detail=refund.detail)
        yield Task(
            "bad",
            _("Refund"),
            _("Order %(number)s", number=refund.number),
            _("%(amount)s could not be given back: %(why)s", amount=amount, why=why)
            if why
            else _("%(amount)s could not be given back.", amount=amount),
            _("Refund again"),
            link("order", order_id=refund.order_id),
        )


def to_pack(waiting: int) -> Iterator[Task]:
    """Paid orders whose goods wait on our shelves."""
    if waiting:
        yield Task(
            "wait",
            _("Orders"),
            ngettext("%(num)d order to pack:", "%(num)d orders to pack:", waiting),
            _("paid, and waiting to leave."),
            _("See the orders"),
            link("orders", state=OrderState.PLACED.value),
        )


def to_close(idle: int) -> Iterator[Task]:
    """Orders of which every unit was given up, and that stay open because some money was kept."""
    if idle:
        yield Task(
            "info",
            _("Orders"),
            ngettext("%(num)d order to close:", "%(num)d orders to close:", idle),
            _("nothing of it is left to send."),
            _("See the orders"),
            link("orders", state=OrderState.PLACED.value, owing=Owing.NOTHING.value),
        )


def to_deliver(connection: Connection) -> Iterator[Task]:
    """Paid services that nobody has delivered yet."""
    due = services_due(connection, most=_MOST_SERVICES, locale=language())
    for order in due:
        yield Task(
            "wait",
            _("Service"),
            _("Order %(number)s", number=order.number),
            _("is paid: deliver “%(service)s”.", service=order.service),
            _("Deliver the service"),
            link("order", order_id=order.order_id),
        )
    more = due[0].waiting - len(due) if due else 0
    if more:
        yield Task(
            "wait",
            _("Service"),
            ngettext("%(num)d more service", "%(num)d more services", more),
            _("paid, and not delivered yet."),
            _("See the orders"),
            link("orders", state=OrderState.PLACED.value, owing=Owing.SERVICE.value),
        )


def declined(connection: Connection) -> Iterator[Task]:
    """Goods that no other place can send, or that nobody came for: the merchant decides."""
    names = place_names(locations(connection)) if (found := stranded(connection)) else {}
    for each in found:
        yield Task(
            "bad",
            _("Order"),
            _("Order %(number)s", number=each.number),
            _("lies at %(place)s, and nobody came for it in time.", place=names[each.location_id])
            if each.reason == NOT_COLLECTED
            else _(
                "was declined by %(place)s, and no other place has it.",
                place=names[each.location_id],
            ),
            _("Decide"),
            link("order", order_id=each.order_id),
        )


def robbed(connection: Connection) -> Iterator[Task]:
    """Orders whose goods were sold over a counter or not found, paid ones first."""
    for order in short_orders(connection):
        missing = sum(goods.short for goods in goods_of(connection, order_id=order.order_id))
        if missing:
            yield Task(
                "bad",
                _("Order"),
                _("Order %(number)s", number=order.number),
                ngettext(
                    "lacks %(num)d unit that was promised.",
                    "lacks %(num)d units that were promised.",
                    missing,
                ),
                _("Find the goods"),
                link("order", order_id=order.order_id),
            )
    for taken in taken_promises(connection):
        yield Task(
            "wait",
            _("Order"),
            _("Order %(number)s", number=taken.number),
            ngettext(
                "is not paid yet, and a till sold %(num)d unit that was kept for it.",
                "is not paid yet, and a till sold %(num)d units that were kept for it.",
                taken.units,
            ),
            _("Look into it"),
            link("order", order_id=taken.order_id),
        )

"""What a failed process is called at the desk, and what to do about it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.durable import FailedRun
from commerce.orders.queries import order_by_id
from commerce.payments.queries import payment_by_id, refund_by_id
from storefront.backoffice.desk import link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.speech import gettext as _


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A failed process in words: what it is about, what is wrong, what to do, where to look."""

    run: FailedRun
    subject: str
    text: str
    advice: str
    url: str


def shown_run(connection: Connection, run: FailedRun) -> ShownRun:
    """Return a failed process as the desk tells it."""
    match run.process:
        case "order.confirm":
            number, url = _order(connection, typed_id(run.arguments.get("order_id")))
            return ShownRun(
                run,
                _("Order %(number)s", number=number),
                _("could not be confirmed to the customer."),
                _("Try it again. If the mail is urgent, write to the customer yourself."),
                url,
            )
        case "order.tell-departure" | "order.tell-cancelled":
            number, url = _order(connection, typed_id(run.arguments.get("order_id")))
            return ShownRun(
                run,
                _("Order %(number)s", number=number),
                _("has news of which the customer could not be told."),
                _("Try it again. If the mail is urgent, write to the customer yourself."),
                url,
            )
        case "payment.refund":
            number, url = _order(connection, _refunded(connection, run))
            return ShownRun(
                run,
                _("Order %(number)s", number=number),
                _("has a refund that got stuck on its way to the provider."),
                _("Try it again: the provider never pays the same refund twice."),
                url,
            )
        case "ledger.collect":
            return ShownRun(
                run,
                _("A provider’s report"),
                _("could not be read: payouts and disputes may be missing."),
                _("Every provider is asked again each hour; or try it now."),
                link("money"),
            )
        case "imports.run" | "imports.undo":
            return ShownRun(
                run,
                _("An import"),
                _("broke off before its end."),
                _("Try it again: what is done already stays as it is."),
                link("imports"),
            )
    return ShownRun(
        run,
        _("A task in the background"),
        _("broke off: %(name)s.", name=run.process),
        _("Try it again. If it fails once more, tell whoever runs the installation."),
        "",
    )


def _order(connection: Connection, order_id: UUID | None) -> tuple[str, str]:
    found = order_by_id(connection, order_id=order_id) if order_id else None
    return (found.number, link("order", order_id=found.id)) if found else ("–", "")


def _refunded(connection: Connection, run: FailedRun) -> UUID | None:
    refund_id = typed_id(run.arguments.get("refund_id"))
    refund = refund_by_id(connection, refund_id=refund_id) if refund_id else None
    payment = payment_by_id(connection, payment_id=refund.payment_id) if refund else None
    return payment.order_id if payment else None

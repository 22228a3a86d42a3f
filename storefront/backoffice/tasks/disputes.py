"""Payments that a payer's bank disputes: an answer counts until a day only."""

from collections.abc import Iterator

from sqlalchemy import Connection

from commerce.ledger.queries.settlement import disputes
from commerce.web.formats import day, money
from storefront.backoffice.desk import link
from storefront.backoffice.money.words import dispute_reason
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.tasks.task import Task

_MOST = 5


def to_answer(connection: Connection) -> Iterator[Task]:
    """Disputes that wait for the merchant's answer, the most urgent first."""
    for dispute in disputes(connection, only_open=True, most=_MOST):
        if dispute.state.waits_for_us:
            amount, why = money(dispute.amount), dispute_reason(dispute.reason)
            yield Task(
                "bad",
                _("Dispute"),
                _("Order %(number)s", number=dispute.order_number),
                _(
                    "is disputed over %(amount)s: %(why)s. Answer by %(day)s.",
                    amount=amount,
                    why=why,
                    day=day(dispute.respond_by),
                )
                if dispute.respond_by
                else _("is disputed over %(amount)s: %(why)s.", amount=amount, why=why),
                _("See the dispute"),
                link("disputes"),
            )

"""Sales that happened although a rule spoke against them: booked as they were, to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.registers.queries import open_variances
from commerce.registers.rows import VarianceKind, VarianceRow
from commerce.registers.service import see_variance
from commerce.web.formats import money, percent
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, draw, moved
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.finding import people_here
from storefront.backoffice.words import in_language

_BASIS = 10_000


@dataclass(frozen=True, slots=True)
class ShownVariance:
    """A variance, in words."""

    row: VarianceRow
    what: str


@needs(Permission.VIEW_STORES)
def variances() -> Response:
    """List what the tills sold against the rules of today."""
    with services().database.reading(current_scope()) as connection:
        found = open_variances(connection)
        people = people_here(connection) if found else {}
        goods = _names(connection, found)
    return draw(
        "stores/variances.html",
        title=_("Sold against the rules"),
        room="stores",
        rows=[ShownVariance(row, _told(row, people, goods)) for row in found],
    )


@needs(Permission.APPROVE_AT_TILL)
def settle_variance(variance_id: UUID) -> Response:
    """Record that somebody has looked into it.

    Raises:
        NotFoundError: the merchant has no such variance.
    """
    with services().database.transaction(current_scope()) as session:
        see_variance(
            session,
            merchant_id=current_merchant().id,
            variance_id=variance_id,
            actor_id=actor(),
        )
    announce(_("Seen to."))
    return moved("variances")


def _names(connection: Connection, found: Sequence[VarianceRow]) -> dict[str, str]:
    """Return what withdrawn goods are called in the reader's language."""
    ids = {UUID(each) for row in found for each in row.facts.get("variants", ())}
    sold = variants_by_ids(connection, variant_ids=sorted(ids), locale=language()) if ids else {}
    return {str(each): variant.product_name for each, variant in sold.items()}


def _told(row: VarianceRow, people: dict[UUID, str], goods: dict[str, str]) -> str:
    """Return what was done and what the rule says, in the reader's language."""
    facts = row.facts
    match row.kind:
        case VarianceKind.CASH_OFF:
            taken = money(Money(facts["amount_minor"], row.currency))
            return _("%(amount)s was taken in cash, and the tills take no cash now.", amount=taken)
        case VarianceKind.DISCOUNT:
            given, limit = (percent(facts[name] / _BASIS) for name in ("given", "limit"))
            return _(
                "A discount of %(given)s was given without a manager; a clerk may give %(limit)s now.",
                given=given,
                limit=limit,
            )
        case VarianceKind.PRICE:
            return _told_price(row)
        case VarianceKind.WITHDRAWN:
            names = in_language(", ", "、").join(
                goods.get(each, each) for each in facts["variants"]
            )
            return _("%(names)s was sold, and has been withdrawn or has no price now.", names=names)
        case VarianceKind.CLERK:
            name = people.get(UUID(facts["clerk"])) or _("Somebody who has left")
            if facts.get("pin") == "old":
                return _(
                    "%(name)s sold it by a PIN that was changed or taken away since.", name=name
                )
            return _("%(name)s sold it, and may not sell here now.", name=name)


def _told_price(row: VarianceRow) -> str:
    sold = money(Money(row.facts["sold_minor"], row.currency))
    if row.facts["now_minor"] is None:
        return _("It was sold for %(sold)s; the discount exceeds the price of now.", sold=sold)
    now = money(Money(row.facts["now_minor"], row.currency))
    return _("It was sold for %(sold)s, and costs %(now)s now.", sold=sold, now=now)

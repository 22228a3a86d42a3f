"""Order a purchase, say anew when it comes, or that nothing more of it will."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.service import close_purchase, expect_purchase_on, order_purchase
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import sentence
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.purchases import purchase_page
from storefront.backoffice.stockroom.typed import typed_day


@needs(Permission.ORDER_STOCK)
def order(purchase_id: UUID) -> Response:
    """Say that the draft was ordered."""

    def work(session: Session) -> None:
        order_purchase(
            session,
            merchant_id=current_merchant().id,
            purchase_id=purchase_id,
            expected_on=typed_day(request.form.get("expected")),
            reference=request.form.get("reference", ""),
            actor_id=actor(),
        )

    return _done(purchase_id, work, _("Ordered. Its goods are expected from now on."))


@needs(Permission.ORDER_STOCK)
def expect(purchase_id: UUID) -> Response:
    """Say anew when the rest comes."""

    def work(session: Session) -> None:
        expect_purchase_on(
            session,
            merchant_id=current_merchant().id,
            purchase_id=purchase_id,
            expected_on=typed_day(request.form.get("expected")),
        )

    return _done(purchase_id, work, _("Saved."))


@needs(Permission.ORDER_STOCK)
def close(purchase_id: UUID) -> Response:
    """Say that nothing more comes, or drop a draft."""

    def work(session: Session) -> None:
        close_purchase(session, merchant_id=current_merchant().id, purchase_id=purchase_id)

    return _done(purchase_id, work, _("Closed. Nothing more is expected of it."))


def _done(purchase_id: UUID, work: Callable[[Session], None], told: str) -> Response:
    try:
        services().database.run(current_scope(), work)
    except ValueError:
        return purchase_page(purchase_id, refused=_("Choose a day."))
    except CommerceError as error:
        return purchase_page(purchase_id, refused=sentence(error))
    announce(told)
    return moved("purchase", purchase_id=purchase_id)

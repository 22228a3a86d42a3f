"""What is done to many products at once: to those that are ticked, or to all that the filter finds."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.catalogue.process import set_statuses_of_all
from commerce.catalogue.queries.matching import ProductFilter, matching_ids
from commerce.catalogue.records import Status
from commerce.catalogue.service.products import set_statuses
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.forms import sentence, typed_id
from storefront.backoffice.products.finding import asked_filter
from storefront.backoffice.products.listing import AT_ONCE
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext

_VERBS: Mapping[str, Status] = MappingProxyType(
    {"publish": "active", "archive": "archived", "withdraw": "draft"}
)
_KEPT = ("q", "state", "category")


@needs(Permission.EDIT_PRODUCTS)
def change_many() -> Response:
    """Publish, archive or withdraw many products; doing it twice changes nothing."""
    status = _VERBS.get(request.form.get("do", ""))
    chosen = [found for each in request.form.getlist("product") if (found := typed_id(each))]
    every = request.form.get("every") == "found"
    if status is None or not (chosen or every):
        announce(_("Tick at least one product first."), "wait")
        return _back()
    wanted = asked_filter(request.form)

    def work(session: Session) -> int | None:
        ids = chosen[:AT_ONCE]
        if every:
            ids = list(matching_ids(session.connection(), wanted, after=None, most=AT_ONCE + 1))
        if len(ids) > AT_ONCE:
            _begin(session, wanted, status)
            return None
        return set_statuses(
            session, merchant_id=current_merchant().id, product_ids=ids, status=status
        )

    try:
        _tell(services().database.run(current_scope(), work))
    except CommerceError as error:
        announce(sentence(error), "bad")
    return _back()


def _begin(session: Session, wanted: ProductFilter, status: Status) -> None:
    """Let a worker change them, batch by batch: they are too many to be waited for."""
    services().durable.enqueue(
        session,
        set_statuses_of_all,
        key=str(new_id()),
        merchant_id=str(current_merchant().id),
        status=status,
        statuses=",".join(wanted.statuses),
        words=wanted.words or "",
        category=wanted.category or "",
    )


def _tell(count: int | None) -> None:
    if count is None:
        announce(
            _(
                "They are many: they are changed one after another in the next minute or so. Reload the list to see how far it is."
            )
        )
    else:
        announce(ngettext("%(num)d product changed.", "%(num)d products changed.", count))


def _back() -> Response:
    kept = {name: request.form[name] for name in _KEPT if request.form.get(name)}
    return moved("products", **kept)

"""The content version: how cached pages learn that a merchant's shop has changed."""

from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from commerce.kernel.errors import NotFoundError
from commerce.park.models import Merchant

_BUMP = (
    update(Merchant)
    .where(Merchant.id == bindparam("merchant_id"))
    .values(
        content_version=Merchant.content_version + 1,
        network_version=Merchant.network_version + bindparam("network"),
    )
    .returning(Merchant.content_version)
    .execution_options(synchronize_session=False)
)


def bump_content_version(session: Session, *, merchant_id: UUID, network: bool = False) -> int:
    """Declare that something a shopper may see has changed, and return the new version.

    With `network`, it was something by which orders are sourced: a place, its hours, a way of
    delivery, a rule. What processes remember of these is then read again, see
    `commerce.fulfilment.queries.network`.

    Call it in the transaction of the change, as its last statement: it locks the merchant's row
    until the commit, so that a page is never cached under a version older than its content.

    Raises:
        NotFoundError: the merchant is unknown, or not the one of this transaction's scope.
    """
    version = session.execute(
        _BUMP, {"merchant_id": merchant_id, "network": int(network)}
    ).scalar_one_or_none()
    if version is None:
        raise NotFoundError
    return version

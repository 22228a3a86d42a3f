"""What the park's security log keeps of who added, confirmed, ended or switched off a tax rate."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.park.service.security_log import note_security_event
from commerce.web.identity.current import current_origin
from storefront.backoffice.desk import actor


def note_rate(
    session: Session,
    action: str,
    *,
    rate_id: UUID,
    told: tuple[str, str | None, str, Decimal],
    **facts: str,
) -> None:
    """Note an act on a rate; `told` is its country, region, class and value."""
    country, region, tax_class, rate = told
    place = "-".join(filter(None, (country, region)))
    note_security_event(
        session,
        merchant_id=None,
        action=action,
        actor_id=actor(),
        subject=str(rate_id),
        address=current_origin().address,
        facts={"rate": f"{place} {tax_class} {rate.normalize():f}", **facts},
    )

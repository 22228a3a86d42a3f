"""Places that hold stock."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import CoordinatesError, PlaceNeverSellsError
from commerce.inventory.models import Location
from commerce.inventory.rows import LocationRow
from commerce.kernel.errors import NotFoundError
from commerce.park.content import bump_content_version

_POLE, _DATE_LINE = 90, 180


def add_location(
    session: Session,
    *,
    merchant_id: UUID,
    code: str,
    kind: str,
    name: str,
    name_zh: str,
    address: str = "",
    address_zh: str = "",
    country: str = "CN",
    phone: str = "",
    sells_online: bool = True,
    priority: int = 100,
    latitude: float | None = None,
    longitude: float | None = None,
) -> UUID:
    """Add a place that holds stock and return its id. `code` is unique at the merchant.

    Raises:
        CoordinatesError: latitude or longitude stands alone or is none.
        PlaceNeverSellsError: the web is to sell what is in transit.
    """
    _check_coordinates(latitude, longitude)
    _refuse_sales(kind, sells_online=sells_online)
    location = Location(
        merchant_id=merchant_id,
        code=code,
        kind=kind,
        name=name,
        name_zh=name_zh,
        address=address,
        address_zh=address_zh,
        country=country,
        phone=phone,
        sells_online=sells_online,
        priority=priority,
        latitude=latitude,
        longitude=longitude,
    )
    session.add(location)
    session.flush()
    bump_content_version(session, merchant_id=merchant_id, network=True)
    return location.id


def change_location(session: Session, *, merchant_id: UUID, location: LocationRow) -> None:
    """Write the changed facts of a place; its id and kind stay as they are.

    Raises:
        NotFoundError: the merchant has no such place.
        CoordinatesError: latitude or longitude stands alone or is none.
        PlaceNeverSellsError: the web is to sell what is in transit or in quarantine.
    """
    _check_coordinates(location.latitude, location.longitude)
    row = session.get(Location, (merchant_id, location.id))
    if row is None:
        raise NotFoundError
    _refuse_sales(row.kind, sells_online=location.sells_online)
    for name in (
        "name",
        "name_zh",
        "address",
        "address_zh",
        "country",
        "phone",
        "sells_online",
        "priority",
        "active",
        "latitude",
        "longitude",
    ):
        setattr(row, name, getattr(location, name))
    session.flush()
    bump_content_version(session, merchant_id=merchant_id, network=True)


def _check_coordinates(latitude: float | None, longitude: float | None) -> None:
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        raise CoordinatesError
    if not (-_POLE <= latitude <= _POLE and -_DATE_LINE <= longitude <= _DATE_LINE):
        raise CoordinatesError


def _refuse_sales(kind: str, *, sells_online: bool) -> None:
    if sells_online and kind in {"transit", "quarantine"}:
        raise PlaceNeverSellsError

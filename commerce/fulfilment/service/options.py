"""Set the ways of delivery."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import DeliveryShapeError, UnknownCountryGroupError
from commerce.fulfilment.rows import DeliveryKind, DeliverySetting
from commerce.kernel.errors import FieldProblem
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

_GROUP = text("SELECT id FROM country_group WHERE merchant_id = :merchant AND code = :code")

_PUT = text("""
INSERT INTO delivery_option (merchant_id, id, code, kind, name, name_zh, group_id, regions, location_id,
  min_days, max_days, cut_off, prepare_minutes, keep_days, working_days, position, active)
VALUES (:merchant, :id, :code, :kind, :name, :name_zh, :group, :regions, :location,
  :min_days, :max_days, :cut_off, :prepare_minutes, :keep_days, :working_days, :position, :active)
ON CONFLICT (merchant_id, code) DO UPDATE SET
  kind = EXCLUDED.kind, name = EXCLUDED.name, name_zh = EXCLUDED.name_zh,
  group_id = EXCLUDED.group_id, regions = EXCLUDED.regions, location_id = EXCLUDED.location_id,
  min_days = EXCLUDED.min_days, max_days = EXCLUDED.max_days, cut_off = EXCLUDED.cut_off,
  prepare_minutes = EXCLUDED.prepare_minutes, keep_days = EXCLUDED.keep_days, working_days = EXCLUDED.working_days,
  position = EXCLUDED.position, active = EXCLUDED.active
RETURNING id
""")

_CLEAR_PRICES = text("""
DELETE FROM delivery_price WHERE merchant_id = :merchant AND option_id = :option
""")

_ADD_PRICES = text("""
INSERT INTO delivery_price
  (merchant_id, id, option_id, currency, up_to_grams, amount_minor, free_from_minor)
VALUES (:merchant, :id, :option, :currency, :up_to, :amount, :free_from)
""")

_WEEK = frozenset(range(1, 8))
_LONGEST_DAYS = 365
_LONGEST_KEPT = 90


def put_delivery_option(session: Session, *, merchant_id: UUID, option: DeliverySetting) -> UUID:
    """Make or change the delivery option with this code, prices included; return its id.

    Raises:
        UnknownCountryGroupError: there is no group with the given code.
        DeliveryShapeError: the settings contradict each other.
    """
    _check(option)
    option_id: UUID = session.execute(
        _PUT,
        {
            "merchant": merchant_id,
            "id": new_id(),
            "code": option.code,
            "kind": str(option.kind),
            "name": option.name,
            "name_zh": option.name_zh,
            "group": _group(session, merchant_id, option.group),
            "regions": sorted(set(option.regions)),
            "location": option.location_id,
            "min_days": option.min_days,
            "max_days": option.max_days,
            "cut_off": option.cut_off,
            "prepare_minutes": option.prepare_minutes,
            "keep_days": option.keep_days,
            "working_days": sorted(set(option.working_days)),
            "position": option.position,
            "active": option.active,
        },
    ).scalar_one()
    _replace_prices(session, merchant_id, option_id, option)
    bump_content_version(session, merchant_id=merchant_id, network=True)
    return option_id


def _check(option: DeliverySetting) -> None:
    if (option.kind is DeliveryKind.PICKUP) != (option.location_id is not None):
        raise _misshapen("/location", "store", "A pickup needs a store, and only a pickup has one.")
    if option.kind is DeliveryKind.PARCEL and not (option.group and option.prices):
        raise _misshapen("/group", "group", "Parcels need a group of countries and a price.")
    if not 0 <= option.min_days <= option.max_days <= _LONGEST_DAYS:
        raise _misshapen(
            "/max_days", "days", "Give the days from the earliest to the latest, 0 to 365."
        )
    if not 1 <= option.keep_days <= _LONGEST_KEPT:
        raise _misshapen("/keep_days", "keep-days", "A store keeps what is ready for 1 to 90 days.")
    if not option.working_days or not _WEEK.issuperset(option.working_days):
        raise _misshapen(
            "/working_days", "working-days", "Choose at least one working day of the week."
        )
    steps = [(price.amount.currency, price.up_to_grams) for price in option.prices]
    if len(set(steps)) < len(steps):
        raise _misshapen("/prices", "repeated", "Two prices are for the same currency and weight.")
    for price in option.prices:
        if price.amount.amount_minor < 0 or (
            price.up_to_grams is not None and price.up_to_grams < 1
        ):
            raise _misshapen(
                "/prices", "below-zero", "Prices cannot be below zero, weights must be above."
            )
        if price.free_from is not None and price.free_from.currency != price.amount.currency:
            raise _misshapen("/prices", "currency", "“Free from” is in the currency of the price.")


def _misshapen(pointer: str, code: str, template: str) -> DeliveryShapeError:
    return DeliveryShapeError(FieldProblem(pointer=pointer, code=code, template=template))


def _group(session: Session, merchant_id: UUID, code: str | None) -> UUID | None:
    if code is None:
        return None
    group_id: UUID | None = session.execute(
        _GROUP, {"merchant": merchant_id, "code": code}
    ).scalar_one_or_none()
    if group_id is None:
        raise UnknownCountryGroupError(group=code)
    return group_id


def _replace_prices(
    session: Session, merchant_id: UUID, option_id: UUID, option: DeliverySetting
) -> None:
    session.execute(_CLEAR_PRICES, {"merchant": merchant_id, "option": option_id})
    if not option.prices:
        return
    session.execute(
        _ADD_PRICES,
        [
            {
                "merchant": merchant_id,
                "id": new_id(),
                "option": option_id,
                "currency": price.amount.currency,
                "up_to": price.up_to_grams,
                "amount": price.amount.amount_minor,
                "free_from": price.free_from.amount_minor if price.free_from else None,
            }
            for price in option.prices
        ],
    )

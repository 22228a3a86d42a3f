"""How things stand at the till: asked at the start and by every heartbeat."""

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.money import minor_digits
from commerce.park.permissions import ROLE_PERMISSIONS, Permission
from commerce.park.queries.staff import list_colleagues
from commerce.payments.queries import methods
from commerce.plugins.registry import Registry
from commerce.pricing.promotions.names import promotes_at
from commerce.pricing.queries import rounding_of
from commerce.registers.denominations import denominations
from commerce.registers.policy import policy_of
from commerce.registers.popular import most_sold, ranked_at
from commerce.registers.promised import promised_at
from commerce.registers.queries import open_shift_of, parked_at, register_by_id, unfinished_sales
from commerce.registers.receipts import receipt_number
from commerce.registers.rows import ShiftRow
from commerce.registers.tenders import takes_cash
from commerce.web.identity import register
from commerce.web.languages import language
from commerce.web.services import services
from pos.api.sales import pay_back_json
from pos.api.work import work_json
from pos.device import Till, current_till

_QUICK_KEYS = 8


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/state", "api_state", state)


@register
def state() -> Response:
    """Return register, store, shift, people, rules and what waits."""
    till = current_till()
    with services().database.reading(till.scope) as connection:
        return jsonify(_state(connection, till))


def _state(connection: Connection, till: Till) -> dict[str, Any]:
    shift = open_shift_of(connection, register_id=till.register.id)
    currency = shift.currency if shift else till.merchant.currency
    return {
        "now": utc_now().isoformat(),
        "release": services().assets.version,
        "time_zone": till.merchant.time_zone,
        "merchant": till.merchant.name_in(language()),
        "register": {"id": str(till.register.id), "name": till.register.name_in(language())},
        "store": {"id": str(till.store.id), "name": _name_of(till.store)},
        "places": _places(connection),
        "shift": _shift(shift),
        **_money(connection, currency),
        **_numbering(connection, till),
        "policy": _policy(connection),
        "promotions": promotes_at(connection, channel=Channel.TILL, at=utc_now()),
        "printer": str(till.register.printer.get("kind", "")),
        "card_plugin": _card_plugin(connection),
        "cash": takes_cash(connection),
        "clerks": _clerks(connection, till),
        "staff_url": f"/desk/{till.merchant.slug}/staff/",
        "parked": [str(row.id) for row in parked_at(connection, location_id=till.store.id)],
        "unfinished": _unfinished(connection, shift),
        "to_pay": _to_pay(connection, till, currency),
        "quick_keys": _quick_keys(connection, till, shift),
        "work": work_json(connection, till),
    }


def _name_of(place: LocationRow) -> str:
    return place.name_zh if language() == "zh" else place.name


def _places(connection: Connection) -> list[dict[str, str]]:
    """Return where goods can lie that a clerk may promise."""
    return [
        {
            "id": str(place.id),
            "name": _name_of(place),
            "kind": place.kind,
            "phone": place.phone,
        }
        for place in locations(connection)
        if place.active and place.kind not in {"transit", "quarantine"}
    ]


def _shift(shift: ShiftRow | None) -> dict[str, Any] | None:
    if shift is None:
        return None
    return {
        "id": str(shift.id),
        "number": shift.number,
        "opened_at": shift.opened_at.isoformat(),
    }


def _money(connection: Connection, currency: str) -> dict[str, Any]:
    """Return the currency of the drawer, its pieces, and how its amounts are rounded."""
    cash = denominations(currency)
    rounding = rounding_of(connection, currency=currency)
    return {
        "currency": currency,
        "digits": minor_digits(currency),
        "notes": list(cash.notes),
        "coins": list(cash.coins),
        "tax_rounding": rounding.tax.value,
        "cash_step": rounding.cash_step_minor,
    }


def _numbering(connection: Connection, till: Till) -> dict[str, str]:
    """Return the register's series of receipts, and the number of the next one."""
    fresh = register_by_id(connection, register_id=till.register.id) or till.register
    return {
        "series": fresh.series,
        "next_number": receipt_number(fresh.series, fresh.next_receipt),
    }


def _policy(connection: Connection) -> dict[str, Any]:
    rules = policy_of(connection)
    return {
        "discount_limit": rules.discount_limit,
        "lock_after_seconds": rules.lock_after_seconds,
    }


def _unfinished(connection: Connection, shift: ShiftRow | None) -> list[dict[str, Any]]:
    """Return what keeps the shift from being closed, even if no page remembers it any more."""
    if shift is None:
        return []
    return [
        {
            "id": str(each.id),
            "order": each.order_number,
            "total_minor": each.total_minor,
            "paid_minor": each.paid_minor,
        }
        for each in unfinished_sales(connection, shift_id=shift.id)
    ]


def _to_pay(connection: Connection, till: Till, currency: str) -> list[dict[str, Any]]:
    """Return what the desk lets this store's tills pay back in cash."""
    return [
        pay_back_json(each)
        for each in promised_at(connection, location_id=till.store.id)
        if each.handed.currency == currency
    ]


def _clerks(connection: Connection, till: Till) -> list[dict[str, str]]:
    """Return who may sell here and has a PIN: the tiles of the lock screen."""
    found: dict[str, str] = {}
    for each in list_colleagues(connection, merchant_id=till.merchant.id):
        may_sell = Permission.SELL in ROLE_PERMISSIONS[each.role]
        if may_sell and each.has_pin and not each.disabled:
            found[str(each.staff_id)] = each.name_in(language())
    return [{"id": staff_id, "name": name} for staff_id, name in found.items()]


def _card_plugin(connection: Connection) -> str:
    """Return the first provider with card readers that the merchant takes, or nothing."""
    terminals = services().part(Registry).terminals
    return next((m.plugin for m in methods(connection) if m.plugin in terminals), "")


def _quick_keys(connection: Connection, till: Till, shift: ShiftRow | None) -> list[str]:
    """Return what was sold most before the day on which the shift was opened: they stand still in it."""
    opened = shift.opened_at if shift else utc_now()
    until = ranked_at(opened, time_zone=till.merchant.time_zone)
    popular = most_sold(connection, location_id=till.store.id, until=until, most=_QUICK_KEYS)
    sold = variants_by_ids(connection, variant_ids=popular, locale="en")
    return [str(each) for each in popular if each in sold and sold[each].sellable]

import pytest

from commerce.park.permissions import (
    MERCHANT_ROLES,
    PARK_ROLES,
    ROLE_PERMISSIONS,
    Permission,
    Role,
    permissions_of,
)

# Told by hand and once more, as the shop's owner would say it.
MATRIX = {
    Permission.VIEW_DESK: "owner manager clerk fulfilment accountant",
    Permission.VIEW_PRODUCTS: "owner manager clerk fulfilment accountant",
    Permission.EDIT_PRODUCTS: "owner manager",
    Permission.EDIT_PRICES: "owner manager",
    Permission.EDIT_STORIES: "owner manager",
    Permission.VIEW_COSTS: "owner manager accountant",
    Permission.VIEW_STOCK: "owner manager clerk fulfilment accountant",
    Permission.ADJUST_STOCK: "owner manager fulfilment",
    Permission.WORK_STOCK: "owner manager clerk fulfilment",
    Permission.ORDER_STOCK: "owner manager",
    Permission.VIEW_ORDERS: "owner manager clerk fulfilment accountant",
    Permission.EDIT_ORDERS: "owner manager",
    Permission.REFUND_ORDERS: "owner manager",
    Permission.FULFIL_ORDERS: "owner manager clerk fulfilment",
    Permission.VIEW_CUSTOMERS: "owner manager",
    Permission.EDIT_CUSTOMERS: "owner manager",
    Permission.EXPORT_CUSTOMERS: "owner",
    Permission.VIEW_MONEY: "owner manager accountant",
    Permission.MANAGE_GIFT_CARDS: "owner manager",
    Permission.SELL: "owner manager clerk",
    Permission.APPROVE_AT_TILL: "owner manager",
    Permission.VIEW_STORES: "owner manager clerk fulfilment accountant",
    Permission.MANAGE_STORES: "owner manager",
    Permission.VIEW_STAFF: "owner manager",
    Permission.MANAGE_STAFF: "owner",
    Permission.MANAGE_SETTINGS: "owner",
    Permission.MANAGE_API_KEYS: "owner",
    Permission.VIEW_SECURITY_LOG: "owner",
    Permission.VIEW_PARK: "park_operator supervision_officer",
    Permission.FOUND_MERCHANTS: "park_operator",
    Permission.CHECK_TAX_RATES: "park_operator",
    Permission.MANAGE_PARK_STAFF: "park_operator",
    Permission.SUPERVISE: "supervision_officer",
}


@pytest.mark.parametrize("permission", Permission)
def test_exactly_these_roles_hold_the_permission(permission: Permission) -> None:
    holders = {role.value for role in Role if permission in ROLE_PERMISSIONS[role]}
    assert holders == set(MATRIX[permission].split())


def test_park_roles_open_no_desk_and_merchant_roles_no_park() -> None:
    assert not permissions_of(PARK_ROLES) & permissions_of(MERCHANT_ROLES)
    assert Permission.VIEW_DESK not in permissions_of(PARK_ROLES)


def test_two_roles_add_up() -> None:
    both = permissions_of([Role.CLERK, Role.FULFILMENT])
    assert {Permission.SELL, Permission.FULFIL_ORDERS} <= both
    assert permissions_of([]) == frozenset()

"""Roles and what each may do: one table, read top down.

A member of a merchant may hold several roles and may do what any of them allows. The park's own
roles are held without a merchant and open no merchant's desk.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What somebody is, at one merchant or in the park."""

    OWNER = "owner"
    MANAGER = "manager"
    CLERK = "clerk"
    FULFILMENT = "fulfilment"
    ACCOUNTANT = "accountant"
    PARK_OPERATOR = "park_operator"
    SUPERVISION_OFFICER = "supervision_officer"


class Permission(StrEnum):
    """One thing that a role may allow; views and verbs ask for these, never for a role."""

    VIEW_DESK = "desk.view"
    VIEW_PRODUCTS = "products.view"
    EDIT_PRODUCTS = "products.edit"
    EDIT_PRICES = "prices.edit"
    EDIT_STORIES = "stories.edit"
    VIEW_COSTS = "costs.view"
    VIEW_STOCK = "stock.view"
    ADJUST_STOCK = "stock.adjust"
    WORK_STOCK = "stock.work"
    """Count, receive, send and set aside; who is posted to some places, at those places."""
    ORDER_STOCK = "stock.order"
    """Order from suppliers, approve counts, say when shelves are filled up; at every place."""
    VIEW_ORDERS = "orders.view"
    EDIT_ORDERS = "orders.edit"
    REFUND_ORDERS = "orders.refund"
    FULFIL_ORDERS = "orders.fulfil"
    VIEW_CUSTOMERS = "customers.view"
    EDIT_CUSTOMERS = "customers.edit"
    EXPORT_CUSTOMERS = "customers.export"
    VIEW_MONEY = "money.view"
    MANAGE_GIFT_CARDS = "gift-cards.manage"
    """Give cards and credit away, set balances right, block cards."""
    SELL = "till.sell"
    """Sign in at a till, open a shift and sell."""
    APPROVE_AT_TILL = "till.approve"
    """Refund, void, override a price, open the drawer, unlock a locked PIN pad."""
    VIEW_STORES = "stores.view"
    MANAGE_STORES = "stores.manage"
    VIEW_STAFF = "staff.view"
    MANAGE_STAFF = "staff.manage"
    MANAGE_SETTINGS = "settings.manage"
    MANAGE_API_KEYS = "api-keys.manage"
    VIEW_SECURITY_LOG = "security-log.view"
    VIEW_PARK = "park.view"
    FOUND_MERCHANTS = "park.found-merchants"
    CHECK_TAX_RATES = "park.check-tax-rates"
    """Say that a rate is what the law says, or that it must not be charged."""
    MANAGE_PARK_STAFF = "park.manage-staff"
    SUPERVISE = "park.supervise"


PARK_ROLES = frozenset({Role.PARK_OPERATOR, Role.SUPERVISION_OFFICER})
MERCHANT_ROLES = frozenset(Role) - PARK_ROLES

_OPERATOR = frozenset(
    {
        Permission.VIEW_PARK,
        Permission.FOUND_MERCHANTS,
        Permission.CHECK_TAX_RATES,
        Permission.MANAGE_PARK_STAFF,
    }
)
_PARK = _OPERATOR | {Permission.SUPERVISE}
_OWNER = frozenset(Permission) - _PARK
_OWNER_ALONE = {
    Permission.MANAGE_STAFF,
    Permission.MANAGE_SETTINGS,
    Permission.MANAGE_API_KEYS,
    Permission.EXPORT_CUSTOMERS,
    Permission.VIEW_SECURITY_LOG,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: _OWNER,
        Role.MANAGER: _OWNER - _OWNER_ALONE,
        Role.CLERK: frozenset(
            {
                Permission.VIEW_DESK,
                Permission.VIEW_PRODUCTS,
                Permission.VIEW_STOCK,
                Permission.WORK_STOCK,
                Permission.VIEW_ORDERS,
                Permission.FULFIL_ORDERS,
                Permission.VIEW_STORES,
                Permission.SELL,
            }
        ),
        Role.FULFILMENT: frozenset(
            {
                Permission.VIEW_DESK,
                Permission.VIEW_PRODUCTS,
                Permission.VIEW_STOCK,
                Permission.ADJUST_STOCK,
                Permission.WORK_STOCK,
                Permission.VIEW_ORDERS,
                Permission.FULFIL_ORDERS,
                Permission.VIEW_STORES,
            }
        ),
        Role.ACCOUNTANT: frozenset(
            {
                Permission.VIEW_DESK,
                Permission.VIEW_PRODUCTS,
                Permission.VIEW_COSTS,
                Permission.VIEW_STOCK,
                Permission.VIEW_ORDERS,
                Permission.VIEW_MONEY,
                Permission.VIEW_STORES,
            }
        ),
        Role.PARK_OPERATOR: _OPERATOR,
        Role.SUPERVISION_OFFICER: frozenset({Permission.VIEW_PARK, Permission.SUPERVISE}),
    }
)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return everything that any of `roles` allows."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


class ApiScope(StrEnum):
    """What an API key may be used for."""

    SHOP = "shop"
    """The shopper's journey: browse, search, cart, place and read the orders it placed."""
    READ_PRODUCTS = "products:read"
    WRITE_PRODUCTS = "products:write"
    READ_STOCK = "stock:read"
    WRITE_STOCK = "stock:write"
    READ_ORDERS = "orders:read"
    WRITE_ORDERS = "orders:write"

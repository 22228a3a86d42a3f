"""What customers knows: people, their addresses, what they agreed to."""

from commerce.customers.queries.addresses import address_book
from commerce.customers.queries.counter import people_at_counter
from commerce.customers.queries.groups import customer_groups, groups_of, members_of
from commerce.customers.queries.people import (
    consents_of,
    customer_by_email,
    customers_by_emails,
    email_link_is_good,
    export_customer,
    former_emails,
    get_customer,
    links_of,
    pending_email,
    search_customers,
)

__all__ = [
    "address_book",
    "consents_of",
    "customer_by_email",
    "customer_groups",
    "customers_by_emails",
    "email_link_is_good",
    "export_customer",
    "former_emails",
    "get_customer",
    "groups_of",
    "links_of",
    "members_of",
    "pending_email",
    "people_at_counter",
    "search_customers",
]

"""What stands in a person's history: what they bought, at either counter, and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from commerce.customers.queries import get_customer
from commerce.customers.service import remember_customer
from commerce.kernel.durable import Durable
from commerce.registers.service import abandon_sale
from storefront.account.overview import history
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.tills import CLERK, cash, command, counter_in, open_register, sell


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made


def test_a_sale_at_the_till_that_was_given_up_is_no_order_of_hers(
    shop: Shop,
) -> None:
    teapot, register = stock_product(shop, in_store=3), counter_in(shop)
    open_register(shop, register)
    with shop.database.transaction(shop.scope) as session:
        mei = remember_customer(
            session, merchant_id=shop.merchant.id, name="Mei Lin", email="mei@example.com"
        ).id
    bought, given_up = (
        replace(command(register, teapot, total=68800, tenders=(cash(taken),)), customer_id=mei)
        for taken in (68800, 100)
    )
    for sale in (bought, given_up):
        sell(shop, sale)
    with (
        closing(Durable(shop.database.url)) as durable,
        shop.database.transaction(shop.scope) as session,
    ):
        abandon_sale(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            sale_id=given_up.id,
            actor_id=CLERK,
        )
    with shop.database.reading(shop.scope) as connection:
        told = history(connection, get_customer(connection, customer_id=mei))
    assert [each.id for each in told] == [bought.id]

"""A shop to walk through: two stores of stock, three destinations, one way to pay."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet, Words
from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.catalogue.service.put import put_products
from commerce.fulfilment.rows import DeliveryKind, DeliveryPrice, DeliverySetting, OpenSpan
from commerce.fulfilment.service import put_delivery_option, set_store_hours
from commerce.inventory.rows import Units
from commerce.inventory.service import open_stock
from commerce.kernel.bearer import Opens, token_of
from commerce.kernel.database import Database
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.orders.queries import OrderFilter, list_orders
from commerce.orders.rows import OrderRow
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow
from commerce.payments.service import set_up_method
from commerce.pricing.rows import PriceChange
from commerce.pricing.service import create_price_list, set_price, set_prices
from tests.storefront.shop.stage import PLUGIN, SECRET, Stage, set_stage
from tests.support.postgres import TestServer
from tests.support.shop import Shop, open_shop, own_shop, stock_product

BERLIN = {
    "email": "anna@example.com",
    "name": "Anna Müller",
    "lines": "Kastanienallee 12",
    "postcode": "10435",
    "city": "Berlin",
    "country": "DE",
    "do": "place",
}


def order_token(order: OrderRow) -> str:
    """Return what lets its holder in, as the application of the stage makes it."""
    return token_of(Vault(SECRET.encode()), Opens.ORDER, order.id)


@dataclass(frozen=True)
class House:
    """The shop, its pages, and whoever pays."""

    stage: Stage
    shop: Shop

    @property
    def root(self) -> str:
        return f"/en/{self.shop.merchant.slug}"

    def browser(self, *, address: str = "192.0.2.7") -> FlaskClient:
        """Return a browser that sends what browsers send with every request."""
        client = self.stage.app.test_client()
        client.environ_base.update({"REMOTE_ADDR": address, "HTTP_SEC_FETCH_SITE": "same-origin"})
        return client

    def stock(
        self,
        name: str = "Celadon teapot",
        *,
        units: int = 5,
        in_store: int = 0,
        price_minor: int = 68800,
    ) -> UUID:
        return stock_product(
            self.shop, name=name, in_warehouse=units, in_store=in_store, price_minor=price_minor
        )

    def handle(self, variant: UUID) -> str:
        with self.shop.database.reading(self.shop.scope) as connection:
            return variants_by_ids(connection, variant_ids=[variant], locale="en")[variant].handle

    def add(self, browser: FlaskClient, variant: UUID, quantity: int = 1) -> TestResponse:
        return browser.post(
            f"{self.root}/cart/lines", data={"variant": str(variant), "quantity": quantity}
        )

    def link(self, order: OrderRow) -> str:
        """Return the address of an order's page."""
        return f"{self.root}/order/{order_token(order)}"

    def orders(self) -> tuple[OrderRow, ...]:
        with self.shop.database.reading(self.shop.scope) as connection:
            return list_orders(connection, narrowed=OrderFilter())

    def payments(self, order: OrderRow) -> tuple[PaymentRow, ...]:
        with self.shop.database.reading(self.shop.scope) as connection:
            return payments_of(connection, order_id=order.id)

    def check_out(self, browser: FlaskClient, **changed: str) -> TestResponse:
        """Fill in the checkout as it stands and press the button."""
        page = browser.get(f"{self.root}/checkout").text
        agreed = re.search(r'name="agreed" value="(\d+)"', page)
        total = agreed[1] if agreed else "0"
        form = {**BERLIN, "agreed": total, **changed}
        return browser.post(f"{self.root}/checkout", data=form)

    def send_to_germany(self, browser: FlaskClient, currency: str = "CNY") -> None:
        browser.post(
            f"{self.root}/destination", data={"country": "DE", "currency": currency, "asked": "1"}
        )


def build_house(database_url: str, var: Path) -> House:
    """Found the shop, fill it, and open its pages."""
    stage = set_stage(database_url, var)
    return House(stage, furnish(stage.database))


@contextmanager
def own_house(server: TestServer, var: Path) -> Iterator[House]:
    """Open the pages of a filled shop that is nobody else's."""
    with own_shop(server, found=furnish) as shop:
        stage = set_stage(shop.database.url, var)
        yield House(stage, replace(shop, database=stage.database))
        stage.close()


def furnish(database: Database) -> Shop:
    """Found the shop and fill it."""
    shop = open_shop(database)
    with shop.database.transaction(shop.scope) as session:
        merchant_id = shop.merchant.id
        create_category(
            session,
            merchant_id=merchant_id,
            path="tea",
            texts={"en": CategoryText("Tea", "Leaves."), "zh": CategoryText("茶", "叶。")},
        )
        set_store_hours(
            session,
            merchant_id=merchant_id,
            location_id=shop.store,
            spans=[OpenSpan(day, time(0), time(23, 59)) for day in range(1, 8)],
        )
        put_delivery_option(
            session,
            merchant_id=merchant_id,
            option=DeliverySetting(
                code="parcel",
                kind=DeliveryKind.PARCEL,
                name="Parcel",
                name_zh="包裹",
                group="world",
                min_days=2,
                max_days=4,
                prices=(DeliveryPrice(Money(1000, "CNY")), DeliveryPrice(Money(500, "EUR"))),
            ),
        )
        put_delivery_option(
            session,
            merchant_id=merchant_id,
            option=DeliverySetting(
                code="pickup",
                kind=DeliveryKind.PICKUP,
                name="Pick up",
                name_zh="自提",
                location_id=shop.store,
                prepare_minutes=60,
                position=9,
            ),
        )
        set_up_method(
            session,
            vault=Vault(SECRET.encode()),
            merchant_id=merchant_id,
            plugin=PLUGIN,
            enabled=True,
            position=1,
            settings={},
            secrets={},
        )
    return shop


def put_tea(house: House, *, units: int = 20, vendor: str = "Meijiawu") -> dict[str, UUID]:
    """Put a tea in two sizes on the shelf, sold in yuan and euros; return the variants by SKU."""
    shop = house.shop
    sizes = Option(
        "size",
        {"en": "Size", "zh": "规格"},
        (
            OptionValue("50 g", {"en": "50 g", "zh": "50 克"}),
            OptionValue("100 g", {"en": "100 g", "zh": "100 克"}),
        ),
    )
    small = VariantSheet(sku="LJ-50", choice=("50 g",), weight_grams=145, origin_country="CN")
    large = VariantSheet(sku="LJ-100", choice=("100 g",), weight_grams=215, origin_country="CN")
    sheet = ProductSheet(
        handle="longjing",
        status="active",
        vendor=vendor,
        tags=("taste:fresh",),
        categories=("tea",),
        options=(sizes,),
        variants=(small, large),
        words={
            "en": Words(name="Longjing", story_html="<p>Picked by hand.</p>", origin="Hangzhou"),
            "zh": Words(name="龙井", story_html="<p>手工采摘。</p>", origin="杭州"),
        },
    )
    with shop.database.transaction(shop.scope) as session:
        merchant_id = shop.merchant.id
        put_products(session, merchant_id=merchant_id, sheets=[sheet])
        for variant, price in ((small, 16800), (large, 29800)):
            set_price(
                session,
                merchant_id=merchant_id,
                variant_id=variant.id,
                amount=Money(price, "CNY"),
            )
        euros = create_price_list(
            session,
            merchant_id=merchant_id,
            code="eur",
            name="Euro",
            name_zh="欧元",
            currency="EUR",
            includes_tax=False,
        )
        set_prices(
            session,
            merchant_id=merchant_id,
            price_list=euros.id,
            prices=[
                PriceChange(small.id, Money(2600, "EUR")),
                PriceChange(large.id, Money(4500, "EUR")),
            ],
        )
        if units:
            open_stock(
                session,
                merchant_id=merchant_id,
                lines=[
                    Units(small.id, shop.warehouse, units),
                    Units(small.id, shop.store, 3),
                ],
                reason="test",
            )
    return {small.sku: small.id, large.sku: large.id}

"""A small shop to test with: one merchant, places, goods with a price and stock."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from commerce.catalogue.records import ProductSheet, VariantSheet, Words
from commerce.catalogue.service.put import put_products
from commerce.fulfilment.rows import DeliveryKind, DeliveryPrice, DeliverySetting, OpenSpan
from commerce.fulfilment.service import put_country_group, put_delivery_option, set_store_hours
from commerce.inventory.rows import Units
from commerce.inventory.service import add_location, open_stock
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_code, new_id
from commerce.kernel.money import Money
from commerce.park.queries.merchants import MerchantCard, get_merchant
from commerce.pricing.errors import TaxRateExistsError
from commerce.pricing.service import add_tax_rate, define_tax_class, set_price
from storefront.shop.kept import _packed, _seen_once
from storefront.shop.memory import memory
from tests.support.park import create_merchant
from tests.support.postgres import TestServer


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant with a warehouse and a store."""

    database: Database
    merchant: MerchantCard
    warehouse: UUID
    store: UUID

    @property
    def scope(self) -> Scope:
        return Scope.merchant(self.merchant.id)


def open_shop(database: Database, *, slug: str = "porcelain-road") -> Shop:
    """Found a merchant that sells in China at 13 % and sends parcels to everywhere."""
    merchant_id = create_merchant(database, slug=slug)
    _tax(database)
    with database.transaction(Scope.merchant(merchant_id)) as session:
        merchant = get_merchant(session, merchant_id=merchant_id)
        warehouse = add_location(
            session,
            merchant_id=merchant_id,
            code="WH1",
            kind="warehouse",
            name="Lingang warehouse",
            name_zh="临港仓",
            priority=10,
        )
        store = add_location(
            session,
            merchant_id=merchant_id,
            code="NJR",
            kind="store",
            name="Nanjing Road",
            name_zh="南京西路店",
            priority=20,
        )
        put_country_group(
            session,
            merchant_id=merchant_id,
            code="world",
            name="World",
            name_zh="全球",
            countries=["*"],
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
                prices=(DeliveryPrice(Money(1000, "CNY")),),
            ),
        )
    return Shop(database, merchant, warehouse, store)


@contextmanager
def own_shop(
    server: TestServer, *, found: Callable[[Database], Shop] = open_shop, connections: int = 8
) -> Iterator[Shop]:
    """Give a shop in a database of its own, copied from one that `found` made for this process.

    All copies have the same ids and begin with the same content version, by which pages are kept.
    An installation has one database; so that its pages never come from another's, they are
    forgotten, as when the process starts.
    """
    for kept in (memory, _packed, _seen_once):
        kept._facts.clear()
    with (
        server.furnished(found) as (url, shop),
        closing(Database(url, connections=connections)) as database,
    ):
        yield replace(shop, database=database)


def sell_services(shop: Shop) -> None:
    """Let the shop begin with services within a week."""
    with shop.database.transaction(shop.scope) as session:
        put_delivery_option(
            session,
            merchant_id=shop.merchant.id,
            option=DeliverySetting(
                code="desk",
                kind=DeliveryKind.SERVICE,
                name="At your desk",
                name_zh="线上服务",
                group="world",
                min_days=1,
                max_days=5,
                prices=(DeliveryPrice(Money(0, "CNY")),),
            ),
        )


def put_pickup(shop: Shop) -> None:
    """Let the store, which never closes, offer pickup within an hour."""
    with shop.database.transaction(shop.scope) as session:
        put_delivery_option(
            session,
            merchant_id=shop.merchant.id,
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
        set_store_hours(
            session,
            merchant_id=shop.merchant.id,
            location_id=shop.store,
            spans=[OpenSpan(day, time(0), time(23, 59)) for day in range(1, 8)],
        )


def _tax(database: Database) -> None:
    """State the park's rates, unless an earlier shop of the same park has."""
    with database.transaction(Scope.park()) as session, suppress(TaxRateExistsError):
        define_tax_class(session, code="standard", name="Standard", name_zh="标准")
        add_tax_rate(
            session,
            country="CN",
            tax_class="standard",
            rate=Decimal("0.13"),
            valid_from=date(2019, 4, 1),
            source="test",
        )


def stock_product(
    shop: Shop,
    *,
    name: str = "Celadon teapot",
    price_minor: int = 68800,
    in_warehouse: int = 0,
    in_store: int = 0,
    weight_grams: int = 900,
    is_service: bool = False,
    counted: bool = True,
    sell_when_out: bool = False,
) -> UUID:
    """Put one active product with one variant on sale; return the variant's id."""
    variant = VariantSheet(
        id=new_id(),
        sku=f"SKU-{new_code(8)}",
        weight_grams=weight_grams,
        origin_country="CN",
        requires_shipping=not is_service,
        stock_tracked=counted and not is_service,
        sell_when_out=sell_when_out,
    )
    sheet = ProductSheet(
        handle=f"product-{new_code(8).lower()}",
        words={"en": Words(name=name), "zh": Words(name="青瓷壶")},
        variants=(variant,),
        status="active",
    )
    with shop.database.transaction(shop.scope) as session:
        put_products(session, merchant_id=shop.merchant.id, sheets=[sheet])
        set_price(
            session,
            merchant_id=shop.merchant.id,
            variant_id=variant.id,
            amount=Money(price_minor, "CNY"),
        )
        opening = [
            Units(variant.id, place, units)
            for place, units in ((shop.warehouse, in_warehouse), (shop.store, in_store))
            if units
        ]
        open_stock(session, merchant_id=shop.merchant.id, lines=opening, reason="test")
    return variant.id

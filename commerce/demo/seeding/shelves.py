"""Fill a merchant's shelves: categories, products, customs codes, prices, opening stock."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.records import ProductSheet
from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.catalogue.service.customs import classify
from commerce.catalogue.service.labels import name_tag, name_tag_group
from commerce.catalogue.service.put import put_products
from commerce.demo.content import Merchant, Park, Product
from commerce.demo.content.goods import Currency
from commerce.demo.seeding.sheets import sheet_of
from commerce.inventory.queries import locations
from commerce.inventory.rows import Units
from commerce.inventory.service import open_stock
from commerce.kernel.money import Money
from commerce.pricing.rows import PriceChange
from commerce.pricing.service import create_price_list, open_base_list, set_prices

_NATIONAL_CODES = (("CN", "cn10"), ("EU", "eu8"), ("US", "us10"))
_LIST_NAMES = {
    "USD": ("Export prices in US dollars", "美元出口价"),
    "EUR": ("Export prices in euros", "欧元出口价"),
}
_OPENING = "opening stock"


def fill_shelves(session: Session, *, merchant_id: UUID, park: Park, merchant: Merchant) -> None:
    """Put everything that the merchant sells on sale, with prices and stock."""
    for position, category in enumerate(merchant.category):
        create_category(
            session,
            merchant_id=merchant_id,
            path=category.handle,
            texts={
                "en": CategoryText(category.en, category.about.en),
                "zh": CategoryText(category.zh, category.about.zh),
            },
            position=position,
        )
    _name_tags(session, merchant_id, park, merchant)
    lists = _open_price_lists(session, merchant_id, merchant)
    put_goods(
        session, merchant_id=merchant_id, merchant=merchant, goods=merchant.product, lists=lists
    )


def put_goods(
    session: Session,
    *,
    merchant_id: UUID,
    merchant: Merchant,
    goods: Sequence[Product],
    lists: Mapping[Currency, UUID],
) -> tuple[ProductSheet, ...]:
    """Put `goods` on sale, set-based; `lists` are the price lists by currency."""
    sheets = put_products(
        session,
        merchant_id=merchant_id,
        sheets=[sheet_of(product, merchant=merchant) for product in goods],
    )
    ids = {variant.sku: variant.id for sheet in sheets for variant in sheet.variants}
    _classify(session, merchant_id, goods, sheets)
    for currency, price_list in lists.items():
        set_prices(
            session,
            merchant_id=merchant_id,
            prices=[
                PriceChange(ids[variant.sku], Money(amount, currency))
                for product in goods
                for variant in product.variant
                for amount in [variant.prices.get(currency)]
                if amount is not None
            ],
            price_list=price_list,
        )
    _stock(session, merchant_id, goods, ids)
    return sheets


def _stock(
    session: Session, merchant_id: UUID, goods: Sequence[Product], ids: Mapping[str, UUID]
) -> None:
    places = {place.code: place.id for place in locations(session.connection())}
    lines = [
        Units(ids[variant.sku], places[handle], count)
        for product in goods
        for variant in product.variant
        for handle, count in variant.stock.items()
        if count
    ]
    open_stock(session, merchant_id=merchant_id, lines=lines, reason=_OPENING)


def _classify(
    session: Session,
    merchant_id: UUID,
    goods: Sequence[Product],
    sheets: Sequence[ProductSheet],
) -> None:
    for product, sheet in zip(goods, sheets, strict=True):
        for destination, field in _NATIONAL_CODES:
            code = getattr(product.customs, field, None)
            if code is not None and product.customs is not None:
                classify(
                    session,
                    merchant_id=merchant_id,
                    product_id=sheet.id,
                    destination=destination,
                    code=code,
                    source="demo content",
                    unsure=field in product.customs.unsure,
                )


def _name_tags(session: Session, merchant_id: UUID, park: Park, merchant: Merchant) -> None:
    used = {tag for product in merchant.product for tag in product.tags}
    for facet in park.facet:
        names = {f"{facet.handle}:{value.handle}": value for value in facet.values}
        if used.isdisjoint(names):
            continue
        name_tag_group(
            session,
            merchant_id=merchant_id,
            group=facet.handle,
            names={"en": facet.en, "zh": facet.zh},
        )
        for tag in sorted(used & names.keys()):
            value = names[tag]
            name_tag(
                session, merchant_id=merchant_id, tag=tag, names={"en": value.en, "zh": value.zh}
            )


def _open_price_lists(
    session: Session, merchant_id: UUID, merchant: Merchant
) -> dict[Currency, UUID]:
    lists = {merchant.base_currency: open_base_list(session, merchant_id=merchant_id).id}
    for currency in merchant.currencies:
        if currency == merchant.base_currency:
            continue
        name, name_zh = _LIST_NAMES[currency]
        lists[currency] = create_price_list(
            session,
            merchant_id=merchant_id,
            code=f"export-{currency.lower()}",
            name=name,
            name_zh=name_zh,
            currency=currency,
            includes_tax=False,
        ).id
    return lists

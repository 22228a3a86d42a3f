"""Price lists, and a product's prices in one of them."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from commerce.catalogue.errors import ProductNotFoundError
from commerce.catalogue.queries import variants_of_products
from commerce.catalogue.service.products import lock_product
from commerce.kernel.errors import FieldProblem
from commerce.kernel.money import Money
from commerce.park.permissions import ApiScope
from commerce.pricing.errors import UnknownPriceListError
from commerce.pricing.queries import listed_prices, price_lists
from commerce.pricing.rows import PriceChange, PriceListRow
from commerce.pricing.service import open_base_list, remove_prices, set_prices
from commerce.pricing.service.lists import BASE_CODE
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from commerce.web.sizes import takes
from storefront.api.answers import shelf_answer, written
from storefront.api.errors import InvalidBodyError, UnknownVariantError
from storefront.api.interface import Interface, shelf
from storefront.api.merchant.levels import unknown_lines, variants_named
from storefront.api.merchant.products import TAG, product_content
from storefront.api.once import Done, once
from storefront.api.precondition import hold_to_precondition, tagged
from storefront.api.shapes.catalogue import HandlePlace
from storefront.api.shapes.product import (
    MerchantProductShape,
    PriceAmountWish,
    PriceListsShape,
    PricesWish,
    PriceWish,
)


def add_to(interface: Interface) -> None:
    """Add price lists and prices."""
    interface.view_to("GET", "/price-lists", tag=TAG, answers=shelf(PriceListsShape))(
        list_price_lists
    )
    interface.view_to(
        "PUT",
        "/products/<handle>/prices",
        tag=TAG,
        answers={200: MerchantProductShape},
        refuses=[ProductNotFoundError, UnknownPriceListError, UnknownVariantError],
        guarded=True,
    )(put_prices)


@api_key(ApiScope.READ_PRODUCTS)
def list_price_lists() -> Response:
    """List the price lists, the base list first."""
    with services().database.reading(current_scope()) as connection:
        found = price_lists(connection)
    return shelf_answer({"items": [_price_list(each, language()) for each in found]})


@takes(1024 * 1024)
@api_key(ApiScope.WRITE_PRODUCTS)
def put_prices(path: HandlePlace, body: PricesWish) -> Response:
    """Make a product's prices in one list what the document says; other lists stay.

    A variant that is left out has no price there afterwards; in a list that converts another one
    it falls back to the converted price. Answers with the product.
    """

    def work(session: Session) -> Done:
        merchant_id, connection = current_merchant().id, session.connection()
        product_id = lock_product(session, merchant_id=merchant_id, handle=path.handle)
        if product_id is None:
            raise ProductNotFoundError
        hold_to_precondition(written(product_content(connection, product_id)))
        target = _list_named(session, body.price_list)
        own = variants_of_products(connection, product_ids=[product_id])[product_id]
        changes = _changes(session, body, own, target.currency)
        set_prices(session, merchant_id=merchant_id, prices=changes, price_list=target.id)
        priced = {change.variant_id for change in changes}
        remove_prices(
            session,
            merchant_id=merchant_id,
            price_list=target.id,
            variant_ids=[
                price.variant_id
                for price in listed_prices(connection, variant_ids=own)
                if price.price_list_id == target.id
                and price.variant_id not in priced
                and not price.derived
            ],
        )
        return Done(product_content(connection, product_id))

    return tagged(once(work))


def _list_named(session: Session, code: str) -> PriceListRow:
    for each in price_lists(session.connection()):
        if each.code == code:
            return each
    if code != BASE_CODE:
        raise UnknownPriceListError
    return open_base_list(session, merchant_id=current_merchant().id)


def _changes(
    session: Session, body: PricesWish, own: Sequence[UUID], currency: str
) -> list[PriceChange]:
    """Return the prices of the product's own variants.

    Raises:
        UnknownVariantError: names every line that speaks of another product's goods, or of none.
        InvalidBodyError: names every amount that cannot stand in the list.
    """
    variants = variants_named(session.connection(), body.prices, "/prices")
    strange = [at for at, variant in enumerate(variants) if variant not in own]
    if strange:
        raise UnknownVariantError(
            unknown_lines("/prices", strange, "This product has no such variant on sale.")
        )
    faults = tuple(_faults(body.prices, variants, currency))
    if faults:
        raise InvalidBodyError(faults)
    return [
        PriceChange(
            variant,
            _money(line.amount),
            None if line.compare_at is None else _money(line.compare_at),
        )
        for variant, line in zip(variants, body.prices, strict=True)
    ]


def _faults(
    lines: Sequence[PriceWish], variants: Sequence[UUID], currency: str
) -> Iterator[FieldProblem]:
    named: set[UUID] = set()
    for at, (line, variant) in enumerate(zip(lines, variants, strict=True)):
        pointer = f"/prices/{at}"
        if variant in named:
            yield FieldProblem(
                pointer=pointer, code="twice", template="An earlier line names it already."
            )
        named.add(variant)
        for name, given in (("amount", line.amount), ("compare_at", line.compare_at)):
            if given is not None and given.currency != currency:
                yield FieldProblem(
                    pointer=f"{pointer}/{name}/currency",
                    code="currency",
                    template="This list holds prices in %(wanted)s, not in %(given)s.",
                    wanted=currency,
                    given=given.currency,
                )
        if line.compare_at and line.compare_at.amount_minor <= line.amount.amount_minor:
            yield FieldProblem(
                pointer=f"{pointer}/compare_at/amount_minor",
                code="too-small",
                template="The former price must be above the present price. "
                "Raise it, or leave it empty.",
            )


def _money(wish: PriceAmountWish) -> Money:
    return Money(wish.amount_minor, wish.currency)


def _price_list(row: PriceListRow, code: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "code": row.code,
        "name": row.name_zh if code == "zh" else row.name,
        "currency": row.currency,
        "channel": None if row.channel is None else row.channel.value,
        "is_base": row.is_base,
        "includes_tax": row.includes_tax,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "derived_from": row.derived_from,
    }

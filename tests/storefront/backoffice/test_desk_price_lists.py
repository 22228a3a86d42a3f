"""Opening a price list at the desk: asked first where it would come before prices that count."""

from datetime import timedelta

from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.park.permissions import Role
from commerce.pricing.queries import price_lists, prices_for
from commerce.pricing.rows import PriceListRow
from commerce.pricing.service import create_price_list, set_price
from tests.storefront.desk import Desk
from tests.support.shop import stock_product


def lists_of(desk: Desk) -> dict[str, PriceListRow]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return {each.code: each for each in price_lists(connection)}


def form(code: str, **more: str) -> dict[str, str]:
    names = {"code": code, "name": f"List {code}", "name_zh": f"价目表{code}"}
    return {**names, "currency": "USD", "includes_tax": "y", "ending": "90", **more}


def test_a_list_that_would_come_first_is_asked_about(desk: Desk) -> None:
    tea, shop = stock_product(desk.shop, in_warehouse=5), desk.shop
    with shop.database.transaction(shop.scope) as session:
        made = create_price_list(
            session,
            merchant_id=shop.merchant.id,
            code="export",
            name="Export prices",
            name_zh="出口价",
            currency="USD",
            includes_tax=False,
        )
        set_price(
            session,
            merchant_id=shop.merchant.id,
            price_list=made.id,
            variant_id=tea,
            amount=Money(2800, "USD"),
        )
    manager, page = desk.as_role(Role.OWNER), f"{desk.root}/settings/prices"
    asked = manager.post(page, data=form("club"))
    assert asked.status_code == 422
    assert "Export prices has prices in USD already." in asked.text
    assert 'name="overtakes"' in asked.text
    assert "club" not in lists_of(desk)
    assert manager.post(page, data=form("club", overtakes="y")).status_code == 303
    assert "club" in lists_of(desk)
    assert "counts where List club has no price" in manager.get(page).text
    with shop.database.reading(shop.scope) as connection:
        (price,) = prices_for(
            connection, variant_ids=[tea], currency="USD", channel=Channel.WEB, at=utc_now()
        ).values()
    assert price.list_code == "export", "the new one has no price yet"


def test_a_sale_for_a_while_at_one_counter_is_opened_without_a_question(desk: Desk) -> None:
    stock_product(desk.shop, in_warehouse=5)
    manager, page = desk.as_role(Role.OWNER), f"{desk.root}/settings/prices"
    assert manager.post(page, data=form("usd")).status_code == 303
    begin, end = utc_now() + timedelta(days=2), utc_now() + timedelta(days=4)
    sale = form(
        "sale",
        channel="web",
        valid_from=f"{begin:%Y-%m-%dT%H:%M}",
        valid_to=f"{end:%Y-%m-%dT%H:%M}",
    )
    assert manager.post(page, data=sale).status_code == 303
    kept = lists_of(desk)["sale"]
    assert kept.channel is Channel.WEB
    assert kept.valid_to is not None
    assert kept.valid_to - kept.valid_from == timedelta(days=2)
    assert "From " in manager.get(page).text
    backwards = manager.post(page, data={**sale, "code": "back", "valid_to": "2026-01-01T00:00"})
    assert backwards.status_code == 422

"""A shopper's program pays with gift cards: a part, or everything."""

from commerce.park.permissions import ApiScope
from tests.storefront.api.counter import Counter, done
from tests.support.shop import stock_product
from tests.support.stored_value import assert_the_value_is_sound, give_card, left_on


def test_cards_pay_what_was_shown_and_the_order_stands(counter: Counter) -> None:
    client, card = (
        counter.client(ApiScope.SHOP),
        give_card(counter.shop, 100_000, vault=counter.vault),
    )
    token, total = client.ready_cart((stock_product(counter.shop, in_warehouse=2), 1))
    cards = f"/shop/carts/{token}/gift-cards"
    cart = done(client.post(cards, {"code": card.code.lower()}))
    (laid,) = cart["gift_cards"]
    assert (laid["last_four"], laid["pays"], cart["due"]["amount_minor"]) == (
        card.code[-4:],
        total,
        0,
    )
    assert done(client.delete(f"{cards}/{laid['id']}"))["due"] == total
    done(client.post(cards, {"code": card.code}))
    wish = {"agreed_total": total, "agreed_gift_cards": total}
    placed = done(client.post(f"/shop/carts/{token}/order", wish), 201)
    assert placed["payment"] is None
    assert done(client.get(f"/shop/orders/{placed['token']}"))["state"] == "placed"
    assert left_on(counter.shop, card.id) == 100_000 - total["amount_minor"]
    assert_the_value_is_sound(counter.shop)

"""Scenes in which a shopper's program meets the problems of gift cards."""

from collections.abc import Callable
from datetime import timedelta

from werkzeug.test import TestResponse

from commerce.kernel.clock import utc_now
from commerce.payments.stored_value.service import block_card, set_expiry
from tests.storefront.api.counter import Caller, Counter, done
from tests.support.shop import stock_product
from tests.support.stored_value import give_card

Scene = Callable[[Counter, Caller], TestResponse]


def laid(client: Caller, token: str, code: str) -> TestResponse:
    return client.post(f"/shop/carts/{token}/gift-cards", {"code": code})


def with_a_card_that_nobody_gave_out(counter: Counter, client: Caller) -> TestResponse:
    return laid(client, client.open_cart(), "2222-2222-2222-2222")


def with_a_blocked_card(counter: Counter, client: Caller) -> TestResponse:
    card = give_card(counter.shop, 500, vault=counter.vault)
    with counter.database.transaction(counter.shop.scope) as session:
        block_card(session, merchant_id=counter.shop.merchant.id, account_id=card.id)
    return laid(client, client.open_cart(), card.code)


def with_an_expired_card(counter: Counter, client: Caller) -> TestResponse:
    card = give_card(counter.shop, 500, vault=counter.vault)
    with counter.database.transaction(counter.shop.scope) as session:
        set_expiry(
            session,
            merchant_id=counter.shop.merchant.id,
            account_id=card.id,
            until=utc_now() - timedelta(days=1),
        )
    return laid(client, client.open_cart(), card.code)


def with_a_card_in_dollars(counter: Counter, client: Caller) -> TestResponse:
    card = give_card(counter.shop, 500, vault=counter.vault, currency="USD")
    return laid(client, client.open_cart(), card.code)


def with_a_card_that_is_used_up(counter: Counter, client: Caller) -> TestResponse:
    card = give_card(counter.shop, 500, vault=counter.vault)
    token, total = client.ready_cart((stock_product(counter.shop, in_warehouse=1), 1))
    done(laid(client, token, card.code))
    done(client.post(f"/shop/carts/{token}/order", {"agreed_total": total}), 201)
    return laid(client, client.open_cart(), card.code)


def with_one_card_more_than_an_order_takes(counter: Counter, client: Caller) -> TestResponse:
    token = client.open_cart()
    for _number in range(6):
        answer = laid(client, token, give_card(counter.shop, 500, vault=counter.vault).code)
    return answer


def with_a_card_that_pays_less_than_was_shown(counter: Counter, client: Caller) -> TestResponse:
    card = give_card(counter.shop, 500, vault=counter.vault)
    token, total = client.ready_cart((stock_product(counter.shop, in_warehouse=1), 1))
    done(laid(client, token, card.code))
    wish = {
        "agreed_total": total,
        "agreed_gift_cards": {"amount_minor": 600, "currency": "CNY"},
    }
    return client.post(f"/shop/carts/{token}/order", wish)


GIFT_CARD_SCENES: dict[str, tuple[int, Scene]] = {
    "unknown-gift-card": (422, with_a_card_that_nobody_gave_out),
    "gift-card-blocked": (409, with_a_blocked_card),
    "gift-card-expired": (409, with_an_expired_card),
    "gift-card-currency": (409, with_a_card_in_dollars),
    "stored-value-short": (409, with_a_card_that_is_used_up),
    "too-many-gift-cards": (409, with_one_card_more_than_an_order_takes),
    "gift-card-amount-changed": (409, with_a_card_that_pays_less_than_was_shown),
}

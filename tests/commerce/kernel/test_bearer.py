"""Tokens of carts and orders: made, read and put away, and never to be had from what is stored."""

from uuid import UUID

import pytest

from commerce.kernel.bearer import (
    Opens,
    brought_back,
    put_away,
    read_token,
    token_of,
    without_marks,
)
from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault

VAULT = Vault(b"a secret of these tests, 32 bytes")


def test_a_token_names_its_row_each_time_alike() -> None:
    order = new_id()
    token = token_of(VAULT, Opens.ORDER, order)
    assert token == token_of(VAULT, Opens.ORDER, order)
    assert read_token(VAULT, Opens.ORDER, token).id == order


@pytest.mark.parametrize(
    "token",
    [
        token_of(VAULT, Opens.CART, UUID(int=7)),
        token_of(Vault(b"the secret of another installation"), Opens.ORDER, UUID(int=7)),
        token_of(VAULT, Opens.ORDER, UUID(int=7))[:-1] + "!",
        token_of(VAULT, Opens.ORDER, UUID(int=7))[:43],
        str(UUID(int=7)),
        "Zb" * 21 + "7",
        "青瓷" * 32,
        "\ud800" * 64,
        "",
    ],
)
def test_nothing_else_names_an_order(token: str) -> None:
    assert read_token(VAULT, Opens.ORDER, token).id is None


def test_an_answer_is_put_away_without_its_tokens_and_brought_back_whole() -> None:
    order, cart = new_id(), new_id()
    body = (
        f'{{"token":"{token_of(VAULT, Opens.ORDER, order)}",'
        f'"url":"/carts/{token_of(VAULT, Opens.CART, cart)}","note":"{"x" * 64}"}}'
    )
    away = put_away(VAULT, body)
    assert token_of(VAULT, Opens.ORDER, order) not in away
    assert token_of(VAULT, Opens.CART, cart) not in away
    assert brought_back(VAULT, away) == body
    assert without_marks(away).startswith(f'{{"token":"order:{order}"')


def test_no_word_of_a_caller_passes_for_a_mark() -> None:
    told = f'{{"name":"order:{new_id()} ⟦order⟧ \\u0001order:{new_id()}\\u0002"}}'
    assert brought_back(VAULT, told) == told

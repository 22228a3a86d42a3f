"""Gift cards and store credit for tests."""

from uuid import UUID

from commerce.cli.proofs import ledger, money, stored_value
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.payments.stored_value.queries import account_by_id
from commerce.payments.stored_value.rows import ValueAccount, ValueEntryKind
from commerce.payments.stored_value.service import IssuedCard, issue_card
from tests.support.shop import Shop
from tests.support.stockroom import assert_the_doctor_is_silent

VAULT = Vault(b"a secret of this test")


def give_card(shop: Shop, minor: int, *, vault: Vault = VAULT, currency: str = "CNY") -> IssuedCard:
    """Give somebody a card for nothing."""
    with shop.database.transaction(shop.scope) as session:
        card = issue_card(
            session,
            vault=vault,
            merchant_id=shop.merchant.id,
            amount=Money(minor, currency),
            kind=ValueEntryKind.GRANTED,
            request_id=new_id(),
            reason="a prize",
        )
    assert card is not None
    return card


def account(shop: Shop, account_id: UUID) -> ValueAccount:
    with shop.database.reading(shop.scope) as connection:
        found = account_by_id(connection, account_id=account_id)
    assert found is not None
    return found


def left_on(shop: Shop, account_id: UUID) -> int:
    return account(shop, account_id).balance_minor


def assert_the_value_is_sound(shop: Shop) -> None:
    """Put cards, credit and all money to the doctor's proofs."""
    proofs = (*stored_value.PROOFS, *ledger.PROOFS, *money.PROOFS)
    assert_the_doctor_is_silent(shop.database, proofs=proofs)

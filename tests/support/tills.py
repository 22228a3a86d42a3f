"""Registers, shifts and sales for tests, made as a till makes them."""

from typing import Any
from uuid import UUID

from commerce.kernel.database import Database
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.payments.service import set_up_method
from commerce.registers.rows import BasketLine, CashTender, SaleCommand, Tender
from commerce.registers.service import (
    add_register,
    complete_if_paid,
    once,
    open_shift,
    start_sale,
)
from tests.support.shop import Shop, open_shop

CLERK = UUID("018f0000-0000-7000-8000-000000000001")


def with_reader(shop: Shop) -> Shop:
    """Let the shop take cards at its tills."""
    with shop.database.transaction(shop.scope) as session:
        set_up_method(
            session,
            vault=Vault(b"s" * 32),
            merchant_id=shop.merchant.id,
            plugin="sandbox-reader",
            enabled=True,
            position=1,
            settings={},
            secrets={},
        )
    return shop


def shop_with_reader(database: Database) -> Shop:
    """Found the usual shop and let it take cards at its tills."""
    return with_reader(open_shop(database))


def counter_in(shop: Shop, *, name: str = "Counter 1", series: str = "NR1") -> UUID:
    """Put a register into the shop's store and return its id."""
    with shop.database.transaction(shop.scope) as session:
        return add_register(
            session,
            merchant_id=shop.merchant.id,
            location_id=shop.store,
            name=name,
            series=series,
        )


def open_register(shop: Shop, register: UUID, *, float_minor: int = 50000) -> None:
    with shop.database.transaction(shop.scope) as session:
        open_shift(
            session,
            merchant_id=shop.merchant.id,
            register_id=register,
            cash_float=Money(float_minor, "CNY"),
            actor_id=CLERK,
        )


def command(
    register: UUID, variant: UUID, *, total: int, tenders: tuple[Tender, ...], **line: Any
) -> SaleCommand:
    return SaleCommand(
        id=new_id(),
        register_id=register,
        currency="CNY",
        locale="en",
        lines=(BasketLine(variant, line.get("quantity", 1), line.get("discount")),),
        tenders=tenders,
        total_minor=total,
        happened=line.get("happened", False),
    )


def cash(amount: int, tendered: int | None = None) -> CashTender:
    return CashTender(amount, amount if tendered is None else tendered)


def sell(shop: Shop, wanted: SaleCommand) -> dict[str, Any]:
    """Do what the till's entry point does, in one transaction."""

    def work() -> dict[str, Any]:
        start_sale(session, merchant=shop.merchant, command=wanted, clerk_id=CLERK)
        done = complete_if_paid(session, merchant_id=shop.merchant.id, sale_id=wanted.id)
        return {"completed": done is not None}

    with shop.database.transaction(shop.scope) as session:
        return once(
            session,
            merchant_id=shop.merchant.id,
            register_id=wanted.register_id,
            command_id=wanted.id,
            kind="sale",
            body={"total": wanted.total_minor, "lines": len(wanted.lines)},
            work=work,
        )

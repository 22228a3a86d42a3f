"""Receipts on paper: the same bytes for the same receipt, in both scripts, whatever the printer does."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from commerce.inventory.rows import LocationRow
from commerce.kernel.money import Money
from commerce.park.queries.merchants import MerchantCard
from commerce.registers.receipts import Receipt, ReceiptLine, ReceiptTax, ReceiptTender
from commerce.registers.rows import RegisterRow
from commerce.web.formats import money
from pos.printing.layout import COLUMNS, fit, kick_bytes, receipt_bytes, width
from pos.printing.printers import AWAY, NO_PRINTER, PRINTED, send
from pos.wording import receipt_words

ID = UUID("018f0000-0000-7000-8000-000000000001")
MERCHANT = MerchantCard(
    ID,
    "porcelain-road",
    "Porcelain Road",
    "瓷路",
    "CN",
    "CNY",
    "UTC",
    ("en", "zh"),
    prices_include_tax=True,
    content_version=1,
)
STORE = LocationRow(
    ID,
    "NJR",
    "store",
    "Nanjing Road",
    "南京西路店",
    "12 Nanjing Road",
    "",
    "CN",
    "",
    sells_online=True,
    priority=1,
    active=True,
)


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def receipt() -> Receipt:
    return Receipt(
        sale_id=ID,
        order_number="Q-1042",
        number="NR2-000042",
        merchant=MERCHANT,
        store=STORE,
        register="Register 2",
        clerk_id=ID,
        at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        lines=(
            ReceiptLine(
                "Celadon teapot", "320 ml", "POT", 2, cny(68800), cny(13760), "pair", cny(123840)
            ),
            ReceiptLine("青瓷茶壶", "", "POT-ZH", 1, cny(100), cny(0), "", cny(100)),
        ),
        taxes=(ReceiptTax(Decimal("0.13"), cny(109681), cny(14259)),),
        tenders=(ReceiptTender("cash", cny(123940), cny(124000), cny(60)),),
        discount=cny(13760),
        tax=cny(14259),
        total=cny(123940),
        voided_at=None,
        open=False,
    )


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    app = Flask("paper")
    Babel(app)
    with app.test_request_context(headers={"Accept-Language": "en"}), force_locale("en"):
        yield


def paper(told: Receipt, *, copy: int = 0, **printer: object) -> bytes:
    return receipt_bytes(told, words=receipt_words(told, copy=copy), printer=dict(printer))


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert paper(receipt()) == paper(receipt())


def test_it_begins_by_waking_the_printer_in_chinese_and_ends_by_cutting() -> None:
    printed = paper(receipt())
    assert printed.startswith(b"\x1b@\x1c&")
    assert b"\x1c." in printed
    assert printed.endswith(b"\x1dV\x00")


def test_amounts_stand_at_the_right_edge() -> None:
    amount = money(cny(123940))
    row = f"Total{' ' * (COLUMNS - 5 - width(amount))}{amount}"
    assert row.encode("gb18030") in paper(receipt())


def test_chinese_is_sent_as_gb18030_and_takes_two_columns() -> None:
    assert "青瓷茶壶".encode("gb18030") in paper(receipt())
    assert width("青瓷 pot") == 8
    assert fit("青瓷茶壶", 5) == "青瓷"


def test_a_printer_without_chinese_gets_plain_letters() -> None:
    printed = paper(receipt(), text="plain")
    assert b"\x1c&" not in printed
    assert b"????" in printed


def test_copies_and_voids_are_marked() -> None:
    voided = replace(receipt(), voided_at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    printed = paper(voided, copy=2)
    assert b"*** Copy 2 ***" in printed
    assert b"*** Voided ***" in printed


def test_the_drawer_opens_by_the_pulse_of_the_manual() -> None:
    assert kick_bytes() == b"\x1bp\x00\x32\x32"


def register(printer: dict[str, object]) -> RegisterRow:
    return RegisterRow(ID, ID, "Register 2", "NR2", None, 1, printer, active=True)


def test_bytes_reach_a_printer_in_the_network() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as printer:

        def listen() -> None:
            connection, _ = printer.accept()
            with connection:
                while part := connection.recv(4096):
                    heard.append(part)

        thread = Thread(target=listen)
        thread.start()
        port = printer.getsockname()[1]
        target = register({"kind": "network", "host": "127.0.0.1", "port": port})
        assert send(target, b"hello") == PRINTED
        thread.join()
    assert b"".join(heard) == b"hello"


def test_a_printer_that_is_away_is_told_and_nothing_is_raised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert send(register({"kind": "network", "host": "127.0.0.1", "port": port}), b"x") == AWAY
    assert send(register({}), b"x") == NO_PRINTER

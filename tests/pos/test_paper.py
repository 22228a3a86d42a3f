"""Receipts and reports on paper: the bytes that printers get, in both scripts, and what they make of them.

The files in `golden/` are what was checked by eye once. To make them anew after a wanted change:
`QUAYSIDE_RENEW_GOLDEN=1 pytest tests/pos/test_paper.py`, then look at the difference.
"""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel

from commerce.cli.translations import compile_translations
from commerce.inventory.rows import LocationRow
from commerce.kernel.money import Money
from commerce.kernel.settings import read_settings
from commerce.park.queries.merchants import MerchantCard
from commerce.registers.printers import may_stand_at
from commerce.registers.receipts import Receipt, ReceiptLine, ReceiptTax, ReceiptTender
from commerce.registers.report import without_cash
from commerce.registers.rows import RegisterRow
from commerce.web.assets import build_vendor
from pos.device import Till
from pos.printing.layout import kick_bytes, receipt_bytes, report_bytes
from pos.printing.lettering import COLUMNS, Lettering, lettering_of
from pos.printing.printers import AWAY, NO_PRINTER, PRINTED, REFUSED, send
from pos.report_words import report_words
from pos.wording import receipt_words
from tests.pos.counter import ROOT
from tests.pos.slips import Code, Picture, Signal, Text, read_slip

NEAR = read_settings({"PRINTER_NETWORKS": "127.0.0.0/8"})
GOLDEN = Path(__file__).parent / "golden"
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
    "南京西路 12 号",
    "CN",
    "",
    sells_online=True,
    priority=1,
    active=True,
)


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def receipt(pot: str = "Celadon teapot", size: str = "320 ml") -> Receipt:
    return Receipt(
        sale_id=ID,
        order_number="Q-1042",
        number="NR2-000042",
        merchant=MERCHANT,
        store=STORE,
        register="Register 2",
        clerk_id=ID,
        customer_id=None,
        at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        lines=(
            ReceiptLine(pot, size, "POT", 2, cny(68800), cny(13760), "pair", cny(123840)),
            ReceiptLine("Paper bag", "", "BAG", 1, cny(100), cny(0), "", cny(100)),
        ),
        taxes=(ReceiptTax(Decimal("0.13"), cny(109681), cny(14259)),),
        tenders=(ReceiptTender("cash", cny(123940), cny(124000), cny(60)),),
        discount=cny(13760),
        tax=cny(14259),
        total=cny(123940),
        voided_at=None,
        open=False,
    )


def chinese_receipt() -> Receipt:
    told = receipt("龙泉青瓷梅子青釉手工刻花莲瓣纹提梁茶壶礼盒装", "320 毫升")
    pot, bag = told.lines
    return replace(
        told,
        register="二号收银台",
        lines=(replace(pot, discount_reason="对壶"), replace(bag, name="手提纸袋")),
    )


FIGURES: dict[str, Any] = {
    "shift": str(ID),
    "number": 7,
    "register": str(ID),
    "currency": "CNY",
    "opened_at": "2026-11-23T01:00:00+00:00",
    "at": "2026-11-23T13:05:00+00:00",
    "sales": 41,
    "first_receipt": 42,
    "last_receipt": 82,
    "gross_minor": 2_310_000,
    "discount_minor": 41_200,
    "tax_minor": 265_752,
    "voids": 1,
    "voided_minor": 33_500,
    "net_of_voids_minor": 2_276_500,
    "taxes": [
        {"rate": "0.13", "net_minor": 2_014_602, "tax_minor": 261_898, "gross_minor": 2_276_500}
    ],
    "tenders": [
        {"tender": "card", "payments": 18, "taken_minor": 1_204_000, "refunded_minor": 0},
        {"tender": "cash", "payments": 23, "taken_minor": 1_106_000, "refunded_minor": 33_500},
    ],
    "float_minor": 50_000,
    "cash_in_minor": 10_000,
    "cash_out_minor": 400_000,
    "expected_minor": 732_500,
    "counted_minor": 732_400,
    "difference_minor": -100,
    "journal_position": 118,
}


CHINESE_ROWS = [
    "                      瓷路",
    "                   南京西路店",
    "                 南京西路 12 号",
    "------------------------------------------------",
    "小票                                  NR2-000042",
    "时间                        2026年11月23日 08:30",
    "收银机                                二号收银台",
    "收银员                                       Wei",
    "订单号                                    Q-1042",
    "------------------------------------------------",
    "龙泉青瓷梅子青釉手工刻花莲瓣纹提梁茶壶礼盒装",
    "                                      ￥1,376.00",
    "  320 毫升",
    "  2 × ￥688.00",
    "  折扣：对壶                           -￥137.60",
    "手提纸袋                                  ￥1.00",
    "------------------------------------------------",
    "合计                                  ￥1,239.40",
    "现金                                  ￥1,240.00",
    "找零                                      ￥0.60",
    "增值税 13%（税前 ￥1,096.81）           ￥142.59",
    "------------------------------------------------",
    "          谢谢惠顾，退换货请凭此小票。",
]


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    build_vendor(ROOT)  # the fonts that rows are drawn with
    compile_translations(ROOT)


@contextmanager
def page_in(language: str) -> Iterator[None]:
    """Be a page that somebody reads in a language."""
    app = Flask("paper")
    Babel(
        app,
        default_translation_directories=str(ROOT / "pos/translations"),
        locale_selector=lambda: language,
    )
    with app.test_request_context(headers={"Cookie": f"quayside_language={language}"}):
        yield


def lettering(text: str = "gb18030", **printer: object) -> Lettering:
    return lettering_of({"text": text, **printer}, country="CN", fonts=ROOT / "static" / "vendor")


def paper(told: Receipt, *, copy: int = 0, language: str = "en", text: str = "gb18030") -> bytes:
    with page_in(language):
        words = receipt_words(told, copy=copy, clerk="Wei")
        return receipt_bytes(words, lettering=lettering(text))


def z_paper(figures: dict[str, Any] = FIGURES, *, language: str = "en", copy: int = 0) -> bytes:
    till = Till(MERCHANT, register({}), STORE)
    with page_in(language):
        words = report_words(figures, till=till, copy=copy, people=("Lin", "Wei"))
        return report_bytes(words, lettering=lettering())


def texts(sent: bytes) -> list[str]:
    return [part.said for part in read_slip(sent) if isinstance(part, Text)]


def expect_golden(name: str, sent: bytes) -> bytes:
    """Return the bytes that were kept under a name; with the switch, keep these instead."""
    file = GOLDEN / f"{name}.bin"
    if os.environ.get("QUAYSIDE_RENEW_GOLDEN"):
        file.write_bytes(sent)
    return file.read_bytes()


def test_an_english_receipt_is_the_golden_one() -> None:
    sent = paper(receipt())
    assert sent == expect_golden("receipt-english", sent)


def test_the_sum_in_large_letters_is_what_was_paid_in_coins() -> None:
    coins = ReceiptTender("cash", cny(123940), cny(124000), cny(100), rounding=cny(-40))
    with page_in("en"):
        words = receipt_words(replace(receipt(), tenders=(coins,)), copy=0, clerk="Wei")
    assert words.sums == (("Total", "¥1,239.40"), ("Rounded to coins", "\N{MINUS SIGN}¥0.40"))
    assert words.total == ("To pay", "¥1,239.00")
    assert words.tenders == (("Cash", "¥1,240.00"), ("Change due", "¥1.00"))


def test_a_reason_that_the_till_offers_is_told_in_the_language_of_the_paper() -> None:
    pot, bag = receipt().lines
    for said in ("As a set", "成套购买"):
        told = replace(receipt(), lines=(replace(pot, discount_reason=said), bag))
        for language, expected in (("en", "As a set"), ("zh", "成套购买")):
            with page_in(language):
                (less,) = receipt_words(told, copy=0, clerk="Wei").lines[0].less
            assert less[0].endswith(expected)


def test_a_chinese_receipt_in_gb18030_is_the_golden_one() -> None:
    sent = paper(chinese_receipt(), language="zh")
    assert sent == expect_golden("receipt-chinese-gb18030", sent)


def test_a_z_report_is_the_golden_one() -> None:
    sent = z_paper(language="zh")
    assert sent == expect_golden("report-z", sent)


def test_the_drawers_pulse_is_the_golden_one_of_the_manual() -> None:
    assert kick_bytes() == expect_golden("drawer-kick", kick_bytes()) == b"\x1bp\x00\x32\x32"


def test_a_drawn_receipt_is_the_golden_one_but_for_a_few_dots() -> None:
    sent = paper(chinese_receipt(), language="zh", text="raster")
    kept = read_slip(expect_golden("receipt-chinese-raster", sent))
    drawn = read_slip(sent)
    assert len(drawn) == len(kept)
    for ours, theirs in zip(drawn, kept, strict=True):
        if isinstance(ours, Picture) and isinstance(theirs, Picture):
            assert (ours.width, ours.height) == (theirs.width, theirs.height)
            assert ours.differs(theirs) < 0.02
        else:
            assert ours == theirs


def amounts(sent: bytes) -> list[Decimal]:
    """Return what stands at the right edge, from the first line to the tenders."""
    told = [re.search(r"(-?)￥([\d,]+\.\d\d)$", said) for said in texts(sent) if "×" not in said]
    found = [Decimal(f"{each[1]}{each[2].replace(',', '')}") for each in told if each]
    return found[: found.index(Decimal("1240.00"))]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lines_less_discounts_are_the_total(language: str) -> None:
    *parts, whole = amounts(paper(receipt(), language=language))
    assert (sum(parts), whole) == (Decimal("1239.40"), Decimal("1239.40"))


def test_tax_on_top_stands_between_the_lines_and_the_total() -> None:
    taxed = replace(receipt(), total=cny(140053), tenders=())
    words = texts(paper(taxed))
    at = next(row for row, said in enumerate(words) if said.startswith("Total"))
    assert words[at - 1].split() == ["VAT", "￥161.13"]


def test_a_z_adds_up_from_full_prices_to_the_net() -> None:
    said = [row.split() for row in texts(z_paper())]
    told = {row[0] if row[0] != "At" else "Full": row[-1] for row in said if len(row) > 1}
    assert [told[name] for name in ("Full", "Discounts", "Gross", "Voids", "Net")] == [
        "￥23,512.00",
        "-￥412.00",
        "￥23,100.00",
        "-￥335.00",
        "￥22,765.00",
    ]


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert paper(receipt()) == paper(receipt())


def test_a_chinese_receipt_says_its_rows_to_a_chinese_printer() -> None:
    sent = paper(chinese_receipt(), language="zh")
    assert sent.startswith(b"\x1b@\x1c&")  # woken up, then into Chinese mode
    assert texts(sent) == CHINESE_ROWS


def rows_of(sent: bytes) -> list[Text]:
    return [part for part in read_slip(sent) if isinstance(part, Text)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_amounts_stand_at_the_right_edge_whatever_stands_before_them(language: str) -> None:
    told = receipt() if language == "en" else chinese_receipt()
    amounts = [
        row
        for row in rows_of(paper(told, language=language))
        if row.said.endswith("0") and row.said[0] != " "
    ]
    assert len(amounts) >= 5
    assert {row.columns for row in amounts} == {COLUMNS}


def test_no_row_is_wider_than_the_paper() -> None:
    for text in ("gb18030", "latin"):
        for told, language in ((receipt(), "en"), (chinese_receipt(), "zh")):
            sent = paper(told, language=language, text=text)
            assert max(row.columns for row in rows_of(sent)) <= COLUMNS


def test_the_yuan_sign_is_the_one_that_chinese_printers_have() -> None:
    sent = paper(receipt())
    assert "¥".encode("gb18030") not in sent
    assert "￥1,239.40".encode("gb18030") in sent


def test_a_heading_is_tall_in_both_scripts() -> None:
    rows = rows_of(paper(chinese_receipt(), language="zh"))
    assert [row.said.split()[0] for row in rows if row.tall] == ["瓷路", "合计"]


def test_chinese_mode_is_left_before_the_paper_is_cut() -> None:
    sent = paper(receipt())
    assert sent.index(b"\x1c.") < sent.rindex(b"\x1dV")
    assert read_slip(sent)[-1] == Signal(b"\x1dV\x00")


def test_the_number_can_be_scanned() -> None:
    assert Code("NR2-000042") in read_slip(paper(receipt()))


def test_a_printer_of_western_letters_gets_code_page_858() -> None:
    sent = paper(receipt(), text="latin")
    assert not any(isinstance(part, Picture) for part in read_slip(sent))
    assert any(said.endswith("¥1,239.40") for said in texts(sent))


def test_a_printer_without_chinese_gets_those_rows_as_pictures_and_never_a_question_mark() -> None:
    parts = read_slip(paper(chinese_receipt(), language="zh", text="latin"))
    pictures = [part for part in parts if isinstance(part, Picture)]
    assert len(pictures) > 10
    assert {picture.width for picture in pictures} == {COLUMNS * 12}
    assert all(picture.ink() for picture in pictures)
    assert not any("?" in part.said for part in parts if isinstance(part, Text))


def test_a_drawn_amount_ends_at_the_right_edge() -> None:
    parts = read_slip(paper(chinese_receipt(), language="zh", text="raster"))
    (total,) = [part for part in parts if isinstance(part, Picture)][-8:-7]
    columns = [
        any(total.dots[row * 72 + byte] for row in range(total.height)) for byte in range(72)
    ]
    assert columns[0]
    assert any(columns[-2:])


def test_printers_write_as_their_country_does_unless_they_are_told() -> None:
    fonts = ROOT / "static" / "vendor"
    kinds = [
        type(lettering_of(printer, country=country, fonts=fonts)).__name__
        for printer, country in (({}, "CN"), ({}, "DE"), ({"text": "raster"}, "CN"))
    ]
    assert kinds == ["ChineseLettering", "LatinLettering", "DrawnLettering"]


def test_copies_and_voids_are_marked() -> None:
    voided = replace(receipt(), voided_at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    said = " ".join(texts(paper(voided, copy=2)))
    assert "*** Copy 2 ***" in said
    assert "*** Voided ***" in said


def test_a_blind_x_prints_no_cash_and_nothing_to_reckon_it_from() -> None:
    opened = {
        name: told
        for name, told in FIGURES.items()
        if name not in {"counted_minor", "difference_minor", "journal_position"}
    }
    blind = " ".join(texts(z_paper(without_cash(opened))))
    assert "after the count" in blind
    assert "Bank card × 18" in blind
    for hidden in ("22,765.00", "23,100.00", "11,060.00", "7,325.00", "2,618.98"):
        assert hidden not in blind
    assert "7,325.00" in " ".join(texts(z_paper(opened)))


def test_cash_that_the_drawer_paid_for_orders_has_its_own_line() -> None:
    paid = {**FIGURES, "paid_back": 2, "paid_back_minor": 46_800}
    printed = " ".join(texts(z_paper(paid)))
    assert "Refunds for orders × 2" in printed
    assert "468.00" in printed
    assert "Refunds for orders" not in " ".join(texts(z_paper()))


@pytest.mark.parametrize(
    ("off", "language", "told"),
    [
        (-200, "en", "¥2.00 short"),
        (100, "en", "¥1.00 over"),
        (0, "en", "to the cent"),
        (-200, "zh", "短款 ￥2.00"),
        (100, "zh", "长款 ￥1.00"),
    ],
)
def test_a_z_says_in_words_alone_whether_the_drawer_is_over_or_short(
    off: int, language: str, told: str
) -> None:
    printed = " ".join(texts(z_paper({**FIGURES, "difference_minor": off}, language=language)))
    signless = rf"(?<![-+\u2212]){re.escape(told.replace('￥', '¥'))}"
    assert re.search(signless, printed.replace("￥", "¥"))


def test_a_voided_sale_is_told_with_the_voids_alone() -> None:
    printed = re.sub(r" +", " ", " ".join(texts(z_paper())))
    assert "Number of sales 40" in printed
    assert "Number of voids 1" in printed


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
        assert send(target, b"hello", settings=NEAR) == PRINTED
        thread.join()
    assert b"".join(heard) == b"hello"


def test_a_printer_that_is_away_is_told_and_nothing_is_raised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert (
        send(register({"kind": "network", "host": "127.0.0.1", "port": port}), b"x", settings=NEAR)
        == AWAY
    )
    assert send(register({}), b"x", settings=NEAR) == NO_PRINTER


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "169.254.169.254", "8.8.8.8"],
)
def test_nothing_is_printed_outside_the_networks_of_houses(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        target = register({"kind": "network", "host": host, "port": other.getsockname()[1]})
        assert send(target, b"hello", settings=read_settings({})) == REFUSED
        other.setblocking(False)  # noqa: FBT003 - the only way to ask whether somebody knocks
        with pytest.raises(BlockingIOError):
            other.accept()


@pytest.mark.parametrize(
    ("address", "port", "may"),
    [
        ("192.168.1.40", 9100, True),
        ("fd12:3456::40", 9100, True),
        ("192.168.1.40", 8000, False),
        ("192.168.1.40", 6432, False),
        ("fe80::1", 9100, False),
        ("224.0.0.1", 9100, False),
    ],
)
def test_printers_stand_in_the_house_and_at_no_port_of_ours(
    address: str, port: int, *, may: bool
) -> None:
    settings = read_settings({"DATABASE_URL": "postgresql://q@10.0.0.2:6432/q"})
    assert may_stand_at(settings, [address], port=port) is may
    assert not may_stand_at(settings, [address, "127.0.0.1"], port=port)

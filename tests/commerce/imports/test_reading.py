import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.imports.cells import guarded, read_decimal, unguarded
from commerce.imports.errors import (
    BrokenTableError,
    CellTooLongError,
    FileTooLargeError,
    RepeatedColumnError,
    TooManyColumnsError,
    TooManyRowsError,
    UnreadableFileError,
)
from commerce.imports.reading import read_sheet, sniffed_encoding
from commerce.kernel.errors import CommerceError

CHINESE = "Handle,Title\ntea,西湖龙井绿茶，明前采摘\ncup,青花瓷茶杯\n"
FRENCH = "Handle,Title\ncafe,Café crème brûlée à emporter\nno,Fenêtre\n"


def titles(content: bytes) -> list[str]:
    return [line.cells["Title"] for line in read_sheet(content).lines]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_chinese_files_are_read_in_every_usual_encoding(encoding: str) -> None:
    assert titles(CHINESE.encode(encoding)) == ["西湖龙井绿茶，明前采摘", "青花瓷茶杯"]


def test_western_files_are_not_taken_for_chinese() -> None:
    assert sniffed_encoding(FRENCH.encode("cp1252")) == "cp1252"
    assert titles(FRENCH.encode("cp1252"))[0] == "Café crème brûlée à emporter"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_part_cells(delimiter: str) -> None:
    content = f"Handle{delimiter}Title\ntea{delimiter}Green\n".encode()
    assert titles(content) == ["Green"]


def test_rows_count_as_a_spreadsheet_does_and_empty_ones_are_left_out() -> None:
    sheet = read_sheet(b'Handle,Title\na,"two\nlines"\n,\n\nb,B\n')
    assert [line.number for line in sheet.lines] == [2, 5]


def test_short_rows_are_filled_and_long_ones_cut() -> None:
    sheet = read_sheet(b"Handle,Title\na\nb,B,extra\n")
    assert [line.cells for line in sheet.lines] == [
        {"Handle": "a", "Title": ""},
        {"Handle": "b", "Title": "B"},
    ]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'Handle,Title\na,"never closed\nb,B\n', BrokenTableError),
        (b'Handle,Title\na,"closed"early\n', BrokenTableError),
        (b"Handle,Title,Title\n", RepeatedColumnError),
        (b"Handle,Title\na,\x00\x01\x02B\n", UnreadableFileError),
        (b"\xff\xfeH\x00a\x00n", UnreadableFileError),
        (b"Handle,Title\na," + b"x" * 200_001 + b"\n", CellTooLongError),
        (b"a," * 401 + b"\n", TooManyColumnsError),
        (b"Handle,Title\n" + b"a,b\n" * 50_001, TooManyRowsError),
        (b"x" * (64 * 1024 * 1024 + 1), FileTooLargeError),
    ],
)
def test_hostile_tables_are_refused(content: bytes, error: type[CommerceError]) -> None:
    with pytest.raises(error):
        read_sheet(content)


def test_a_broken_table_names_the_row() -> None:
    with pytest.raises(BrokenTableError, match="row 3"):
        read_sheet(b'Handle,Title\na,A\nb,"never closed\n')


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    try:
        read_sheet(b"Handle,Title\n" + content)
        read_sheet(content)
    except CommerceError:
        pass


@given(st.text())
def test_a_guarded_cell_is_never_a_formula_and_comes_back_as_it_was(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    assert not cell.startswith(("=", "+", "@", "\t", "\r"))


@pytest.mark.parametrize(
    "formula",
    ['=HYPERLINK("http://evil")', "+1+1", "-2+3", "@SUM(1)", "\t=1", "'=1", "＝1"],  # noqa: RUF001
)
def test_formulas_are_guarded_and_figures_are_not(formula: str) -> None:
    assert guarded(formula).startswith("'")
    assert guarded("-19.90") == "-19.90"
    row = io.StringIO()
    csv.writer(row).writerow(["Handle", guarded(formula)])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("19.90", "19.90"),
        ("19,90", "19.90"),
        ("1,234.50", "1234.50"),
        ("1,234", "1234"),
        (" 7 ", "7"),
        ("1e309", None),
        ("NaN", None),
        ("١٢", None),
        ("1.2.3", None),
        ("", None),
    ],
)
def test_prices_are_read_as_people_write_them(text: str, amount: str | None) -> None:
    value = read_decimal(text)
    assert (None if value is None else str(value)) == amount

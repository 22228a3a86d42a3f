"""From the bytes of a hostile CSV to rows with known bounds."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commerce.imports.cells import unguarded
from commerce.imports.errors import (
    BrokenTableError,
    CellTooLongError,
    FileTooLargeError,
    RepeatedColumnError,
    TooManyColumnsError,
    TooManyRowsError,
    UnreadableFileError,
)

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 400
MOST_CHARACTERS = 200_000
_SAMPLE = 200_000
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t"
_NOT_ASCII = re.compile("[^\x00-\x7f]")

# The reader's own bound holds for the whole process; the largest cell that we take is below it.
csv.field_size_limit(MOST_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; `number` counts as a spreadsheet does, the header being row 1."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole table in memory, and how its bytes were read."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    encoding: str


def read_sheet(content: bytes) -> Sheet:
    """Return the table in `content`, guards against formulas taken off, empty rows left out.

    UTF-8, UTF-16, GB18030 and Windows-1252; commas, semicolons or tabs.

    Raises:
        FileTooLargeError: more than 64 MB, 50,000 rows, 400 columns or 200,000 characters a cell.
        UnreadableFileError, BrokenTableError: it is no CSV, or a quotation mark is not closed.
        RepeatedColumnError: two columns have one name.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLargeError(most=MOST_BYTES // 1024**2)
    encoding = sniffed_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError from error
    if "\x00" in text:
        raise UnreadableFileError
    records = _records(text)
    columns = _columns(next(records, []))
    lines = tuple(_lines(records, columns))
    return Sheet(columns, lines, encoding)


def sniffed_encoding(content: bytes) -> str:
    """Return the encoding that fits: by mark, as UTF-8, as Chinese, else as Western European."""
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return name
    sample = content[:_SAMPLE]
    if sample[1::2].count(0) > len(sample) // 8:
        return "utf-16-le"
    if sample[0::2].count(0) > len(sample) // 8:
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030" if _is_chinese(content) else "cp1252"
    return "utf-8"


def _is_chinese(content: bytes) -> bool:
    """Tell GB18030 from Windows-1252, which it often decodes without complaint.

    Two accented letters of Western text pair up to characters outside the everyday set GB 2312;
    Chinese text hardly leaves it.
    """
    try:
        foreign = _NOT_ASCII.findall(content.decode("gb18030"))
    except UnicodeDecodeError:
        return False
    everyday = sum(1 for each in foreign if _is_everyday(each))
    return everyday > 0.8 * len(foreign)


def _is_everyday(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _records(text: str) -> Iterator[list[str]]:
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):  # noqa: B007 - told when it breaks
            if len(record) > MOST_COLUMNS:
                raise TooManyColumnsError(most=MOST_COLUMNS)
            yield record
    except csv.Error as error:
        if "field limit" in str(error):
            raise CellTooLongError(most=MOST_CHARACTERS) from error
        raise BrokenTableError(row=number + 1) from error


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in header)
    repeated = [name for name, times in Counter(columns).items() if name and times > 1]
    if repeated:
        raise RepeatedColumnError(column=repeated[0])
    return columns


def _lines(records: Iterator[list[str]], columns: Sequence[str]) -> Iterator[Line]:
    for number, record in enumerate(records, start=2):
        if number > MOST_ROWS + 1:
            raise TooManyRowsError(most=MOST_ROWS)
        if any(cell.strip() for cell in record):
            padded = [*record, *[""] * (len(columns) - len(record))]
            named = zip(columns, padded, strict=False)
            yield Line(number, {name: unguarded(cell) for name, cell in named if name})

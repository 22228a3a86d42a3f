"""What a file says about products, in no dialect: every field is given, given blank, or absent.

An absent column keeps what the shop has; a column that is there and blank empties it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, TypeAlias, TypeVar

from commerce.catalogue.records import Kind, Status

T = TypeVar("T")


class Absent(Enum):
    """The file has no such column."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
Given: TypeAlias = T | Absent


def given_or(value: T | Absent, otherwise: T) -> T:
    """Return what the file gives, else what there was."""
    return otherwise if isinstance(value, Absent) else value


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one cell: an error keeps its product out, a warning does not."""

    severity: Literal["error", "warning"]
    row: int
    column: str
    code: str
    template: str
    params: Mapping[str, Any]

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template


def told_in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems row by row; where a cell has an error, no warning about it as well.

    What cannot be read counts as missing further on, and nobody wants to be told that too.
    """
    found = tuple(problems)
    wrong = {(each.row, each.column) for each in found if each.severity == "error"}
    kept = (
        each
        for each in found
        if each.severity == "error" or (each.row, each.column) not in wrong or not each.column
    )
    return tuple(sorted(kept, key=lambda problem: problem.row))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVariant:
    """A variant as the file has it. Prices are in major units, weights in grams."""

    row: int
    values: tuple[str, ...] = ()
    """One value per option of the product, as it is written."""
    sku: str = ""
    gtin: Given[str | None] = ABSENT
    weight_grams: Given[int] = ABSENT
    origin_country: Given[str | None] = ABSENT
    requires_shipping: Given[bool] = ABSENT
    stock_tracked: Given[bool] = ABSENT
    sell_when_out: Given[bool] = ABSENT
    price: Given[Decimal | None] = ABSENT
    compare_at: Given[Decimal | None] = ABSENT
    quantity: Given[int | None] = ABSENT


@dataclass(frozen=True, slots=True)
class FileImage:
    """The address of a picture, and what it shows."""

    row: int
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProduct:
    """A product as the file has it."""

    row: int
    handle: str
    handle_given: bool = True
    """Whether the file says it; otherwise it was made from the name, and SKUs say which it is."""
    name: Given[str] = ABSENT
    subtitle: Given[str] = ABSENT
    story_html: Given[str] = ABSENT
    specification: Given[tuple[tuple[str, str], ...]] = ABSENT
    seo_title: Given[str] = ABSENT
    seo_description: Given[str] = ABSENT
    kind: Given[Kind] = ABSENT
    status: Given[Status] = ABSENT
    vendor: Given[str] = ABSENT
    product_type: Given[str] = ABSENT
    tags: Given[tuple[str, ...]] = ABSENT
    taxable: Given[bool] = ABSENT
    home_category: Given[tuple[str, ...]] = ABSENT
    """Names from the top of the tree down; empty for none."""
    categories: Given[tuple[tuple[str, ...], ...]] = ABSENT
    commodity_code: Given[str | None] = ABSENT
    customs_name: Given[str] = ABSENT
    option_names: Given[tuple[str, ...]] = ABSENT
    variants: tuple[FileVariant, ...] = ()
    images: tuple[FileImage, ...] = ()
    columns: Mapping[str, str]
    """What the dialect calls the fields of a product's sheet, for messages."""


@dataclass(frozen=True, slots=True)
class FileContents:
    """Everything a file says, and what is wrong with it."""

    dialect: str
    products: tuple[FileProduct, ...]
    problems: tuple[Problem, ...]
    ignored_columns: tuple[str, ...]
    encoding: str
    rows: int

    def faulty_rows(self) -> frozenset[int]:
        """Return the rows with an error."""
        return rows_in_error(self.problems)


def rows_in_error(problems: Iterable[Problem]) -> frozenset[int]:
    """Return the rows that have an error among `problems`."""
    return frozenset(each.row for each in problems if each.severity == "error")

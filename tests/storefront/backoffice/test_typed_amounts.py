"""Amounts as people type them at the desk: read as they were meant, or not at all."""

import re

import pytest

from storefront.backoffice.forms import typed_amount


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("10", 1000),
        (" 10.5 ", 1050),
        ("1,234.50", 123450),
        ("1 234 567", 123456700),
        ("\uff11\uff12\uff0e\uff15\uff10", 1250),  # as a Chinese keyboard types it
        ("1，234", 123400),
        ("599,50", 59950),
        ("10,5", 1050),
        ("1.234,50", 123450),
        ("1 234,5", 123450),
        ("0,50", 50),
        ("", None),
        (None, None),
    ],
)
def test_an_amount_is_read_as_it_was_meant(typed: str | None, minor: int | None) -> None:
    assert typed_amount(typed, "CNY") == minor


@pytest.mark.parametrize(
    "typed",
    [
        "1,23,456",
        "12,3456.5",
        "1.234.567",
        "1,234,5",
        "1,",
        " ,5",
        "1_0",
        "1e3",
        "-1",
        "+1",
        "1.005",
        "1.000",
        ".5",
        "5.",
        "NaN",
        "½",
        "٣",
    ],
)
def test_what_could_be_meant_in_two_ways_is_no_amount(typed: str) -> None:
    with pytest.raises(ValueError, match=re.escape(typed)):
        typed_amount(typed, "CNY")

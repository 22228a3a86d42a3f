"""Whoever runs the park states what currencies are worth; merchants convert at it."""

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commerce.cli.main import quayside
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.pricing.queries import exchange_rate


def state(database_url: str, tmp_path: Path, *words: str) -> Result:
    environment = {"DATABASE_URL": database_url, "QUAYSIDE_VAR": str(tmp_path / "var")}
    return CliRunner().invoke(quayside, ["exchange-rate", *words], env=environment)


def test_a_rate_counts_from_its_day_on_and_is_stated_once(
    database_url: str, tmp_path: Path
) -> None:
    words = ("cny", "jpy", "21.35", "--source", "PBOC, 2026-11-20", "--from", "2026-11-20")
    first, again = state(database_url, tmp_path, *words), state(database_url, tmp_path, *words)
    assert first.exit_code == 0, first.output
    assert "One CNY is 21.35 JPY from 2026-11-20" in first.output
    assert again.exit_code == 1
    database = Database(database_url)
    with database.reading(Scope.park()) as connection:
        quote = exchange_rate(connection, source="CNY", target="JPY", at=utc_now())
    database.close()
    assert (quote.rate, quote.origin) == (Decimal("21.35"), "PBOC, 2026-11-20")


@pytest.mark.parametrize(
    "words",
    [
        ("CNY", "JPY", "dear"),
        ("CNY", "JPY", "0"),
        ("CNY", "JPY", "1e99"),
        ("CNY", "JPY", "NaN"),
        ("CNY", "CNY", "1"),
        ("CNY", "nobody", "1"),
    ],
)
def test_what_is_no_rate_is_refused_with_a_sentence(
    database_url: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    refused = state(database_url, tmp_path, *words, "--source", "PBOC")
    assert refused.exit_code in {1, 2}
    assert isinstance(refused.exception, SystemExit)
    assert "Error: " in refused.output

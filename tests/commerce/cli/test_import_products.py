import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from commerce.catalogue.queries import list_products
from commerce.cli.main import quayside
from commerce.kernel.database import Database, Scope
from tests.support.park import create_merchant

FILE = "Handle,Title,Variant Price\ntea,Tea,9.80\ncup,Cup,%s\n"


@pytest.fixture
def merchant(database_url: str) -> UUID:
    database = Database(database_url)
    founded = create_merchant(database, slug="porcelain-road")
    database.close()
    return founded


def import_products(database_url: str, tmp_path: Path, price: str, *options: str) -> Result:
    file = tmp_path / "products.csv"
    file.write_text(FILE % price, encoding="utf-8")
    environment = {"DATABASE_URL": database_url, "QUAYSIDE_VAR": str(tmp_path / "var")}
    command = ["import-products", str(file), *options]
    return CliRunner().invoke(quayside, command, env=environment)


def handles(database_url: str, merchant: UUID) -> list[str]:
    database = Database(database_url)
    with database.reading(Scope.merchant(merchant)) as connection:
        page = list_products(connection, locale="en", statuses=["draft", "active"], sort="changed")
    database.close()
    return sorted(card.handle for card in page.cards)


def reported(said: Result) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(said.stdout)
    return report


def test_a_file_is_imported_and_the_report_can_be_read_by_machines(
    database_url: str, merchant: UUID, tmp_path: Path
) -> None:
    said = import_products(database_url, tmp_path, "1", "--merchant", "porcelain-road", "--json")
    assert said.exit_code == 0, said.output
    assert reported(said)["counts"]["created"] == 2
    assert handles(database_url, merchant) == ["cup", "tea"]


def test_a_dry_run_does_nothing(database_url: str, merchant: UUID, tmp_path: Path) -> None:
    options = ("--merchant", "porcelain-road", "--dry-run", "--json")
    said = import_products(database_url, tmp_path, "1", *options)
    assert said.exit_code == 0
    assert [each["action"] for each in reported(said)["products"]] == ["created", "created"]
    assert handles(database_url, merchant) == []


def test_a_row_in_error_makes_the_command_fail_and_is_shown(
    database_url: str, merchant: UUID, tmp_path: Path
) -> None:
    said = import_products(database_url, tmp_path, "dear", "--merchant", "porcelain-road")
    assert said.exit_code == 1
    assert "Variant Price" in said.output
    assert "“dear”" in said.output
    assert handles(database_url, merchant) == ["tea"]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_unknown_merchant_is_told(
    database_url: str, tmp_path: Path, options: tuple[str, ...]
) -> None:
    said = import_products(database_url, tmp_path, "1", "--merchant", "nobody", *options)
    assert said.exit_code == 1
    assert said.exception is None or isinstance(said.exception, SystemExit)
    assert said.output

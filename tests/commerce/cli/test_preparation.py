"""The database is prepared by a program of its own, and its failure is told."""

import socket
from pathlib import Path

import click
import pytest

from commerce.cli.preparation import prepare
from commerce.kernel.settings import read_settings


def test_a_database_that_cannot_be_prepared_is_told_with_the_reason(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"postgresql+psycopg://shop@127.0.0.1:{free.getsockname()[1]}/shop"
    said: list[str] = []
    with pytest.raises(click.ClickException, match=r"(?s)could not be prepared.*cannot be reached"):
        prepare(
            read_settings({"QUAYSIDE_VAR": str(tmp_path)}), database_url=nowhere, tell=said.append
        )
    assert said[0] == "tables"

"""The quayside command lists what it can do, and says in a sentence what is wrong."""

import os
import subprocess
import sys

import click
from click.testing import CliRunner

from commerce.cli.main import quayside


def call(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commerce.cli.main", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_with_its_summary() -> None:
    said = CliRunner().invoke(quayside, ["--help"]).output
    assert "run" in said
    assert "Start everything, and keep it going until Ctrl-C." in said


def test_every_listed_command_can_be_called() -> None:
    for name in quayside.list_commands(click.Context(quayside)):
        assert CliRunner().invoke(quayside, [name, "--help"]).exit_code == 0, name


def test_help_imports_no_command() -> None:
    script = (
        "import sys; from commerce.cli.main import quayside;"
        "quayside(['--help'], standalone_mode=False);"
        "print([name for name in sys.modules if name.split('.')[0] in ('sqlalchemy', 'flask')])"
    )
    said = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert said.splitlines()[-1] == "[]"


def test_a_misspelt_setting_is_told_in_one_sentence() -> None:
    told = call("run", PORT="eighty")
    assert told.returncode == 1
    assert told.stderr == "quayside: PORT is 'eighty'; give a whole number from 1 to 65535.\n"


def test_an_unknown_command_is_refused() -> None:
    assert call("fly").returncode == 2

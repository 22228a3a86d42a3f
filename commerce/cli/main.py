"""The `quayside` command.

Every file beside this one that defines `command` is a command of that name, and the first line of
its docstring is its summary. A command is imported only when it is called, so `quayside --help`
answers at once.
"""

import ast
import importlib
import sys
from pathlib import Path

import click

from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.settings import SettingsError


class _CommandsBeside(click.Group):
    """The commands that the files of this folder define."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_summaries()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _summaries():
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"commerce.cli.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - narrows the type for mypy
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            summaries = _summaries()
            formatter.write_dl([(name, summaries[name]) for name in self.list_commands(ctx)])


def _summaries() -> dict[str, str]:
    """Return the commands and their summaries, read from the files without importing them."""
    found = {}
    for path in Path(__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(part, ast.FunctionDef) and part.name == "command" for part in tree.body):
            summary = (ast.get_docstring(tree) or "").partition("\n")[0]
            found[path.stem.replace("_", "-")] = summary
    return found


@click.command(cls=_CommandsBeside)
@click.version_option(package_name="quayside")
def quayside() -> None:
    """One shop with two counters: a web shop and a till that sell one inventory."""


def main() -> None:
    """Run the command line; what the operator can mend is told in one sentence."""
    try:
        quayside(prog_name="quayside")
    except (SettingsError, PostgresUnavailableError) as fault:
        click.echo(f"quayside: {fault}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""See to it that the browser tests have a Chromium: `python -m commerce.cli.chromium`."""

import os
import shutil
import subprocess

import click

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "chromium")


def ensure_chromium() -> None:
    """Install Debian's Chromium when none is there.

    Raises:
        ClickException: it cannot be installed from here; the message says what to type.
    """
    if any(map(shutil.which, _NAMES)):
        return
    prefix = _way_to_root()
    if prefix is None or not shutil.which("apt-get"):
        raise click.ClickException(
            "The browser tests need Chromium. On Debian or Ubuntu type:\n"
            f"  sudo {' '.join(_INSTALL)}\nand run make test again."
        )
    click.echo("  installing chromium")
    environment = ("env", "DEBIAN_FRONTEND=noninteractive")
    try:
        for command in (("apt-get", "update", "-qq"), _INSTALL):
            subprocess.run([*prefix, *environment, *command], check=True)
    except subprocess.CalledProcessError as fault:
        raise click.ClickException(f"Chromium could not be installed: {fault}") from fault


def _way_to_root() -> list[str] | None:
    """Return the words that make a command run as root without a password, or None."""
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "-n"]
    if shutil.which("sudo") and subprocess.run([*asked, "true"], check=False).returncode == 0:
        return asked
    return None


@click.command()
def main() -> None:
    """Install Chromium when it is missing."""
    ensure_chromium()


if __name__ == "__main__":
    main()

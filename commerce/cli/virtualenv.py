"""Make the virtual environment: `python3 commerce/cli/virtualenv.py FOLDER LOCKFILE`.

This runs before anything is installed, so it needs nothing but the standard library. It installs
the locked packages (each must match its hash), then this project itself.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

_OLDEST = (3, 11)
_OPTIONS = ("--disable-pip-version-check", "--no-input", "--progress-bar=off")


def make(folder: Path, lock: Path) -> None:
    """Bring the virtual environment in `folder` up to date with `lock`."""
    if sys.version_info < _OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Quayside needs Python 3.11 or newer, this is {found}. Try: PYTHON3=python3.11")
    python = folder / "bin" / "python"
    if not _works(python):
        _ensure_pip_can_be_installed()
        _say(f"making {folder}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [str(python), "-m", "pip", "install", *_OPTIONS]
    if os.geteuid() == 0:
        pip.append("--root-user-action=ignore")
    _say(f"installing {lock} (a minute or two the first time)")
    _install([*pip, "--require-hashes", "-r", str(lock)], packages=lock.read_text().count("=="))
    _install([*pip, "--quiet", "--no-build-isolation", "--no-deps", "-e", "."], packages=1)


def _install(command: list[str], *, packages: int) -> None:
    """Run pip, and show on a terminal how far it is; what it said is shown when it fails."""
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None  # noqa: S101 - narrows the type for mypy
        for line in pip.stdout:
            said.append(line)
            if sys.stdout.isatty() and line.startswith(("Collecting", "Installing")):
                seen = sum(earlier.startswith("Collecting") for earlier in said)
                sys.stdout.write(f"\r  {seen} of {packages} {line.strip():<60.60}")
                sys.stdout.flush()
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{'':<80}\r")
    if pip.returncode:
        sys.stdout.write("".join(said[-30:]))
        raise subprocess.CalledProcessError(pip.returncode, command)


def _works(python: Path) -> bool:
    """Return whether the environment is there, whole, and of a Python that still exists."""
    try:
        answer = subprocess.run(
            [python, "-m", "pip", "--version"], capture_output=True, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0


def _ensure_pip_can_be_installed() -> None:
    """Install what Debian leaves out of its Python, or say how."""
    if importlib.util.find_spec("ensurepip"):
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", "python3-venv"]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            "This Python cannot make virtual environments: it has no ensurepip. On Debian or "
            f"Ubuntu type:\n  sudo {' '.join(install)}\nand run make again."
        )
    _say("installing python3-venv")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=True)
    subprocess.run(install, env=environment, check=True)


def _say(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]), Path(sys.argv[2]))
    except subprocess.CalledProcessError as fault:
        sys.exit(f"{' '.join(map(str, fault.cmd))} failed; mend what it says and run make again.")

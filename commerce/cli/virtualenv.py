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
_QUIET = ("--disable-pip-version-check", "--no-input", "--quiet")


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
    pip = [str(python), "-m", "pip", "install", *_QUIET]
    if os.geteuid() == 0:
        pip.append("--root-user-action=ignore")
    _say(f"installing {lock} (a minute or two the first time)")
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    subprocess.run([*pip, "--no-build-isolation", "--no-deps", "-e", "."], check=True)


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

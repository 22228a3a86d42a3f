"""What the two commands say and do on a machine where something is missing."""

import importlib.util
import os
import subprocess
from pathlib import Path

import click
import pytest

from commerce.cli import chromium, virtualenv

CHECKOUT = Path(__file__).parents[3]


def test_make_alone_lists_every_target() -> None:
    said = subprocess.check_output(["make", "-C", CHECKOUT], text=True)
    listed = {
        line.split()[0]
        for line in said.splitlines()
        if line.startswith(tuple("abcdefghijklmnopqrstuvwxyz"))
    }
    assert {"help", "run", "test", "check", "bench", "lock", "clean"} <= listed


def test_ci_runs_the_command_that_the_readme_names() -> None:
    assert "\nmake test" in (CHECKOUT / ".ci" / "run").read_text()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_files_hold_hashes_and_no_addresses(lock: str) -> None:
    text = (CHECKOUT / lock).read_text()
    assert text.count("--hash=sha256:") >= text.count("==")
    assert "://" not in text


def test_a_person_without_ensurepip_is_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"sudo apt-get install .*python3-venv"):
        virtualenv.make(Path("/nonexistent"), Path("requirements.lock"))


def test_a_person_without_chromium_is_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(click.ClickException, match=r"sudo apt-get install .*chromium"):
        chromium.ensure_chromium()


def test_a_machine_with_chromium_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("installed something"))
    chromium.ensure_chromium()

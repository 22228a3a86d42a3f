"""Publish our own sheets and scripts: imports flattened, bytes compressed, one version for all.

The sources under static/ work as they are; publishing only saves the browser round trips and bytes.
It is redone whenever a source changed, so the published copy is never older than its source.
"""

import hashlib
import posixpath
import re
import shutil
from pathlib import Path

from whitenoise.compress import Compressor

OWN_FOLDERS = ("css", "js", "img")
PUBLISHED = "vendor/published"
_TEXT = {".css", ".js", ".svg", ".json", ".webmanifest"}

_IMPORT = re.compile(r"""@import\s+url\(["']?([^"')]+)["']?\)\s*;""")
_URL = re.compile(r"""url\((["']?)(?![a-z]+:|/|#)([^"')]+)\1\)""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def publish(static: Path) -> str:
    """Write `static/vendor/published` when it is missing or stale; return the version."""
    version = version_of(static)
    if published_version(static) != version:
        _write(static, version)
    return version


def version_of(static: Path) -> str:
    """Return the version that every address carries: it changes when any file does."""
    digest = hashlib.sha256()
    for path in own_files(static):
        digest.update(f"{path.relative_to(static)}\0".encode())
        digest.update(path.read_bytes())
    manifest = static / "vendor" / "manifest.json"
    digest.update(manifest.read_bytes() if manifest.is_file() else b"")
    return digest.hexdigest()[:12]


def published_version(static: Path) -> str:
    """Return the version last published, or nothing."""
    stamp = static / PUBLISHED / "version"
    return stamp.read_text() if stamp.is_file() else ""


def own_files(static: Path) -> list[Path]:
    """List our own files, in a stable order."""
    paths = (path for folder in OWN_FOLDERS for path in (static / folder).rglob("*"))
    return sorted(path for path in paths if path.is_file() and path.suffix != ".map")


def flatten(sheet: Path) -> str:
    """Return a sheet with its imports in place of the @import lines and its comments gone."""
    return re.sub(r"\n\s*\n+", "\n", _COMMENT.sub("", _inline(sheet, seen_from=sheet.parent)))


def _inline(sheet: Path, *, seen_from: Path) -> str:
    def place(match: re.Match[str]) -> str:
        return _inline((sheet.parent / match[1]).resolve(), seen_from=seen_from)

    def rebase(match: re.Match[str]) -> str:
        target = posixpath.normpath((sheet.parent / match[2]).as_posix())
        return f'url("{posixpath.relpath(target, seen_from.as_posix())}")'

    pieces, end, text = [], 0, _COMMENT.sub("", sheet.read_text())
    for match in _IMPORT.finditer(text):
        pieces += [_URL.sub(rebase, text[end : match.start()]), place(match)]
        end = match.end()
    return "".join([*pieces, _URL.sub(rebase, text[end:])])


def _write(static: Path, version: str) -> None:
    fresh, published = static / f"{PUBLISHED}.new", static / PUBLISHED
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for path in [*own_files(static), *_vendored(static)]:
        _publish_file(path, fresh / path.relative_to(static))
    (fresh / "version").write_text(version)
    shutil.rmtree(published, ignore_errors=True)
    fresh.rename(published)


def _vendored(static: Path) -> list[Path]:
    """List the vendored text files; fonts are compressed already."""
    vendor = static / "vendor"
    return [*vendor.glob("*.css"), *vendor.glob("*.svg"), *(vendor / "js").glob("*.js")]


def _publish_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    body = flatten(source.resolve()).encode() if source.suffix == ".css" else source.read_bytes()
    target.write_bytes(body)
    if source.suffix in _TEXT:
        Compressor(quiet=True).compress(str(target))

"""Copy what the browser needs from node_modules to static/vendor, once per change."""

import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commerce.web.assets.fonts import lay_out_fonts
from commerce.web.assets.icons import build_sprite
from commerce.web.assets.node import install_packages, lock_digest
from commerce.web.assets.publish import publish

# Browser modules, by the name our own scripts import them under: `../vendor/js/preact.js`.
MODULES = {
    "htmx.js": "htmx.org/dist/htmx.esm.min.js",
    "idb.js": "idb/build/index.js",
    "preact.js": "preact/dist/preact.mjs",
    "preact-hooks.js": "preact/hooks/dist/hooks.mjs",
    "htm.js": "htm/dist/htm.module.js",
    "htm-preact.js": "htm/preact/index.module.js",
}
# Where tsc finds the types of each of them: a declaration beside the module points there.
TYPES = {
    "htmx.d.ts": "htmx.org/dist/htmx.d.ts",
    "idb.d.ts": "idb/build/index.d.ts",
    "preact.d.ts": "preact/src/index.d.ts",
    "preact-hooks.d.ts": "preact/hooks/src/index.d.ts",
    "htm-preact.d.ts": "htm/preact/index.d.ts",
}
LICENCES = {
    "htmx.txt": "htmx.org/LICENSE",
    "idb.txt": "idb/LICENSE",
    "preact.txt": "preact/LICENSE",
    "htm.txt": "htm/LICENSE",
    "lucide.txt": "lucide-static/LICENSE",
}

# Without an import map (an inline script) the browser cannot resolve a bare name.
_BARE_IMPORT = re.compile(r"""(from|import)\s*["'](preact|htm)["']""")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def build_vendor(root: Path) -> None:
    """Make `root/static/vendor` match package-lock.json, then publish our own files beside it.

    Idempotent; a run that finds nothing changed only compares digests. The folder is replaced as a
    whole, so a run that fails half-way leaves the previous files in place.

    Raises:
        BrowserFilesError: npm is missing or failed, or a file is not where it should be.
    """
    vendor = root / "static" / "vendor"
    digest = _recipe_digest(root)
    with _one_at_a_time(root):
        if vendor_digest(vendor) != digest:
            install_packages(root)
            _replace(vendor, packages=root / "node_modules", digest=digest)
        publish(root / "static")


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Let the second of two builds wait, and then find nothing to do: test workers start together."""
    with (root / "package.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def vendor_digest(vendor: Path) -> str:
    """Return the digest that `vendor` was built from, or nothing when it was not built."""
    manifest = vendor / "manifest.json"
    if not manifest.is_file():
        return ""
    return str(json.loads(manifest.read_text()).get("digest", ""))


def _recipe_digest(root: Path) -> str:
    """Digest the lock file and these very modules: either one changes what is built."""
    recipe = sorted(Path(__file__).parent.glob("*.py"))
    text = "".join(path.read_text() for path in recipe) + lock_digest(root)
    return hashlib.sha256(text.encode()).hexdigest()


def _replace(vendor: Path, *, packages: Path, digest: str) -> None:
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "js").mkdir(parents=True)
    (fresh / "licences").mkdir()
    lay_out_fonts(packages, fresh)
    (fresh / "icons.svg").write_text(build_sprite(packages))
    for name, source in MODULES.items():
        (fresh / "js" / name).write_text(_module(packages / source))
    for name, source in TYPES.items():
        (fresh / "js" / name).write_text(f'export * from "../../../node_modules/{source}";\n')
    for name, source in LICENCES.items():
        shutil.copyfile(packages / source, fresh / "licences" / name)
    files = sorted(str(path.relative_to(fresh)) for path in fresh.rglob("*") if path.is_file())
    manifest = {"digest": digest, "files": files}
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def _module(source: Path) -> str:
    text = _SOURCE_MAP.sub("", source.read_text())
    return _BARE_IMPORT.sub(r'\1"./\2.js"', text)

"""The file that a backup is: a tar with the database, the pictures, the secret, and what it is of."""

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import click

_MANIFEST, _DUMP, _VAR = "quayside.json", "database.dump", "var"
FORMAT = 1
_OWNER_ONLY = 0o600
LEFT_OUT = frozenset({"postgres", "postgres.lock", "log", "cache"})
"""What of the installation's folder is not kept: the database's own files are in the dump.

What is in the cache is made anew, and some of it is code: whoever altered a backup would have it run.
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of.

    Attributes:
        revision: of the tables (`quayside migrate`).
        made_at: UTC, as ISO 8601.
        has_secret: whether the installation's secret is inside, or came from QUAYSIDE_SECRET.
    """

    revision: str
    made_at: str
    has_secret: bool
    format: int = FORMAT


def kept_entries(var: Path) -> list[Path]:
    """Return what of an installation's folder a backup keeps, and a restore must not find there."""
    if not var.exists():
        return []
    return sorted(each for each in var.iterdir() if each.name not in LEFT_OUT)


@contextmanager
def being_written(file: Path) -> Iterator[Path]:
    """Give a draft beside `file`, readable by its owner alone; it takes the name when it is whole.

    Raises:
        ClickException: there is such a file already.
    """
    if file.exists():
        raise click.ClickException(f"{file} is there already. Choose another name.")
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)


def pack(draft: Path, *, manifest: Manifest, dump: Path, var: Path) -> None:
    """Write everything into the tar; files that vanish meanwhile were swept, and are left out."""
    with tarfile.open(draft, "w") as archive, tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / _MANIFEST
        told.write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
        archive.add(told, _MANIFEST)
        archive.add(dump, _DUMP)
        for entry in kept_entries(var):
            for path in sorted([entry, *entry.rglob("*")] if entry.is_dir() else [entry]):
                if path.is_symlink() or not path.is_file():
                    continue
                name = PurePosixPath(_VAR, *path.relative_to(var).parts)
                try:
                    archive.add(path, str(name))
                except FileNotFoundError:
                    continue


def unpack(file: Path, folder: Path) -> tuple[Manifest, Path, Path]:
    """Unpack a backup into `folder`; return what it is of, its dump, and its files.

    Raises:
        ClickException: it is no backup of ours, or one of a newer release.
    """
    try:
        with tarfile.open(file, "r:") as archive:
            _extract(archive, folder)
        told = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**told)
        newer = int(manifest.format) > FORMAT
    except (tarfile.TarError, OSError, ValueError, TypeError) as fault:
        raise click.ClickException(
            f"{file} is no backup of Quayside, or damaged: {fault}"
        ) from fault
    if newer:
        raise click.ClickException(f"{file} was made by a newer release of Quayside. Use that one.")
    return manifest, folder / _DUMP, folder / _VAR


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the files of `archive` below `folder`, readable by their owner alone.

    By hand, because Debian 12's Python 3.11.2 does not know the filters of `extractall` yet.

    Raises:
        ValueError: something in it is no file, or would lie elsewhere; we never write such a thing.
    """
    for member in archive:
        name = PurePosixPath(member.name)
        if name.parts[:2] == (_VAR, "cache"):
            continue  # of a backup by an earlier release
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or name.is_absolute() or ".." in name.parts:
            raise ValueError(f"{member.name} is no file of a backup")
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with content, path.open("xb") as written:
            shutil.copyfileobj(content, written)
        path.chmod(_OWNER_ONLY)

"""Files on their way into the catalogue, kept with what was seen in them until they are imported.

They lie below the data folder that web server and worker share. What is told about a file is a
small file beside it, replaced whole, so that a page that asks in between reads the old one or the
new one.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from commerce.imports.errors import UploadGoneError
from commerce.imports.looking import FAULTY, LOOKS, FaultyRows, Look
from commerce.imports.refusal import Refusal, read_refusal


@dataclass(frozen=True, slots=True)
class Upload:
    """A kept file and what was said when it was sent."""

    id: UUID
    file_name: str
    locale: str
    location_id: UUID | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Looking:
    """How far looking through a file has come: products seen, and in all."""

    seen: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file: its id, and when anything about it was last written."""

    id: UUID
    touched_at: datetime


def merchants_with_uploads(var: Path) -> tuple[UUID, ...]:
    """Return the merchants that have files below the data folder."""
    folder = var / "imports"
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(each for path in found if (each := _id(path.name)) is not None))


def _id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


class Uploads:
    """One merchant's files below the data folder."""

    def __init__(self, var: Path, merchant_id: UUID) -> None:
        self._folder = var / "imports" / str(merchant_id)

    def keep(self, upload: Upload) -> None:
        """Keep a file until it is imported."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path(upload.id, "csv").write_bytes(upload.content)
        said = {
            "file_name": upload.file_name,
            "locale": upload.locale,
            "location_id": str(upload.location_id) if upload.location_id else "",
        }
        self._replace(upload.id, "about.json", json.dumps(said).encode())

    def about(self, upload_id: UUID) -> Upload:
        """Return what was said about a kept file, without its content.

        Raises:
            UploadGoneError: there is none of this id.
        """
        said = json.loads(self._read(upload_id, "about.json"))
        place = said["location_id"]
        return Upload(
            id=upload_id,
            file_name=said["file_name"],
            locale=said["locale"],
            location_id=UUID(place) if place else None,
            content=b"",
        )

    def content(self, upload_id: UUID) -> bytes:
        """Return a kept file's content.

        Raises:
            UploadGoneError: there is none of this id.
        """
        return self._read(upload_id, "csv")

    def has(self, upload_id: UUID) -> bool:
        """Return whether a file is kept under this id."""
        return self._path(upload_id, "csv").exists()

    def tell(self, upload_id: UUID, looking: Looking) -> None:
        """Say how far looking through a file has come."""
        said = {"seen": looking.seen, "total": looking.total}
        self._replace(upload_id, "looking.json", json.dumps(said).encode())

    def looking(self, upload_id: UUID) -> Looking:
        """Return how far looking through a file has come; nowhere when nobody has begun."""
        try:
            return Looking(**json.loads(self._read(upload_id, "looking.json")))
        except UploadGoneError:
            return Looking()

    def keep_look(self, upload_id: UUID, look: Look, faulty: FaultyRows) -> None:
        """Keep what was seen in a file, for every page that shows it."""
        self._replace(upload_id, "faulty.json", FAULTY.dump_json(faulty))
        self._replace(upload_id, "look.json", LOOKS.dump_json(look))

    def look(self, upload_id: UUID) -> Look | None:
        """Return what was seen in a file; None when nobody is through with it."""
        try:
            return LOOKS.validate_json(self._read(upload_id, "look.json"))
        except UploadGoneError:
            return None

    def faulty(self, upload_id: UUID) -> FaultyRows:
        """Return the rows of a file that have an error.

        Raises:
            UploadGoneError: there is no such file, or nobody has looked through it.
        """
        return FAULTY.validate_json(self._read(upload_id, "faulty.json"))

    def refuse(self, upload_id: UUID, problem: Refusal) -> None:
        """Keep why a file as a whole cannot be imported."""
        self._replace(upload_id, "refused.json", json.dumps(problem.stored()).encode())

    def refused(self, upload_id: UUID) -> Refusal | None:
        """Return why a file as a whole cannot be imported."""
        try:
            return read_refusal(json.loads(self._read(upload_id, "refused.json")))
        except UploadGoneError:
            return None

    def all_kept(self) -> tuple[Kept, ...]:
        """Return every kept file, also one of which only a part was ever written."""
        touched: dict[UUID, float] = {}
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            upload_id = _id(path.name.partition(".")[0])
            if upload_id is not None:
                touched[upload_id] = max(touched.get(upload_id, 0.0), path.stat().st_mtime)
        return tuple(
            Kept(upload_id, datetime.fromtimestamp(at, UTC)) for upload_id, at in touched.items()
        )

    def remove(self, upload_id: UUID) -> None:
        """Remove a kept file and everything that was told about it; one that is gone stays gone."""
        for path in self._folder.glob(f"{upload_id}.*"):
            path.unlink(missing_ok=True)

    def _path(self, upload_id: UUID, ending: str) -> Path:
        return self._folder / f"{upload_id}.{ending}"

    def _read(self, upload_id: UUID, ending: str) -> bytes:
        try:
            return self._path(upload_id, ending).read_bytes()
        except FileNotFoundError as error:
            raise UploadGoneError from error

    def _replace(self, upload_id: UUID, ending: str, said: bytes) -> None:
        unfinished = self._path(upload_id, f"{ending}.unfinished")
        unfinished.write_bytes(said)
        unfinished.replace(self._path(upload_id, ending))

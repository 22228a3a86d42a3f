"""Files on their way into the catalogue: kept between the preview and the import, with their progress.

They lie below the data folder that web server and worker share. Progress is a small file beside the
upload, replaced whole, so that a page that asks in between reads the old one or the new one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from commerce.imports.errors import ImportNotFoundError
from commerce.imports.refusal import Refusal, read_refusal

Stage = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job has come: products done and in all; `import_id` or `problem` at its end."""

    stage: Stage = "waiting"
    done: int = 0
    total: int = 0
    import_id: str = ""
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A kept file and what was said when it was sent."""

    id: UUID
    file_name: str
    locale: str
    location_id: UUID | None
    content: bytes


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
        self._replace(upload.id, "about.json", said)

    def find(self, upload_id: UUID) -> Upload:
        """Return a kept file.

        Raises:
            ImportNotFoundError: there is none of this id.
        """
        try:
            said = json.loads(self._path(upload_id, "about.json").read_text())
            content = self._path(upload_id, "csv").read_bytes()
        except FileNotFoundError as error:
            raise ImportNotFoundError from error
        place = said["location_id"]
        return Upload(
            id=upload_id,
            file_name=said["file_name"],
            locale=said["locale"],
            location_id=UUID(place) if place else None,
            content=content,
        )

    def tell(self, job: UUID, progress: Progress) -> None:
        """Say how far a job has come."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._replace(job, "progress.json", asdict(progress))

    def progress(self, job: UUID) -> Progress:
        """Return how far a job has come; one that nobody has begun waits."""
        try:
            said = json.loads(self._path(job, "progress.json").read_text())
        except FileNotFoundError:
            return Progress()
        return Progress(**said | {"problem": _read_problem(said["problem"])})

    def _path(self, job: UUID, ending: str) -> Path:
        return self._folder / f"{job}.{ending}"

    def _replace(self, job: UUID, ending: str, said: Mapping[str, object]) -> None:
        unfinished = self._path(job, f"{ending}.unfinished")
        unfinished.write_text(json.dumps(said))
        unfinished.replace(self._path(job, ending))


def _read_problem(stored: Any) -> Refusal | None:
    """Return why a job stopped; releases before the second wrote a finished sentence."""
    if isinstance(stored, str):
        return Refusal("told", stored) if stored else None
    return read_refusal(stored) if stored else None

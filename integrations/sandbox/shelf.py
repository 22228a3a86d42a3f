"""What a simulator remembers: records by kind and id, in memory and in an append-only journal.

Each change is one line of JSON at the end of the file, so writing stays cheap however much there
is, and a simulator that is killed loses at most the line it was writing.
"""

import json
import threading
from pathlib import Path
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

_OWNER_ONLY_FOLDER, _OWNER_ONLY = 0o700, 0o600


class Shelf:
    """Keeps JSON records. `lock` makes several reads and writes one step."""

    def __init__(self, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._file = file
        self._kept: dict[str, dict[str, str]] = {}
        if file is not None:
            # The keys that webhooks are signed with stand in it.
            file.parent.mkdir(parents=True, exist_ok=True)
            file.parent.chmod(_OWNER_ONLY_FOLDER)
            self._read(file)
            self._rewrite(file)

    def put(self, kind: str, name: str, record: Record) -> None:
        """Keep `record`, replacing what had the same kind and name."""
        text = json.dumps(record, separators=(",", ":"))
        with self.lock:
            self._kept.setdefault(kind, {})[name] = text
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as journal:
                    journal.write(_line(kind, name, text))

    def get(self, kind: str, name: str) -> Record | None:
        """Return a copy of one record, or None."""
        with self.lock:
            text = self._kept.get(kind, {}).get(name)
        return None if text is None else _record(text)

    def every(self, kind: str) -> list[Record]:
        """Return copies of all records of a kind, oldest first."""
        with self.lock:
            texts = list(self._kept.get(kind, {}).values())
        return [_record(text) for text in texts]

    def _read(self, file: Path) -> None:
        if not file.exists():
            return
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                kind, name, record = json.loads(line)
            except ValueError:
                continue  # the line that a kill cut short
            self._kept.setdefault(kind, {})[name] = json.dumps(record, separators=(",", ":"))

    def _rewrite(self, file: Path) -> None:
        fresh = file.with_suffix(".fresh")
        with fresh.open("w", encoding="utf-8") as journal:
            for kind, records in self._kept.items():
                journal.writelines(_line(kind, name, text) for name, text in records.items())
        fresh.chmod(_OWNER_ONLY)
        fresh.replace(file)


def _line(kind: str, name: str, text: str) -> str:
    return f"[{json.dumps(kind)},{json.dumps(name)},{text}]\n"


def _record(text: str) -> Record:
    record: Record = json.loads(text)
    return record

"""Verify a register's journal archive without any database: `python -m commerce.registers.verify FILE`.

The archive holds one JSON object a line, in the order of the journal, with `position`, `kind`, `at`
(ISO 8601, UTC), `body` (the canonical JSON text that was hashed), `previous_hash` and `hash`.
`quayside doctor --export-journal FOLDER` writes one file per register. Only the standard library is
used, so that the file can be copied to an auditor's machine and read there in one sitting.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SALE = "sale"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a chain as it was written down."""

    position: int
    kind: str
    at: datetime
    body: str
    previous_hash: str
    hash: str


@dataclass(slots=True)
class Chain:
    """Reads a chain entry by entry and remembers what a proof needs: its end, its receipts."""

    length: int = 0
    hash: str = ""
    receipts: list[int] = field(default_factory=list)
    last_at: datetime | None = None

    def faults_of(self, entry: Entry) -> Iterator[str]:
        """Yield what is wrong with the next entry; the chain goes on from what stands there."""
        if entry.position != self.length + 1:
            yield f"entry {self.length + 1} is missing before entry {entry.position}"
        if entry.previous_hash != self.hash:
            yield f"entry {entry.position} does not follow the entry before it"
        if _digest(entry) != entry.hash:
            yield f"entry {entry.position} was changed"
        yield from self._receipt_faults(entry)
        self.length, self.hash, self.last_at = entry.position, entry.hash, entry.at

    def time_faults_of(self, entry: Entry) -> Iterator[str]:
        """Yield what is wrong with the time of the next entry; ask before `faults_of`."""
        if self.last_at is not None and entry.at < self.last_at:
            yield f"entry {entry.position} is earlier than the entry before it"

    def _receipt_faults(self, entry: Entry) -> Iterator[str]:
        if entry.kind != _SALE:
            return
        receipt = _receipt(entry.body)
        due = self.receipts[-1] + 1 if self.receipts else 1
        if receipt is None:
            yield f"entry {entry.position} is a sale without a receipt number"
            return
        if receipt != due:
            yield f"entry {entry.position} has receipt {receipt}, due was {due}"
        self.receipts.append(receipt)


def read_entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield the entries of an archive.

    Raises:
        ValueError: a line is no entry; the message names it.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _entry(json.loads(line))
        except (KeyError, TypeError, ValueError) as fault:
            raise ValueError(f"line {number} is no journal entry: {fault}") from fault


def archive_line(entry: Entry) -> str:
    """Return an entry as a line of an archive."""
    written: dict[str, Any] = {
        "position": entry.position,
        "kind": entry.kind,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "body": entry.body,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
    return json.dumps(written, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Verify the archive that is named, say what was found, and return the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m commerce.registers.verify FILE\n")
        return 2
    chain = Chain()
    faults: list[str] = []
    try:
        with Path(arguments[0]).open(encoding="utf-8") as file:
            for entry in read_entries(file):
                faults += chain.time_faults_of(entry)
                faults += chain.faults_of(entry)
    except (OSError, ValueError) as fault:
        faults.append(str(fault))
    if not faults:
        whole = f"{chain.length} entries and {len(chain.receipts)} receipts are whole"
        sys.stdout.write(f"{whole}; the chain ends in {chain.hash or 'nothing'}\n")
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _digest(entry: Entry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    link = f"{entry.previous_hash}\n{entry.position}\n{entry.kind}\n{at}\n{entry.body}"
    return hashlib.sha256(link.encode()).hexdigest()


def _receipt(body: str) -> int | None:
    try:
        receipt = json.loads(body)["receipt"]
    except (KeyError, TypeError, ValueError):
        return None
    return receipt if isinstance(receipt, int) else None


def _entry(line: dict[str, Any]) -> Entry:
    at = datetime.fromisoformat(line["at"])
    if at.tzinfo is None:
        raise ValueError("its time has no zone")
    return Entry(
        position=int(line["position"]),
        kind=str(line["kind"]),
        at=at,
        body=str(line["body"]),
        previous_hash=str(line["previous_hash"]),
        hash=str(line["hash"]),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Write the journals of every register as archives that can be verified without a database."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from commerce.cli.proofs.tills import entries_of
from commerce.kernel.database import Database, Scope
from commerce.registers.verify import archive_line

_REGISTERS = text("""
SELECT r.merchant_id, r.id, r.series, m.slug
FROM register r JOIN merchant m ON m.id = r.merchant_id ORDER BY m.slug, r.series
""")


def export_journals(database: Database, folder: Path) -> Iterator[Path]:
    """Write one file per register into `folder` and yield its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with database.reading(Scope.park()) as connection:
        for register in connection.execute(_REGISTERS).all():
            path = folder / f"{register.slug}-{register.series}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                for entry in entries_of(connection, register.merchant_id, register.id):
                    file.write(f"{archive_line(entry)}\n")
            yield path

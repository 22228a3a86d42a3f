"""Uploads go a week after their import is over, and never while it can go on."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from commerce.imports import journal
from commerce.imports.planning import ImportTerms
from commerce.imports.tidying import KEEP, remove_old_uploads, tidy_uploads
from commerce.imports.uploads import Looking, Upload, Uploads
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Work
from commerce.kernel.ids import new_id
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings

STATES = ("running", "failed", "undoing", "undone", "done")


def keep(uploads: Uploads, folder: Path, *, days_ago: int) -> UUID:
    """Keep an upload that nobody has touched for so many days."""
    upload = Upload(new_id(), "teas.csv", "en", None, b"Handle,Title\n")
    uploads.keep(upload)
    uploads.tell(upload.id, Looking(1, 2))
    then = utc_now().timestamp() - days_ago * 86_400
    for path in folder.glob(f"{upload.id}.*"):
        os.utime(path, (then, then))
    return upload.id


def stand(database: Database, terms: ImportTerms, upload: UUID, state: str, days_ago: int) -> None:
    """Let the upload's import stand in `state` since so many days ago."""
    with database.transaction(Scope.merchant(terms.merchant_id)) as session:
        journal.begin_import(
            session,
            merchant_id=terms.merchant_id,
            import_id=upload,
            file_name="teas.csv",
            dialect="shopify",
            locale="en",
            location_id=None,
            actor_id=None,
        )
        since = utc_now() - timedelta(days=days_ago)
        session.execute(
            text("UPDATE product_import SET state = :state, moved_at = :since WHERE id = :id"),
            {"state": state, "since": since, "id": upload},
        )


def test_a_file_goes_a_week_after_its_import_is_over_and_stays_as_long_as_it_can_go_on(
    database: Database, terms: ImportTerms, tmp_path: Path
) -> None:
    folder = tmp_path / "imports" / str(terms.merchant_id)
    uploads = Uploads(tmp_path, terms.merchant_id)
    long_ago = {state: keep(uploads, folder, days_ago=30) for state in STATES}
    for state, upload in long_ago.items():
        stand(database, terms, upload, state, days_ago=30)
    lately_done = keep(uploads, folder, days_ago=30)
    stand(database, terms, lately_done, "done", days_ago=2)
    abandoned, considered = (keep(uploads, folder, days_ago=days) for days in (9, 5))
    work = Work(database, read_settings({"QUAYSIDE_VAR": str(tmp_path)}), Parts([]))
    remove_old_uploads.run(work)
    assert {each.id for each in uploads.all_kept()} == {
        long_ago["running"],
        long_ago["failed"],
        lately_done,
        considered,
    }
    assert not list(folder.glob(f"{abandoned}.*")), "nothing that was told about it stays either"
    later = utc_now() + KEEP
    assert set(tidy_uploads(work, terms.merchant_id, now=later)) == {lately_done, considered}


def test_an_installation_without_uploads_has_nothing_to_tidy(
    database: Database, tmp_path: Path
) -> None:
    work = Work(database, read_settings({"QUAYSIDE_VAR": str(tmp_path)}), Parts([]))
    remove_old_uploads.run(work)
    (tmp_path / "imports").mkdir()
    (tmp_path / "imports" / "not-a-merchant").touch()
    remove_old_uploads.run(work)

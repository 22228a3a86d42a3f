"""The house itself: its security log, its pictures, its worker, its plugins."""

from collections.abc import Iterator

from sqlalchemy import text

from commerce.catalogue.images import media_folder
from commerce.cli.proofs.proof import Fault, Installation, proof, proof_by_query
from commerce.park.queries.security_log import security_log_faults
from commerce.plugins.registry import load_plugins

_MEDIA = text(
    "SELECT merchant_id, id, storage_name, derivatives FROM media WHERE state <> 'refused'"
)
_SEATS = text("""
SELECT count(*) FROM generate_series(1, 64) AS seat
JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('quayside worker', seat)
WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


@proof("security-log", "The security log is unbroken: nothing was changed, removed or slipped in.")
def security_log_is_whole(installation: Installation) -> Iterator[Fault]:
    """Walk every chain of the log."""
    for fault in security_log_faults(installation.connection):
        chain, _, what = fault.removeprefix("security log ").partition(": ")
        yield Fault(chain, what)


@proof("media", "Every picture's file and its smaller copies lie in the data folder.")
def pictures_are_there(installation: Installation) -> Iterator[Fault]:
    """Compare the rows with the files."""
    there: dict[object, set[str]] = {}
    rows = installation.connection.execution_options(yield_per=1000).execute(_MEDIA)
    for row in rows:
        if row.merchant_id not in there:
            folder = media_folder(installation.settings.var, row.merchant_id)
            there[row.merchant_id] = (
                {path.name for path in folder.iterdir()} if folder.is_dir() else set()
            )
        names = [row.storage_name, *(copy["name"] for copy in row.derivatives)]
        for name in names:
            if name not in there[row.merchant_id]:
                yield Fault(str(row.id), f"{row.merchant_id}/{name} is missing")


PICTURES_ARE_MADE = proof_by_query(
    "media",
    "No uploaded picture waits for its smaller copies for more than a quarter of an hour.",
    """
    SELECT id AS key, format('waits since %s', created_at) AS what FROM media
    WHERE state = 'pending'
      AND created_at < CAST(:now AS timestamptz) - make_interval(mins => :sla)
    """,
    while_running=True,
)


@proof("worker", "While the web server is up, a worker is too.")
def a_worker_lives(installation: Installation) -> Iterator[Fault]:
    """Count the seats that living workers hold."""
    if not installation.is_running:
        return
    if installation.connection.execute(_SEATS).scalar_one() == 0:
        yield Fault("worker", "no worker is connected: mails, refunds and sweeps wait")


@proof("plugins", "Every installed plugin loads.")
def plugins_load(installation: Installation) -> Iterator[Fault]:
    """Load the plugins as the web server does."""
    for fault in load_plugins(installation.settings.environment).faults:
        yield Fault(fault.entry_point, fault.reason)


PROOFS = (
    security_log_is_whole,
    pictures_are_there,
    PICTURES_ARE_MADE,
    a_worker_lives,
    plugins_load,
)

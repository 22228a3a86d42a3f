"""Durable processes: what must happen after a commit, exactly once, whatever dies in between.

A process is enqueued in the transaction that makes it necessary, under an id derived from the
business (an order's id, a mail's id), so it starts exactly once or, when the transaction rolls
back, never. Its steps are checkpointed in PostgreSQL; a worker that dies is followed by another
that resumes after the last finished step. All of DBOS stays behind this file.

Arguments and results of steps are small JSON values: ids as text, never rows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from commerce.kernel.database import Database, Scope
from commerce.kernel.outage import outlive
from commerce.kernel.parts import Parts
from commerce.kernel.release import mark_of_processes
from commerce.kernel.settings import Settings
from commerce.kernel.tenancy import APP_ROLE, PARK_ROLE

Value = TypeVar("Value")
Part = TypeVar("Part")

SCHEMA = "dbos"
QUEUE = "quayside"
# Named, because the library's default is a hash of the source: a deploy would strand what runs.
APPLICATION_VERSION = "1"
_POLLING_SECONDS = 0.1
_FORGET_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Work:
    """What a process works with: the database, the settings, and the parts the worker was given."""

    database: Database
    settings: Settings
    parts: Parts

    def part(self, kind: type[Part]) -> Part:
        """Return the part of the given kind, such as the plugin host.

        Raises:
            KeyError: the worker was started without it.
        """
        return self.parts[kind]

    def step(self, name: str, action: Callable[[], Value], *, attempts: int = 1) -> Value:
        """Run `action` and checkpoint its JSON result; a resumed process takes the checkpoint.

        With more than one of `attempts`, a raised error is retried with growing pauses; an outage
        of the database is outlived, whatever they are. A step may run again when the worker dies
        between its end and its checkpoint, or when the connection breaks, so what it does must
        bear repetition: a provider is called with the same idempotency key, a row is guarded.
        """
        return DBOS.run_step(
            {
                "name": name,
                "retries_allowed": attempts > 1,
                "max_attempts": attempts,
                "interval_seconds": 1.0,
                "backoff_rate": 2.0,
            },
            lambda: outlive(action),
        )

    def sleep(self, seconds: float) -> None:
        """Wait, durably: a resumed process waits only for what is left."""
        DBOS.sleep(seconds)

    def receive(self, topic: str, *, seconds: float) -> Any:
        """Return the next message sent to this process on `topic`, or None after `seconds`."""
        return DBOS.recv(topic, timeout_seconds=seconds)


ProcessFunction = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Process:
    """A durable process under its stable name; with `cron` it starts by the clock.

    `cron` has a leading field for seconds and is read in UTC.
    """

    name: str
    run: ProcessFunction
    cron: str | None = None


def process(name: str) -> Callable[[ProcessFunction], Process]:
    """Make a function `(work, **arguments)` the durable process `name`.

    The name is stored with every running process: it never changes.
    """
    return lambda function: Process(name, function)


def scheduled(name: str, *, cron: str) -> Callable[[ProcessFunction], Process]:
    """Make a function `(work)` a process that starts by the clock, once per moment."""
    return lambda function: Process(name, function, cron)


class Durable:
    """Starts processes from any process of the installation, inside the caller's transaction."""

    def __init__(self, url: str) -> None:
        # The engine serves the client's own reads only; enqueueing uses the caller's session.
        self._engine = create_engine(url, pool_size=1, max_overflow=1)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            serializer=DBOSPortableJSONSerializer(),
            lazy=True,
        )

    def enqueue(
        self, session: Session, process: Process, *, key: str, delay: float = 0, **arguments: str
    ) -> None:
        """Start `process` once for `key` when, and only when, the caller's transaction commits.

        A second call with the same process and key does nothing, today or in a year.
        """
        options: dict[str, Any] = {
            "workflow_name": process.name,
            "queue_name": QUEUE,
            "workflow_id": f"{process.name}:{key}",
            "app_version": APPLICATION_VERSION,
        }
        if delay > 0:
            options["delay_seconds"] = delay
        self._client.enqueue_in_transaction(session, cast("Any", options), **arguments)

    def run_again(self, session: Session, failed: "FailedRun") -> None:
        """Start a failed run once more, from its beginning, when the caller's transaction commits.

        What it did before is not undone: every step bears repetition, see `Work.step`. A second
        call for the same failure does nothing.
        """
        options: dict[str, Any] = {
            "workflow_name": failed.process,
            "queue_name": QUEUE,
            "workflow_id": failed.next_id,
            "app_version": APPLICATION_VERSION,
        }
        self._client.enqueue_in_transaction(session, cast("Any", options), **failed.arguments)

    def send(self, session: Session, process: Process, *, key: str, topic: str, text: str) -> None:
        """Send `text` to a running process when the caller's transaction commits."""
        self._client.send_in_transaction(session, f"{process.name}:{key}", text, topic)

    def close(self) -> None:
        """Close the client's connections."""
        self._client.destroy()
        self._engine.dispose()


def migrate(url: str) -> None:
    """Create or upgrade the tables of running processes, let both roles enqueue, and mark them."""
    DBOS.migrate(url, schema=SCHEMA)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    roles = f"{APP_ROLE}, {PARK_ROLE}"
    with engine.connect() as connection:
        for statement in (
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO {roles}",
            f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {SCHEMA} TO {roles}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {roles}",
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {SCHEMA} TO {roles}",
            f"COMMENT ON SCHEMA {SCHEMA} IS '{mark_of_processes()}'",
        ):
            connection.execute(text(statement))
    engine.dispose()


# A run is `<process>:<key>`; what was started once more is `<process>:<key>:again:<n>`.
_AGAIN = ":again:"
_FAILED = text(
    f"""
SELECT DISTINCT ON (w.name, split_part(w.workflow_uuid, :again, 1))
  w.workflow_uuid AS id, w.name AS process, COALESCE(o.error, w.error) AS error,
  COALESCE(i.inputs, w.inputs)::jsonb -> 'namedArgs' AS arguments,
  to_timestamp(COALESCE(w.completed_at, w.updated_at) / 1000.0) AS at
FROM {SCHEMA}.workflow_status w
LEFT JOIN {SCHEMA}.workflow_input i ON i.workflow_uuid = w.workflow_uuid
LEFT JOIN {SCHEMA}.workflow_output o ON o.workflow_uuid = w.workflow_uuid
WHERE w.status IN ('ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
  AND starts_with(w.workflow_uuid, w.name || ':')
  AND CASE WHEN w.serialization = 'portable_json'
    THEN COALESCE(i.inputs, w.inputs)::jsonb #>> '{{namedArgs,merchant_id}}' = :merchant
    ELSE false END
  AND NOT EXISTS (
    SELECT FROM {SCHEMA}.workflow_status later
    WHERE later.created_at > w.created_at AND later.name = w.name AND starts_with(
      later.workflow_uuid, split_part(w.workflow_uuid, :again, 1) || :again)
  )
ORDER BY w.name, split_part(w.workflow_uuid, :again, 1), w.created_at DESC
LIMIT :most
"""  # noqa: S608 - our own constant
)


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A process that gave up and that nobody has started once more."""

    id: str
    process: str
    arguments: Mapping[str, str]
    at: datetime
    error: str
    """What went wrong, for whoever runs the installation; never for shoppers."""

    @property
    def next_id(self) -> str:
        """The name of the next run, so that two who ask for it at once start it once."""
        begun, _, count = self.id.partition(_AGAIN)
        return f"{begun}{_AGAIN}{int(count or 0) + 1}"


def failed_runs(
    connection: Connection | Session, *, merchant_id: UUID, most: int = 20
) -> tuple[FailedRun, ...]:
    """Return the processes that failed for one merchant and that nobody has started once more.

    What starts by the clock is no part of it: its next run heals it.
    """
    rows = connection.execute(
        _FAILED, {"merchant": str(merchant_id), "again": _AGAIN, "most": most}
    )
    return tuple(
        FailedRun(row.id, row.process, row.arguments or {}, row.at, _message(row.error))
        for row in rows
    )


def _message(stored: str | None) -> str:
    """Return the sentence of an error as it was stored."""
    try:
        told = json.loads(stored or "{}")
    except ValueError:
        return ""
    return str(told.get("message", "")) if isinstance(told, dict) else ""


_UNFINISHED = text(
    f"SELECT DISTINCT executor_id FROM {SCHEMA}.workflow_status"  # noqa: S608 - our own constant
    " WHERE status = 'PENDING' AND executor_id LIKE 'worker-%'"
)


def unfinished_executors(database: Database) -> tuple[str, ...]:
    """Return the workers, dead or alive, that have begun something and not finished it."""
    with database.reading(Scope.park()) as connection:
        return tuple(connection.execute(_UNFINISHED).scalars())


class Worker:
    """Runs the processes of one installation until it is stopped; one per operating-system process."""

    def __init__(
        self,
        work: Work,
        processes: Sequence[Process],
        *,
        executor: str,
        concurrency: int = 4,
    ) -> None:
        self._work = work
        self._concurrency = concurrency
        config: DBOSConfig = {
            "name": "quayside",
            "system_database_url": work.database.url,
            "dbos_system_schema": SCHEMA,
            "application_version": APPLICATION_VERSION,
            "executor_id": executor,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "sys_db_pool_size": concurrency + 2,
            "log_level": "WARNING",
            "scheduler_polling_interval_sec": 2.0,
        }
        DBOS(config=config)
        self._workflows = {each: self._registered(each) for each in processes}

    def start(self) -> None:
        """Begin to work: queues, schedules, and what a dead worker of this name left behind."""
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._concurrency,
            polling_interval_sec=_POLLING_SECONDS,
            on_conflict="always_update",
        )
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": each.name,
                    "workflow_fn": workflow,
                    "schedule": each.cron,
                    "context": None,
                }
                for each, workflow in self._workflows.items()
                if each.cron is not None
            ]
        )

    def take_over(self, executor: str) -> int:
        """Resume what a dead worker left unfinished; return how many processes that were.

        Each is put back into the queue, where exactly one worker takes it, so two survivors that
        notice the same death do no harm.
        """
        return len(DBOS._recover_pending_workflows([executor]))  # noqa: SLF001 - the library has no public name for it

    def forget_clock_runs(self, *, before: datetime) -> int:
        """Delete finished runs that the clock started; return how many there were.

        What the business started is kept for good: its record is what keeps it from starting twice.
        """
        finished = DBOS.list_workflows(
            name=[each.name for each in self._workflows if each.cron is not None],
            status=["SUCCESS", "ERROR"],
            completed_before=before.isoformat(),
            limit=_FORGET_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        DBOS.delete_workflows([run.workflow_id for run in finished])
        return len(finished)

    def stop(self, *, patience: int = 5) -> None:
        """Stop; what is unfinished after `patience` seconds resumes at the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=patience, destroy_registry=True)

    def _registered(self, found: Process) -> Callable[..., None]:
        work = self._work

        def by_the_clock(_moment: datetime, _context: object) -> None:
            found.run(work)

        def on_demand(**arguments: str) -> None:
            found.run(work, **arguments)

        function: Callable[..., None] = on_demand if found.cron is None else by_the_clock
        return DBOS.workflow(name=found.name)(function)

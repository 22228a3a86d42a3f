"""Every proof of the doctor is silent on a healthy park, and names the fault that is planted."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from alembic.command import stamp
from click.testing import CliRunner, Result
from sqlalchemy import Connection, create_engine, text

from commerce.cli.doctor import command
from commerce.cli.proofs import house, stock, walls
from commerce.cli.proofs.every import NOT_YET, PROOFS
from commerce.cli.proofs.proof import Installation, Proof
from commerce.kernel.clock import utc_now
from commerce.kernel.migrate import configuration
from commerce.kernel.settings import Settings
from tests.support.planted_faults import FAULTS, Planted


@pytest.fixture(scope="module")
def park(demo_park: Settings) -> Settings:
    """The demo park: a healthy installation with a past."""
    stamp(configuration(str(demo_park.database_url)), "head")
    return demo_park


@contextmanager
def as_owner(settings: Settings) -> Iterator[Connection]:
    """A transaction of the tables' owner, who may do everything, undone at the end."""
    engine = create_engine(str(settings.database_url))
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def found(proof: Proof, connection: Connection, settings: Settings, *, running: bool = True) -> str:
    installation = Installation(
        connection=connection,
        settings=settings,
        database_url=str(settings.database_url),
        is_running=running,
        now=utc_now(),
    )
    return "\n".join(f"{fault.key}: {fault.what}" for fault in proof.faults(installation))


def named(proof: Proof) -> str:
    return f"{proof.id} {proof.sentence}"


@pytest.mark.parametrize("proof", [p for p in PROOFS if p is not house.a_worker_lives], ids=named)
def test_a_healthy_park_gives_no_proof_a_reason_to_speak(proof: Proof, park: Settings) -> None:
    with as_owner(park) as connection:
        assert found(proof, connection, park) == ""


@pytest.mark.parametrize(
    "planted", FAULTS, ids=lambda planted: f"{named(planted.proof)} {planted.words}"
)
def test_a_planted_fault_is_named(planted: Planted, park: Settings) -> None:
    with as_owner(park) as connection:
        for statement in planted.statements:
            changed = connection.execute(text(statement))
            assert changed.rowcount != 0, "the fault was not planted"
        assert planted.words in found(planted.proof, connection, park)


def test_every_proof_has_caught_something() -> None:
    caught = {planted.proof for planted in FAULTS} | {house.plugins_load}
    assert set(PROOFS) - caught == set()


def test_a_plugin_that_does_not_load_is_named(
    park: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = EntryPoint("broken", "no_such_module:plugin", "quayside.plugins")
    monkeypatch.setattr("commerce.plugins.registry.entry_points", lambda group: [broken])
    with as_owner(park) as connection:
        assert "broken: ModuleNotFoundError" in found(house.plugins_load, connection, park)


def test_nobody_waits_while_the_installation_stands_still(park: Settings) -> None:
    with as_owner(park) as connection:
        connection.execute(
            text("UPDATE hold SET stage = 'payment', expires_at = now() - interval '1 hour'")
        )
        assert found(stock.HOLDS_END, connection, park, running=False) == ""
        assert found(house.a_worker_lives, connection, park, running=False) == ""


def test_every_invariant_is_proved_or_says_why_it_cannot_be_broken() -> None:
    known = {proof.id for proof in PROOFS} | set(NOT_YET)
    assert {f"I{number}" for number in range(1, 18)} - known == set()


def test_the_command_fails_by_its_exit_status_and_names_the_fault(park: Settings) -> None:
    healthy = doctor(park)
    assert healthy.exit_code == 0, healthy.output
    report = json.loads(healthy.stdout)
    assert report["healthy"]
    assert len(report["proofs"]) == len(PROOFS)
    with as_owner(park) as connection:
        name = connection.execute(text("SELECT storage_name FROM media LIMIT 1")).scalar_one()
    picture = next(media_folder_of(park).rglob(name))
    hidden = picture.rename(picture.with_suffix(".hidden"))
    try:
        ill = doctor(park)
    finally:
        hidden.rename(picture)
    assert ill.exit_code == 1
    assert picture.name in ill.stdout


def test_an_exported_journal_is_verified_without_a_database(park: Settings, tmp_path: Path) -> None:
    assert doctor(park, "--export-journal", str(tmp_path)).exit_code == 0
    archive = tmp_path / "porcelain-road-NJ1.jsonl"
    whole = verify(archive)
    assert whole.returncode == 0
    assert "receipts are whole" in whole.stdout
    lines = archive.read_text(encoding="utf-8").splitlines()
    archive.write_text("\n".join([*lines[:4], *lines[5:]]), encoding="utf-8")
    cut = verify(archive)
    assert cut.returncode == 1
    assert "entry 5 is missing before entry 6" in cut.stdout


def doctor(settings: Settings, *more: str) -> Result:
    return CliRunner().invoke(
        command,
        ["--json", *more],
        env={"QUAYSIDE_VAR": str(settings.var), "DATABASE_URL": str(settings.database_url)},
    )


def media_folder_of(settings: Settings) -> Path:
    return settings.var / "media"


def verify(archive: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commerce.registers.verify", str(archive)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_merchants_may_name_their_sales_alike(park: Settings) -> None:
    """Tills name their sales themselves: a stranger who takes another's name harms no proof."""
    with as_owner(park) as connection:
        copied = connection.execute(
            text("""
INSERT INTO sales_order
SELECT (jsonb_populate_record(o, jsonb_build_object('merchant_id', m.id, 'customer_id', NULL))).*
FROM sales_order o JOIN merchant m ON m.id <> o.merchant_id
WHERE o.channel = 'web' AND o.id IN (SELECT subject_id FROM movement)
ORDER BY o.id LIMIT 1
""")
        )
        assert copied.rowcount == 1
        assert found(walls.LOOSE_REFERENCES_STAY_INSIDE, connection, park) == ""

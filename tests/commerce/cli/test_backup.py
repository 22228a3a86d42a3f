"""A backup of a real installation comes back elsewhere, whole, and nothing is ever overwritten."""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

from commerce.cli.main import quayside
from commerce.cli.pg_tools import dump, refill, server_major, tool
from commerce.kernel.postgres import EmbeddedPostgres
from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.postgres_programs import database_account
from tests.support.postgres import TestServer

GOODS = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\ntea,Tea,T-1,9.80,4\n"


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """The folders of two installations with embedded databases, taken away with them."""
    both = (tmp_path / "old", tmp_path / "new")
    yield both
    for var in both:
        home = EmbeddedPostgres(var).home.folder
        for leftover in home.parent.glob(f"{home.name}*"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


def call(var: Path, *words: str, url: str = "") -> Result:
    environment = {"QUAYSIDE_VAR": str(var), "DATABASE_URL": url, "QUAYSIDE_SECRET": ""}
    return CliRunner().invoke(quayside, words, env=environment)


def done(result: Result) -> str:
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def test_an_installation_comes_back_elsewhere_whole(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = folders
    file, goods = tmp_path / "safe" / "quayside.tar", tmp_path / "goods.csv"
    goods.write_text(GOODS, encoding="utf-8")
    done(call(old, "migrate"))
    done(call(old, "new-merchant", "tea", "--name", "Tea", "--owner", "ada@tea.example"))
    done(call(old, "import-products", str(goods), "--merchant", "tea"))
    allowed = ("--pictures", "9", "--gigabytes", "1.5", "--source", "Park office", "--json")
    assert json.loads(done(call(old, "picture-room", "tea", *allowed)))["pictures"] == 9
    (old / "media").mkdir()
    (old / "media" / "tea.webp").write_bytes(b"picture")
    (old / "cache").mkdir(exist_ok=True)
    (old / "cache" / "planted.pickle").write_bytes(b"code")

    done(call(old, "backup", str(file)))
    assert file.stat().st_mode & 0o077 == 0, "the secret is inside"
    assert "is there already" in call(old, "backup", str(file)).output
    refused = call(old, "restore", str(file))
    assert refused.exit_code == 1
    assert "is not empty" in refused.output

    assert json.loads(done(call(new, "restore", str(file), "--json")).splitlines()[-1])["made_at"]
    assert (new / "secret").read_bytes() == (old / "secret").read_bytes()
    assert (new / "media" / "tea.webp").read_bytes() == b"picture"
    assert not (new / "cache" / "planted.pickle").exists()
    doctor = call(new, "doctor", "--json")
    assert json.loads(doctor.stdout)["healthy"], doctor.stdout
    again = done(call(new, "import-products", str(goods), "--merchant", "tea", "--json"))
    assert json.loads(again[again.index("{") :])["counts"]["unchanged"] == 1


def test_a_database_of_ones_own_is_backed_up_and_never_restored_over(
    database_url: str, postgres_server: TestServer, tmp_path: Path
) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "quayside.tar"
    plain = make_url(database_url).set(drivername="postgresql")
    url = plain.render_as_string(hide_password=False)
    done(call(old, "new-merchant", "tea", "--name", "T", "--owner", "a@t.example", url=url))
    done(call(old, "backup", str(file), url=url))
    refused = call(new, "restore", str(file), url=url)
    assert refused.exit_code == 1
    assert "The database is not empty" in refused.output
    with postgres_server.database(template="template0") as empty:
        done(call(new, "restore", str(file), url=empty.replace("+psycopg", "")))
        told = call(new, "new-merchant", "tea", "--name", "T", "--owner", "a@t.example", url=empty)
    assert "belongs to another merchant" in told.output


@pytest.fixture
def older_server() -> Iterator[str]:
    """Give the address of an empty database on the oldest server that an installation may have."""
    programs, account = Path("/usr/lib/postgresql/15/bin"), database_account()
    if not programs.exists():
        pytest.skip("no PostgreSQL 15 on this machine: apt-get install postgresql-15")
    with tempfile.TemporaryDirectory() as name:
        folder, user = Path(name), account.uid if account else None
        if user is not None:
            os.chown(folder, user, -1)

        def call_program(program: str, *words: str) -> None:
            subprocess.run(
                [programs / program, "-D", folder / "data", *words],
                check=True,
                cwd=folder,
                user=user,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        call_program("initdb", "--auth=trust", "--username=ada", "--no-sync", "--locale=C.UTF-8")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        call_program("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
        try:
            yield f"postgresql://ada@/postgres?host={folder}"
        finally:
            call_program("pg_ctl", "stop", "-w", "-m", "immediate")


def test_a_backup_comes_back_on_an_older_server(
    database_url: str, older_server: str, tmp_path: Path
) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "quayside.tar"
    url = database_url.replace("+psycopg", "")
    done(call(old, "new-merchant", "tea", "--name", "T", "--owner", "a@t.example", url=url))
    done(call(old, "backup", str(file), url=url))
    done(call(new, "restore", str(file), url=older_server))
    doctor = call(new, "doctor", "--json", url=older_server)
    assert json.loads(doctor.stdout)["healthy"], doctor.stdout
    told = call(
        new, "new-merchant", "tea", "--name", "T", "--owner", "a@t.example", url=older_server
    )
    assert "belongs to another merchant" in told.output


def test_a_dump_that_no_program_here_can_read_is_told_with_the_way_out(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "database.dump"
    dump(database_url, file)
    written = bytearray(file.read_bytes())
    written[6] = 99  # the minor version of the archive's format
    file.write_bytes(written)
    with pytest.raises(PostgresUnavailableError, match="of a newer PostgreSQL than pg_restore"):
        refill(database_url, file)


def test_what_is_no_backup_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    odd, var = tmp_path / "odd.tar", tmp_path / "var"
    odd.write_bytes(b"not a tar at all")
    refused = call(var, "restore", str(odd))
    assert refused.exit_code == 1
    assert "no backup of Quayside" in refused.output
    with tarfile.open(odd, "w") as archive:
        archive.add(__file__, "../../outside.py")
    assert "no backup of Quayside" in call(var, "restore", str(odd)).output
    (tmp_path / "quayside.json").write_text(
        '{"revision": "0001", "made_at": "", "has_secret": true, "format": [2]}'
    )
    with tarfile.open(odd, "w") as archive:
        archive.add(tmp_path / "quayside.json", "quayside.json")
    assert "no backup of Quayside" in call(var, "restore", str(odd)).output
    assert list(var.iterdir()) == []


def test_a_server_that_no_program_here_fits_is_told_with_the_way_out() -> None:
    with pytest.raises(PostgresUnavailableError, match="postgresql-client-99"):
        tool("pg_dump", major=99)


def test_the_program_is_of_the_servers_version_or_newer(database_url: str) -> None:
    program = tool("pg_dump", major=server_major(database_url))
    said = subprocess.check_output([program, "--version"], text=True, env=dict(os.environ))
    assert int(said.split(") ")[1].split(".")[0]) >= server_major(database_url)

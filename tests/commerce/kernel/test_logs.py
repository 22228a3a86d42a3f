"""Logs tell what happened and where, and nothing about whom."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import UUID

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commerce.customers.models import Customer
from commerce.kernel.bearer import Opens, token_of
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id, new_token
from commerce.kernel.logs import set_up_logs
from commerce.kernel.statements import Statement
from commerce.kernel.vault import Vault
from tests.support.park import create_merchant

SECRET = "lin.wei@private.example"
INSERT = """
INSERT INTO customer (merchant_id, id, email, name, locale, wants_marketing, created_at)
VALUES (:merchant, :id, :email, :name, 'zh', false, now())
"""
Deed = Callable[[Database, UUID], None]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        yield opened


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    before = structlog.get_config()
    set_up_logs()
    yield lambda: capsys.readouterr().out
    structlog.configure(**before)


def through_the_model(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for _ in range(2):
            session.add(Customer(merchant_id=merchant, email=SECRET, name="Lin Wei", locale="zh"))
        session.flush()


def through_text(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for _ in range(2):
            values = {"merchant": merchant, "id": new_id(), "email": SECRET, "name": "Lin Wei"}
            session.execute(text(INSERT), values)


def through_a_statement(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for _ in range(2):
            values = {"merchant": merchant, "id": new_id(), "email": SECRET, "name": "Lin Wei"}
            Statement(INSERT).run(session, values)


def with_what_cannot_be_read(database: Database, merchant: UUID) -> None:
    with database.reading(Scope.merchant(merchant)) as connection:
        connection.execute(text("SELECT CAST(CAST(:word AS text) AS uuid)"), {"word": SECRET})


@pytest.mark.parametrize(
    "deed",
    [through_the_model, through_text, through_a_statement, with_what_cannot_be_read],
)
def test_a_row_that_is_refused_is_not_told(
    database: Database, deed: Deed, logs: Callable[[], str]
) -> None:
    merchant = create_merchant(database)
    with pytest.raises(DBAPIError) as caught:
        deed(database, merchant)
    structlog.get_logger("quayside.web").error("unexpected_error", exc_info=caught.value)
    told = logs()
    assert deed.__name__ in told
    assert "psycopg.errors." in told
    if deed is not with_what_cannot_be_read:
        assert "duplicate key value violates unique constraint" in told
    for word in (SECRET, "Lin Wei", "DETAIL"):
        assert word not in told


# In a process of its own, as handlers and filters of logs belong to the whole process.
WEB_SERVER = """
import sys
from gunicorn.config import Config
from gunicorn.glogging import Logger
from commerce.kernel.logs import set_up_logs

log = Logger(Config())
set_up_logs()
log.setup(log.cfg)
try:
    raise ValueError("no such page: " + sys.argv[2])
except ValueError:
    log.exception("Error handling request %s %s", "GET", sys.argv[1])
"""


def test_the_web_server_tells_an_address_without_what_lets_in() -> None:
    token = token_of(Vault(b"x" * 32), Opens.ORDER, new_id())
    asked = (f"/en/shop/order/{token}/pay?email={SECRET}", f"/en/order/{new_token()}/paid?code=7")
    told = subprocess.run(
        [sys.executable, "-c", WEB_SERVER, *asked], capture_output=True, text=True, check=True
    ).stderr
    assert "Error handling request GET /en/shop/order/…/pay?…" in told
    assert "ValueError: no such page: /en/order/…/paid?…" in told
    assert "Traceback" in told
    assert SECRET not in told

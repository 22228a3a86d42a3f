"""A machine dies in the middle of an import: one import comes of it, whole, and it can be taken back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.cli.proofs import messages, stock
from commerce.cli.proofs.examination import examine
from commerce.imports import journal
from commerce.imports.process import run_import, take_import_back
from commerce.imports.queries import past_imports
from commerce.imports.records import PastImport
from commerce.imports.uploads import Upload, Uploads
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Process
from commerce.kernel.ids import new_id
from commerce.kernel.settings import read_settings
from tests.support.import_worker import DATABASE_NAME, main
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop
from tests.support.workers import wait_until, worker

PRODUCTS = 800
UNITS = 3


@dataclass(frozen=True)
class Quay:
    """A shop, its data folder, and what imports its files."""

    shop: Shop
    durable: Durable
    url: str
    var: Path

    def send(self) -> UUID:
        """Send a file and confirm its import."""
        rows = "".join(f"tea-{n},Tea {n},T-{n},9.90,shopify,{UNITS}\n" for n in range(PRODUCTS))
        head = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Tracker"
        content = f"{head},Variant Inventory Qty\n{rows}".encode()
        upload = Upload(new_id(), "tea.csv", "en", self.shop.warehouse, content)
        Uploads(self.var, self.shop.merchant.id).keep(upload)
        with self.shop.database.transaction(self.shop.scope) as session:
            journal.begin_import(
                session,
                merchant_id=self.shop.merchant.id,
                import_id=upload.id,
                file_name=upload.file_name,
                dialect="shopify-legacy",
                locale="en",
                location_id=upload.location_id,
                actor_id=None,
            )
        self.start(run_import, upload.id, upload_id=str(upload.id))
        return upload.id

    def take_back(self, import_id: UUID) -> None:
        """Ask for the import to be taken back, as the desk does."""
        with self.shop.database.transaction(self.shop.scope) as session:
            journal.begin_undo(session, merchant_id=self.shop.merchant.id, import_id=import_id)
        self.start(take_import_back, import_id, import_id=str(import_id))

    def start(self, process: Process, key: UUID, **subject: str) -> None:
        arguments: dict[str, Any] = {
            "merchant_id": str(self.shop.merchant.id),
            "actor_id": str(new_id()),
            **subject,
        }
        with self.shop.database.transaction(self.shop.scope) as session:
            self.durable.enqueue(session, process, key=str(key), **arguments)

    def worker(self) -> AbstractContextManager[ForkServerProcess]:
        return worker(main, self.url, self.var)

    def only_import(self) -> PastImport:
        with self.shop.database.reading(self.shop.scope) as connection:
            (found,) = past_imports(connection)
        return found

    def count(self, question: str) -> int:
        with self.shop.database.reading(self.shop.scope) as connection:
            return int(connection.execute(text(question)).scalar_one())

    def on_sale(self) -> int:
        return self.count("SELECT count(*) FROM product WHERE status <> 'archived'")

    def units(self) -> int:
        return self.count("SELECT coalesce(sum(on_hand), 0) FROM level")

    def back(self) -> int:
        return self.count("SELECT count(outcome) FROM product_import_change")

    def cut_connections(self) -> int:
        """Cut every connection of the worker, as a database that restarts does."""
        with self.shop.database.reading(Scope.park()) as connection:
            connection.execute(text("RESET ROLE"))
            cut = connection.execute(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE application_name = :name AND datname = current_database()"
                ),
                {"name": DATABASE_NAME},
            )
            return int(cut.scalar_one())

    def faults(self) -> list[str]:
        """What the doctor says of stock, ledger and processes."""
        settings = read_settings({"QUAYSIDE_VAR": str(self.var), "QUAYSIDE_SECRET": "s" * 32})
        verdicts = examine(settings, self.url, proofs=(*messages.PROOFS, *stock.PROOFS))
        return [str(fault) for verdict in verdicts for fault in verdict.faults]


@pytest.fixture
def quay(postgres_server: TestServer, tmp_path: Path) -> Iterator[Quay]:
    with (
        own_shop(postgres_server) as shop,
        closing(Durable(shop.database.url)) as durable,
    ):
        yield Quay(shop, durable, shop.database.url, tmp_path)


def kill_in_the_middle(quay: Quay) -> UUID:
    """Kill the worker when a part of the file is in; return the import."""
    import_id = quay.send()
    with quay.worker() as doomed:
        wait_until(lambda: quay.on_sale() > 0)
        doomed.kill()
        doomed.join()
    assert 0 < quay.on_sale() < PRODUCTS
    return import_id


def test_a_killed_import_goes_on_where_it_stood_under_its_own_name(quay: Quay) -> None:
    import_id = kill_in_the_middle(quay)
    with quay.worker():
        wait_until(lambda: quay.only_import().state == "done")
        done = quay.only_import()
        assert (done.id, done.counts["created"], done.counts["unchanged"]) == (
            import_id,
            PRODUCTS,
            0,
        )
        assert (quay.on_sale(), quay.units()) == (PRODUCTS, PRODUCTS * UNITS)
        quay.take_back(import_id)
        wait_until(lambda: quay.only_import().state == "undone")
    assert (quay.on_sale(), quay.units()) == (0, 0)
    assert quay.faults() == []


def test_a_killed_import_can_be_taken_back_as_far_as_it_came(quay: Quay) -> None:
    import_id = kill_in_the_middle(quay)
    quay.take_back(import_id)
    with quay.worker():
        wait_until(lambda: quay.only_import().state == "undone")
        wait_until(lambda: quay.faults() == [])
    assert (quay.on_sale(), quay.units()) == (0, 0)


def test_a_killed_way_back_goes_on_where_it_stood(quay: Quay) -> None:
    import_id = quay.send()
    with quay.worker() as doomed:
        wait_until(lambda: quay.only_import().state == "done")
        quay.take_back(import_id)
        wait_until(lambda: quay.back() > 0)
        doomed.kill()
        doomed.join()
    assert 0 < quay.back() < PRODUCTS
    assert quay.only_import().state == "undoing"
    with quay.worker():
        wait_until(lambda: quay.only_import().state == "undone")
    assert (quay.on_sale(), quay.units()) == (0, 0)
    assert quay.only_import().counts["kept"] == 0
    assert quay.faults() == []


def test_an_import_waits_for_a_database_that_was_away(quay: Quay) -> None:
    quay.send()
    with quay.worker():
        wait_until(lambda: quay.on_sale() > 0)
        assert quay.cut_connections() > 0
        wait_until(lambda: quay.only_import().state == "done")
    assert quay.only_import().counts["created"] == PRODUCTS
    assert quay.units() == PRODUCTS * UNITS
    assert quay.faults() == []


def test_two_workers_on_one_import_double_nothing(quay: Quay) -> None:
    import_id = quay.send()
    quay.start(run_import, new_id(), upload_id=str(import_id))
    with quay.worker():
        wait_until(lambda: quay.only_import().state == "done")
    assert quay.only_import().counts["created"] == PRODUCTS
    assert (quay.on_sale(), quay.units()) == (PRODUCTS, PRODUCTS * UNITS)
    assert quay.faults() == []

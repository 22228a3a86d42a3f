"""A file on its way in: what it would do is told truly, and so is what became of it."""

import io
import re
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from commerce.catalogue.errors import ImageFormatError
from commerce.imports import journal, queries, service
from commerce.imports.errors import BrokenTableError
from commerce.imports.planning import ImportTerms
from commerce.imports.process import look_at_file, run_import, take_import_back
from commerce.imports.refusal import refusal_of
from commerce.imports.run import import_products
from commerce.inventory.service import add_location
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work
from commerce.kernel.ids import new_id
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.park.permissions import Role
from tests.storefront.desk import Desk

Value = TypeVar("Value")
SHEET = (
    b"Handle,Title,Variant SKU,Variant Price,Image Src\n"
    b"oolong,Oolong,OO-1,88.00,https://p.example/oolong.jpg\n"
    b"puer,Puer,PU-1,abc,\n"
)
READERS = [
    ("en", "is not a price such as 19.90", "Only JPEG, PNG", "From row 7 on"),
    ("zh", "“abc”不是", "仅支持 JPEG", "从第 7 行起"),
]


class Straight(Work):
    """Does each step at once, as a worker does that never dies."""

    def step(self, name: str, action: Callable[[], Value], *, attempts: int = 1) -> Value:
        return action()


def worker(desk: Desk) -> Straight:
    settings = read_settings({"QUAYSIDE_VAR": str(desk.var), "QUAYSIDE_SECRET": "s" * 40})
    return Straight(database=desk.shop.database, settings=settings, parts=Parts([]))


def reader(desk: Desk, language: str) -> FlaskClient:
    client = desk.as_role(Role.MANAGER)
    client.set_cookie("quayside_language", language)
    return client


def send(desk: Desk, client: FlaskClient, content: bytes, place: UUID | None = None) -> str:
    """Send a file and return the address of its preview."""
    answer = client.post(
        f"{desk.root}/products/import/",
        data={
            "file": (io.BytesIO(content), "tea.csv"),
            "locale": "en",
            "place": str(place or ""),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def id_in(address: str) -> UUID:
    return UUID(address.rstrip("/").rpartition("/")[2])


def take_in(desk: Desk, address: str) -> None:
    """Let the worker import a file whose import was asked for."""
    run_import.run(
        worker(desk),
        merchant_id=str(desk.shop.merchant.id),
        upload_id=str(id_in(address)),
        actor_id=str(new_id()),
    )


def take_back(desk: Desk, address: str) -> None:
    take_import_back.run(
        worker(desk),
        merchant_id=str(desk.shop.merchant.id),
        import_id=str(id_in(address)),
        actor_id=str(new_id()),
    )


def page_of(desk: Desk, client: FlaskClient, address: str) -> str:
    return client.get(f"{desk.root}/products/import/{id_in(address)}", follow_redirects=True).text


def runs(desk: Desk, name: str) -> list[str]:
    with desk.shop.database.reading(Scope.park()) as connection:
        found = connection.scalars(
            text("SELECT workflow_uuid FROM dbos.workflow_status WHERE name = :name"),
            {"name": name},
        )
        return sorted(found)


def stop(desk: Desk, address: str) -> None:
    with desk.shop.database.transaction(desk.shop.scope) as session:
        journal.stop_import(
            session,
            merchant_id=desk.shop.merchant.id,
            import_id=id_in(address),
            problem=refusal_of(BrokenTableError(row=7)),
        )


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"place": "no-place"}, {"place"}),
        ({"place": str(new_id())}, {"place"}),
        ({"place": "closed"}, {"place"}),
        ({"locale": "fr"}, {"locale"}),
        ({"locale": "fr", "place": "no-place", "file": ""}, {"file", "locale", "place"}),
    ],
)
def test_what_is_not_in_the_lists_is_refused_at_its_field_and_nothing_is_kept(
    desk: Desk, changed: dict[str, str], wrong: set[str]
) -> None:
    with desk.shop.database.transaction(desk.shop.scope) as session:
        session.execute(
            text("UPDATE location SET active = false WHERE id = :store"), {"store": desk.shop.store}
        )
    closed = {"closed": str(desk.shop.store)}
    sent = {"locale": "en", "place": ""} | {
        name: closed.get(value, value) for name, value in changed.items()
    }
    answer = desk.as_role(Role.MANAGER).post(
        f"{desk.root}/products/import/",
        data={"file": (io.BytesIO(SHEET), "tea.csv"), **sent},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert set(re.findall(r'id="(\w+)-error"', answer.text)) == wrong
    assert not (desk.var / "imports").exists()


@pytest.mark.parametrize(("language", "row", "picture", "stopped"), READERS)
def test_rows_pictures_and_whole_files(
    desk: Desk, language: str, row: str, picture: str, stopped: str
) -> None:
    merchant = desk.shop.merchant
    terms = ImportTerms(merchant.id, merchant.currency, "en", None)
    done = import_products(desk.shop.database, content=SHEET, file_name="tea.csv", terms=terms)
    with desk.shop.database.transaction(desk.shop.scope) as session:
        (fetch,) = queries.waiting_fetches(session.connection())
        service.record_failed(
            session,
            merchant_id=merchant.id,
            fetch_id=fetch.id,
            problem=refusal_of(ImageFormatError()),
        )
    client = reader(desk, language)
    assert row in client.get(f"{desk.root}/products/import/{done.id}").text
    assert picture in client.get(f"{desk.root}/products/import/").text
    address = send(desk, client, SHEET)
    assert row in client.get(f"{address}/errors").get_data(as_text=True)
    client.post(address)
    stop(desk, address)
    assert stopped in page_of(desk, client, address)


def test_a_file_that_is_no_table_is_refused_where_it_was_sent(desk: Desk) -> None:
    client = reader(desk, "en")
    answer = client.post(
        f"{desk.root}/products/import/",
        data={"file": (io.BytesIO(b"Title,Colour\nTea,green\n"), "tea.csv"), "locale": "en"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "Missing: Handle" in answer.text


def test_a_preview_tells_currency_place_and_what_changes(desk: Desk) -> None:
    client = reader(desk, "en")
    with desk.shop.database.transaction(desk.shop.scope) as session:
        house = add_location(
            session,
            merchant_id=desk.shop.merchant.id,
            code="HOUSE",
            kind="warehouse",
            name="House on the quay",
            name_zh="码头仓",
        )
    head = (
        b"Handle,Title,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty\n"
    )
    row = b"oolong,Oolong,OO-1,%b,shopify,%b\nfan,Fan,FAN,10.00,,3\n"
    first = send(desk, client, head + row % (b"88.00", b"4"), house)
    seen = client.get(first).text
    assert "Prices are taken in CNY." in seen
    assert "Quantities are counted in “House on the quay”." in seen
    assert "The stock of 1 variant is counted." in seen
    assert "The stock of 1 variant is not counted: it is sold without limit." in seen
    client.post(first)
    take_in(desk, first)
    again = client.get(send(desk, client, head + row % (b"99.50", b"6"), house)).text
    assert "OO-1: Price: ¥88.00 → ¥99.50" in " ".join(again.split())
    assert "OO-1: Stock: 4 → 6" in " ".join(again.split())


def test_a_preview_of_a_file_without_addresses_shows_those_of_the_shop(desk: Desk) -> None:
    client = reader(desk, "en")
    first = send(desk, client, SHEET.replace(b"Oolong", b"Oolong of spring"))
    client.post(first)
    take_in(desk, first)
    woo = b"Type,SKU,Name,Regular price\nsimple,OO-1,Oolong of summer,88.00\n"
    seen = client.get(send(desk, client, woo)).text
    assert ">oolong<" in seen
    assert "oolong-of-summer" not in seen


def test_what_was_taken_back_is_previewed_as_put_back_on_sale(desk: Desk) -> None:
    client = reader(desk, "en")
    sheet = b"Handle,Title,Published,Variant SKU,Variant Price\noolong,Oolong,%b,OO-1,88.00\n"
    first = send(desk, client, sheet % b"true")
    client.post(first)
    take_in(desk, first)
    client.post(f"{desk.root}/products/import/{id_in(first)}/undo")
    take_back(desk, first)
    assert "Put back on sale" in client.get(send(desk, client, sheet % b"true")).text
    assert "Back as a draft" in client.get(send(desk, client, sheet % b"false")).text


def test_the_list_of_imports_and_an_imports_page_tell_the_same_figures(desk: Desk) -> None:
    client = reader(desk, "en")
    sheet = b"Handle,Title,Published,Variant SKU,Variant Price\noolong,Oolong,true,OO-1,88.00\n"
    first = send(desk, client, sheet)
    client.post(first)
    take_in(desk, first)
    client.post(f"{desk.root}/products/import/{id_in(first)}/undo")
    take_back(desk, first)
    again = send(desk, client, sheet)
    client.post(again)
    take_in(desk, again)
    row = (
        client.get(f"{desk.root}/products/import/")
        .text.partition("<tbody")[2]
        .partition("</tr>")[0]
    )
    told = dict(re.findall(r'data-label="([^"]+)">(\d+)<', row))
    assert told == {"New": "0", "Out of the archive": "1", "Changed": "0", "Left out": "0"}
    figures = re.sub(r"<[^>]+>|\s+", " ", page_of(desk, client, again))
    for label, value in told.items():
        assert re.search(rf"{label}\s+{value}\b", figures), (label, value)


def test_the_page_of_an_import_names_the_pictures_that_could_not_be_had(desk: Desk) -> None:
    client = reader(desk, "en")
    address = send(desk, client, SHEET)
    client.post(address)
    take_in(desk, address)
    assert "Pictures that could not be fetched" not in page_of(desk, client, address)
    with desk.shop.database.transaction(desk.shop.scope) as session:
        (fetch,) = queries.waiting_fetches(session.connection())
        service.record_failed(
            session,
            merchant_id=desk.shop.merchant.id,
            fetch_id=fetch.id,
            problem=refusal_of(BrokenTableError(row=7)),
        )
    page = page_of(desk, client, address)
    assert "Pictures that could not be fetched" in page
    assert fetch.url in page
    other = send(desk, client, SHEET.replace(b"tea", b"cha"))
    client.post(other)
    assert "Pictures that could not be fetched" not in page_of(desk, client, other)


def test_whoever_takes_an_import_back_reads_at_once_that_it_is_on_its_way(desk: Desk) -> None:
    client = reader(desk, "en")
    address = send(desk, client, SHEET)
    client.post(address)
    take_in(desk, address)
    asked = client.post(
        f"{desk.root}/products/import/{id_in(address)}/undo", follow_redirects=True
    ).text
    assert "being put back as they were" in asked
    assert "The products are in" not in asked
    assert "Take the import back" not in asked
    take_back(desk, address)
    over = page_of(desk, client, address)
    assert "has been taken back" in over
    assert "Take the import back" not in over


def test_a_stopped_import_is_gone_on_with_once_and_a_running_one_can_be_taken_back(
    desk: Desk,
) -> None:
    client = reader(desk, "en")
    address = send(desk, client, SHEET)
    client.post(address)
    assert "Stop, and take it back" in page_of(desk, client, address)
    stop(desk, address)
    assert "Go on with the import" in page_of(desk, client, address)
    for _click in range(2):
        client.post(f"{desk.root}/products/import/{id_in(address)}/again")
    assert len(runs(desk, "imports.run")) == 2
    assert "begins in a moment" in page_of(desk, client, address)
    take_in(desk, address)
    assert "The products are in" in page_of(desk, client, address)


def test_an_import_that_stands_still_says_so_and_offers_both_ways(desk: Desk) -> None:
    client = reader(desk, "en")
    address = send(desk, client, SHEET)
    client.post(address)
    with desk.shop.database.transaction(Scope.park()) as session:
        session.execute(text("UPDATE product_import SET moved_at = now() - interval '6 minutes'"))
    page = page_of(desk, client, address)
    assert "It has not got on since" in page
    assert "Go on with the import" in page
    client.post(f"{desk.root}/products/import/{id_in(address)}/undo")
    take_back(desk, address)
    assert "has been taken back" in page_of(desk, client, address)


def test_a_run_that_broke_off_is_healed_by_going_on(desk: Desk) -> None:
    client = reader(desk, "en")
    address = send(desk, client, SHEET)
    client.post(address)
    with desk.shop.database.transaction(Scope.park()) as session:
        session.execute(text("UPDATE dbos.workflow_status SET status = 'ERROR'"))
    assert "Go on with the import" in page_of(desk, client, address)
    client.post(f"{desk.root}/products/import/{id_in(address)}/again")
    broken = f"imports.run:{id_in(address)}"
    assert runs(desk, "imports.run") == [broken, f"{broken}:again:1"]


def test_a_large_file_is_looked_through_by_the_worker_and_never_read_again(desk: Desk) -> None:
    client = reader(desk, "en")
    rows = b"".join(b"tea-%d,Tea %d,T-%d,9.90\n" % (n, n, n) for n in range(600))
    address = send(desk, client, b"Handle,Title,Variant SKU,Variant Price\n" + rows)
    waiting = client.get(address).text
    assert "The file is being read" in waiting
    look_at_file.run(
        worker(desk),
        merchant_id=str(desk.shop.merchant.id),
        upload_id=str(id_in(address)),
    )
    there = client.get(address, headers={"HX-Request": "true"})
    assert there.headers["HX-Redirect"].endswith(address)
    (desk.var / "imports" / str(desk.shop.merchant.id) / f"{id_in(address)}.csv").unlink()
    seen = client.get(address).text
    assert "and 400 more products" in seen


def test_a_large_file_that_is_no_table_is_refused_when_the_worker_is_through(desk: Desk) -> None:
    client = reader(desk, "en")
    address = send(desk, client, b"Title,Colour\n" + b"Tea,green\n" * 600)
    look_at_file.run(
        worker(desk),
        merchant_id=str(desk.shop.merchant.id),
        upload_id=str(id_in(address)),
    )
    answer = client.get(address)
    assert answer.status_code == 422
    assert "Missing: Handle" in answer.text

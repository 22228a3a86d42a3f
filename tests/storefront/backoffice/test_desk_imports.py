"""What an import could not do is told to each reader in the reader's own language."""

import pytest
from flask.testing import FlaskClient

from commerce.catalogue.errors import ImageFormatError
from commerce.imports import queries, service
from commerce.imports.errors import BrokenTableError
from commerce.imports.planning import ImportTerms
from commerce.imports.refusal import refusal_of
from commerce.imports.run import import_products
from commerce.imports.uploads import Progress, Upload, Uploads
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from tests.storefront.desk import Desk

SHEET = (
    b"Handle,Title,Variant SKU,Variant Price,Image Src\n"
    b"oolong,Oolong,OO-1,88.00,https://p.example/oolong.jpg\n"
    b"puer,Puer,PU-1,abc,\n"
)
READERS = [
    ("en", "is not a price such as 19.90", "Only JPEG, PNG", "From row 7 on"),
    ("zh", "“abc”不是", "仅支持 JPEG", "从第 7 行起"),
]


def reader(desk: Desk, language: str) -> FlaskClient:
    client = desk.as_role(Role.MANAGER)
    client.set_cookie("quayside_language", language)
    return client


def imported(desk: Desk) -> None:
    merchant = desk.shop.merchant
    terms = ImportTerms(merchant.id, merchant.currency, "en", None)
    import_products(desk.shop.database, content=SHEET, file_name="tea.csv", terms=terms)
    with desk.shop.database.transaction(desk.shop.scope) as session:
        (fetch,) = queries.waiting_fetches(session.connection())
        service.record_failed(
            session,
            merchant_id=merchant.id,
            fetch_id=fetch.id,
            problem=refusal_of(ImageFormatError()),
        )


@pytest.mark.parametrize(("language", "row", "picture", "stopped"), READERS)
def test_rows_pictures_and_whole_files(
    desk: Desk, language: str, row: str, picture: str, stopped: str
) -> None:
    imported(desk)
    client = reader(desk, language)
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (past,) = queries.past_imports(connection)
    assert row in client.get(f"{desk.root}/products/import/{past.id}").text
    assert picture in client.get(f"{desk.root}/products/import/").text
    upload = Upload(new_id(), "tea.csv", "en", None, SHEET)
    uploads = Uploads(desk.var, desk.shop.merchant.id)
    uploads.keep(upload)
    file = f"{desk.root}/products/import/file/{upload.id}"
    assert row in client.get(f"{file}/errors").get_data(as_text=True)
    uploads.tell(upload.id, Progress("failed", problem=refusal_of(BrokenTableError(row=7))))
    assert stopped in client.get(f"{file}/progress").text


def test_a_job_that_an_older_release_stopped_is_still_told(desk: Desk) -> None:
    upload = Upload(new_id(), "tea.csv", "en", None, SHEET)
    uploads = Uploads(desk.var, desk.shop.merchant.id)
    uploads.keep(upload)
    (desk.var / "imports" / str(desk.shop.merchant.id) / f"{upload.id}.progress.json").write_text(
        '{"stage": "failed", "done": 0, "total": 0, "import_id": "", "problem": "It broke."}'
    )
    page = reader(desk, "en").get(f"{desk.root}/products/import/file/{upload.id}/progress")
    assert "It broke." in page.text

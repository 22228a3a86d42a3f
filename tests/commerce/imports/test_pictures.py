import io
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from commerce.catalogue import queries as catalogue
from commerce.imports import queries
from commerce.imports.pictures import fetch_picture
from commerce.imports.planning import ImportTerms
from commerce.imports.run import import_products
from commerce.kernel.database import Database, Scope
from integrations.http_images.faults import ServerAnswerError

FILE = (
    b"Handle,Title,Image Src,Image Alt Text\n"
    b"tea,Tea,https://p.example/a.jpg,From above\n"
    b"tea,,https://p.example/gone.jpg,\n"
    b"tea,,https://p.example/page.html,\n"
)


class FakeWeb:
    """An internet of a few files."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def fetch(self, url: str, *, most_bytes: int) -> bytes:
        if url not in self.files:
            raise ServerAnswerError(status=404)
        return self.files[url][:most_bytes]


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(file, "JPEG")
    return file.getvalue()


def fetch_all(database: Database, web: FakeWeb, folder: Path) -> None:
    with database.reading(Scope.park()) as connection:
        waiting = queries.waiting_fetches(connection)
    for each in waiting:
        fetch_picture(database, waiting=each, fetcher=web, folder=folder)


def test_pictures_arrive_later_and_missing_ones_are_reported(
    database: Database, terms: ImportTerms, tmp_path: Path
) -> None:
    report = import_products(database, content=FILE, file_name="tea.csv", terms=terms)
    assert report.pictures == 3
    web = FakeWeb({"https://p.example/a.jpg": jpeg(), "https://p.example/page.html": b"<html>"})
    fetch_all(database, web, tmp_path)
    scope = Scope.merchant(terms.merchant_id)
    with database.reading(scope) as connection:
        failed = {each.url: str(each.problem) for each in queries.failed_fetches(connection)}
        tea = catalogue.product_preview(connection, handle="tea", locale="en")
        pictures = catalogue.pictures_of(connection, product_id=tea.id, locale="en")
        assert queries.waiting_fetches(connection) == ()
    assert failed["https://p.example/gone.jpg"] == "The server answered 404."
    assert "JPEG, PNG" in failed["https://p.example/page.html"]
    assert [(each.alt, each.source_url) for each in pictures] == [
        ("From above", "https://p.example/a.jpg")
    ]
    assert (tmp_path / pictures[0].name).exists()


def test_importing_again_tries_missing_pictures_anew_and_fetches_none_twice(
    database: Database, terms: ImportTerms, tmp_path: Path
) -> None:
    import_products(database, content=FILE, file_name="tea.csv", terms=terms)
    fetch_all(database, FakeWeb({"https://p.example/a.jpg": jpeg()}), tmp_path)
    import_products(database, content=FILE, file_name="tea.csv", terms=terms)
    with database.reading(Scope.park()) as connection:
        again = [each.url for each in queries.waiting_fetches(connection)]
    assert again == ["https://p.example/gone.jpg", "https://p.example/page.html"]


def test_a_picture_that_was_fetched_by_two_workers_hangs_once(
    database: Database, terms: ImportTerms, tmp_path: Path
) -> None:
    import_products(database, content=FILE, file_name="tea.csv", terms=terms)
    with database.reading(Scope.park()) as connection:
        first = queries.waiting_fetches(connection)[0]
    web = FakeWeb({first.url: jpeg()})
    assert fetch_picture(database, waiting=first, fetcher=web, folder=tmp_path) is not None
    assert fetch_picture(database, waiting=first, fetcher=web, folder=tmp_path) is None
    assert len(list(tmp_path.iterdir())) == 1


def test_why_a_picture_is_missing_is_kept_so_that_any_language_can_tell_it(
    database: Database, terms: ImportTerms, tmp_path: Path
) -> None:
    import_products(database, content=FILE, file_name="tea.csv", terms=terms)
    fetch_all(database, FakeWeb({}), tmp_path)
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        why = queries.failed_fetches(connection)[0].problem
    assert (why.code, why.template, dict(why.params)) == (
        "picture-server-answer",
        "The server answered %(status)s.",
        {"status": "404"},
    )


def test_a_full_disk_is_told_as_ours_and_names_no_path(
    database: Database, terms: ImportTerms, tmp_path: Path
) -> None:
    import_products(database, content=FILE, file_name="tea.csv", terms=terms)
    folder = tmp_path / "not-a-folder"
    folder.write_text("")
    fetch_all(database, FakeWeb({"https://p.example/a.jpg": jpeg()}), folder)
    with database.reading(Scope.merchant(terms.merchant_id)) as connection:
        told = [each.problem for each in queries.failed_fetches(connection)]
    assert told[0].code == "picture-unavailable"
    assert str(tmp_path) not in str(told[0])

"""Static files have addresses that never change their content, and travel compressed."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from commerce.web.assets import Assets, BrowserFilesError, build_vendor, with_static

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def assets() -> Assets:
    build_vendor(ROOT)
    return Assets(ROOT / "static")


@pytest.fixture(scope="module")
def client(assets: Assets) -> Client:
    return Client(with_static(Flask(__name__, static_folder=None).wsgi_app, assets))


def test_an_address_carries_the_version_and_is_kept_for_good(
    assets: Assets, client: Client
) -> None:
    address = assets.url("css/shop.css")
    assert address == f"/static/{assets.version}/css/shop.css"
    answer = client.get(address, headers={"Accept-Encoding": "br"}, buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "br"
    assert int(answer.headers["Content-Length"]) < 15_000


def test_an_address_without_a_version_is_kept_only_briefly(client: Client) -> None:
    answer = client.get("/static/img/favicon.svg", buffered=True)
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_what_a_sheet_refers_to_lies_under_the_same_version(assets: Assets, client: Client) -> None:
    font = assets.url("vendor/fonts/inter-latin-wght-normal.woff2")
    assert client.get(font, buffered=True).headers["Content-Type"] == "font/woff2"


def test_a_file_that_does_not_exist_stops_the_page_where_it_is_written(assets: Assets) -> None:
    with pytest.raises(BrowserFilesError, match=r"css/shpo\.css"):
        assets.url("css/shpo.css")


def test_other_addresses_reach_the_application(client: Client) -> None:
    assert client.get("/static/../wsgi.py").status_code == 404
    assert client.get("/nothing-here").status_code == 404


def test_a_changed_file_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    sheet = tmp_path / "css/shop.css"
    sheet.write_text("a{}")
    before = Assets(tmp_path).version
    sheet.write_text("b{}")
    assert Assets(tmp_path).version != before

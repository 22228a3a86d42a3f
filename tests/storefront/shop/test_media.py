"""Pictures are served as what their name says, for good, and can do nothing."""

from uuid import uuid4

import pytest

from commerce.catalogue.images import keep_drawing, media_folder
from commerce.web.services import services
from tests.storefront.shop.house import House

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="9" height="9"/></svg>'


def kept(house: House) -> str:
    with house.stage.app.app_context():
        folder = media_folder(services().settings.var, house.shop.merchant.id)
    return keep_drawing(SVG, folder=folder).storage_name


def test_a_drawing_comes_with_its_type_a_sandbox_and_a_long_life(house: House) -> None:
    answer = house.browser().get(f"/media/{house.shop.merchant.id}/{kept(house)}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert answer.data == SVG
    answer.close()


def test_a_picture_is_found_under_its_own_merchant_alone(house: House) -> None:
    assert house.browser().get(f"/media/{uuid4()}/{kept(house)}").status_code == 404


@pytest.mark.parametrize(
    "name", ["..%2Fsecret", "secret", f"{'a' * 32}.html", f"{'a' * 32}.svg", ".hidden.svg"]
)
def test_nothing_but_pictures_of_ours_is_served(house: House, name: str) -> None:
    assert house.browser().get(f"/media/{house.shop.merchant.id}/{name}").status_code == 404

"""What a merchant puts in order on a product: variants, pictures of single variants, tariff codes."""

import io
import re
from uuid import UUID

from flask.testing import FlaskClient
from PIL import Image

from commerce.catalogue.queries import every_product_sheet, pictures_of, tariff_codes
from commerce.catalogue.records import Picture, ProductSheet
from commerce.catalogue.service.customs import classify
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from tests.storefront.desk import Desk
from tests.support.forms import sent_by
from tests.support.shop import stock_product

USUAL = {"en_name": "Cup", "status": "active", "kind": "physical", "tax_class": "standard"}


def sheet(desk: Desk) -> ProductSheet:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (only,) = every_product_sheet(connection, statuses=("draft", "active", "archived"))
    return only


def cups(desk: Desk, client: FlaskClient) -> ProductSheet:
    """Make a cup in three glazes."""
    form = {
        **USUAL,
        "wish": str(new_id()),
        "option-0-en": "Glaze",
        "option-0-values": "Jade\nSnow\nAsh",
    }
    assert client.post(f"{desk.root}/products/new", data=form).status_code == 303
    return sheet(desk)


def save(desk: Desk, client: FlaskClient, **fields: str) -> int:
    form = {**USUAL, "wish": str(new_id()), **fields}
    return client.post(f"{desk.root}/products/{sheet(desk).id}", data=form).status_code


def codes(desk: Desk) -> dict[str, str]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        found = tariff_codes(connection, product_id=sheet(desk).id)
    return {each.destination: each.code for each in found}


def hung(desk: Desk, client: FlaskClient) -> Picture:
    """Hang a picture on the product."""
    kept = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(kept, "PNG")
    kept.seek(0)
    form = {**USUAL, "wish": str(new_id()), "pictures": (kept, "cup.png")}
    client.post(f"{desk.root}/products/{sheet(desk).id}", data=form)
    return picture(desk)


def picture(desk: Desk) -> Picture:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (only,) = pictures_of(connection, product_id=sheet(desk).id, locale="en")
    return only


def test_variants_stand_in_the_order_of_their_places(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    jade, snow, ash = cups(desk, client).variants
    places = {f"place-{jade.id}": "3", f"place-{snow.id}": "2", f"place-{ash.id}": "1"}
    assert save(desk, client, **places) == 303
    assert [each.choice for each in sheet(desk).variants] == [("ash",), ("snow",), ("jade",)]
    page = client.get(f"{desk.root}/products/{sheet(desk).id}").text
    shown = re.findall(r'name="place-([0-9a-f-]+)" value="(\d)"', page)
    assert shown == [(str(ash.id), "1"), (str(snow.id), "2"), (str(jade.id), "3")]


def test_a_place_that_is_no_number_sends_the_variant_to_the_end(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    jade, snow, ash = cups(desk, client).variants
    places = {f"place-{jade.id}": "first", f"place-{snow.id}": "2", f"place-{ash.id}": "1"}
    assert save(desk, client, **places) == 303
    assert [each.choice for each in sheet(desk).variants] == [("ash",), ("snow",), ("jade",)]


def test_one_code_is_deleted_and_the_others_stay(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    cups(desk, client)
    rows = {"code-0-country": "DE", "code-0-code": "691110", "code-0-source": "broker"}
    rows |= {"code-1-country": "US", "code-1-code": "6911108000", "code-1-source": "ruling"}
    assert save(desk, client, **rows) == 303
    assert codes(desk) == {"DE": "691110", "US": "6911108000"}
    assert save(desk, client, **rows, **{"code-remove": "0"}) == 303
    assert codes(desk) == {"US": "6911108000"}


def test_a_row_that_was_emptied_or_renamed_leaves_no_code_behind(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    cups(desk, client)
    save(desk, client, **{"code-0-country": "DE", "code-0-code": "691110"})
    save(desk, client, **{"code-0-country": "FR", "code-0-code": "691110"})
    assert codes(desk) == {"FR": "691110"}
    save(desk, client, **{"code-0-country": "", "code-0-code": ""})
    assert codes(desk) == {}


def test_the_code_of_a_union_or_of_a_place_that_no_list_has_stays_when_its_form_is_saved(
    desk: Desk,
) -> None:
    client = desk.as_role(Role.MANAGER)
    product = cups(desk, client).id
    known = {"CN": "6911101900", "EU": "69111000", "XZ": "691110"}
    with desk.shop.database.transaction(desk.shop.scope) as session:
        for destination, code in known.items():
            classify(
                session,
                merchant_id=desk.shop.merchant.id,
                product_id=product,
                destination=destination,
                code=code,
                source="broker",
            )
    url = f"{desk.root}/products/{product}"
    page = client.get(url).text
    assert "Delete the code for European Union" in page
    untouched = {**sent_by(page, "product-form"), "wish": str(new_id())}
    assert client.post(url, data=untouched).status_code == 303
    assert codes(desk) == known
    # A browser sends nothing for a country that its list does not have.
    lost = {**untouched, "wish": str(new_id()), "code-1-country": ""}
    assert client.post(url, data=lost).status_code == 303
    assert codes(desk) == known


def test_a_form_without_codes_deletes_none(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    cups(desk, client)
    save(desk, client, **{"code-0-country": "DE", "code-0-code": "691110"})
    assert save(desk, client) == 303
    assert codes(desk) == {"DE": "691110"}


def test_a_picture_belongs_to_one_variant_or_to_all(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    snow = cups(desk, client).variants[1]
    field = f"shown-for-{hung(desk, client).id}"
    assert save(desk, client, **{field: str(snow.id)}) == 303
    assert picture(desk).variant_id == snow.id
    assert save(desk, client) == 303
    assert picture(desk).variant_id == snow.id
    assert save(desk, client, **{field: ""}) == 303
    assert picture(desk).variant_id is None


def test_what_a_picture_shows_is_saved_with_the_product(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    cups(desk, client)
    field = f"alt-en-{hung(desk, client).id}"
    assert save(desk, client, **{field: "A jade cup on a tray"}) == 303
    assert picture(desk).alt == "A jade cup on a tray"


def test_a_picture_is_tied_to_no_other_products_variant(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    cup = cups(desk, client)
    field = f"shown-for-{hung(desk, client).id}"
    stranger: UUID = stock_product(desk.shop, in_warehouse=1)
    asked = {**USUAL, "wish": str(new_id()), field: str(stranger)}
    url = f"{desk.root}/products/{cup.id}"
    assert client.post(url, data=asked).status_code == 422
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (kept,) = pictures_of(connection, product_id=cup.id, locale="en")
    assert kept.variant_id is None


def test_categories_are_named_moved_and_removed_with_what_becomes_of_their_products(
    desk: Desk,
) -> None:
    client = desk.as_role(Role.MANAGER)
    url = f"{desk.root}/products/categories/"
    assert "No category yet" in client.get(url).text
    for name in ({"en_name": "Tea ware", "zh_name": "茶具"}, {"en_name": "Gifts"}):
        assert client.post(f"{url}new", data={**name, "position": "1"}).status_code == 303
    unnamed = client.post(f"{url}new", data={"position": "1", "en_about": "Kept"})
    assert unnamed.status_code == 422
    assert "Kept" in unnamed.text
    twice = client.post(f"{url}new", data={"en_name": "Gifts", "position": "1"})
    assert "already is a category" in twice.text
    cups(desk, client)
    save(desk, client, handle=sheet(desk).handle, categories="tea-ware")
    ware, gifts = (each_id(client, url, name) for name in ("Tea ware", "Gifts"))
    moved = {
        "en_name": "Cups",
        "zh_name": "茶杯",
        "parent": "gifts",
        "slug": "cups",
        "position": "3",
    }
    assert client.post(f"{url}{ware}", data=moved).status_code == 303
    assert sheet(desk).categories == ("gifts/cups",)
    page = client.get(f"{url}{gifts}").text
    assert "Move or remove them first" in page
    assert client.post(f"{url}{gifts}/remove", data={"sure": "y"}).status_code == 422
    assert "stands nowhere else" in client.get(f"{url}{ware}").text
    assert (
        client.post(f"{url}{ware}/remove", data={"heir": "gifts", "sure": "y"}).status_code == 303
    )
    assert sheet(desk).categories == ("gifts",)
    unsure = client.post(f"{url}{gifts}/remove")
    assert unsure.status_code == 422
    assert "does not come back" in unsure.text
    assert client.post(f"{url}{gifts}/remove", data={"sure": "y"}).status_code == 303
    assert sheet(desk).categories == ()
    assert client.get(f"{url}{gifts}").status_code == 404


def each_id(client: FlaskClient, url: str, name: str) -> str:
    """Return the id of the category that is called `name`."""
    found = re.search(rf'categories/([0-9a-f-]{{36}})">{name}<', client.get(url).text)
    assert found is not None
    return found[1]

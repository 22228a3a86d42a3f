"""Products at the desk: made in two languages, priced, pictured, brought in from files and taken back."""

import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from PIL import Image

from commerce.catalogue.process import set_statuses_of_all
from commerce.catalogue.queries import every_product_sheet, pictures_of
from commerce.catalogue.records import ProductSheet, VariantSheet, Words
from commerce.catalogue.service.put import put_products
from commerce.imports.process import run_import, take_import_back
from commerce.imports.queries import past_imports
from commerce.kernel.durable import Work
from commerce.kernel.ids import new_id
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.park.permissions import Role
from commerce.pricing.queries.lists import listed_prices
from tests.storefront.desk import Desk
from tests.support.forms import sent_by

Value = TypeVar("Value")
ROOT = Path(__file__).parents[3]
SHEET = (
    "Handle,Title,Vendor,Variant SKU,Variant Price,Variant Inventory Qty,"
    "Variant Inventory Tracker,Status\n"
    "oolong,Oolong,Tea House,OO-1,88.00,5,shopify,active\n"
    "puer,Puer,Tea House,PU-1,abc,3,shopify,active\n"
)


class Straight(Work):
    """Does each step at once, as a worker does that never dies."""

    def step(self, name: str, action: Callable[[], Value], *, attempts: int = 1) -> Value:
        return action()


def sheets(desk: Desk) -> list[ProductSheet]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return list(every_product_sheet(connection, statuses=("draft", "active", "archived")))


def create(desk: Desk, **fields: str) -> ProductSheet:
    client = desk.as_role(Role.OWNER)
    form = {
        "wish": str(new_id()),
        "en_name": "Celadon cup",
        "zh_name": "青瓷杯",
        "status": "draft",
        "kind": "physical",
        "tax_class": "standard",
        "option-0-en": "Glaze",
        "option-0-zh": "釉色",
        "option-0-values": "Jade | 玉色\nSnow | 雪白",
        **fields,
    }
    answer = client.post(f"{desk.root}/products/new", data=form)
    assert answer.status_code == 303, re.findall(r"error-summary.*?</div>", answer.text, re.DOTALL)
    (sheet,) = sheets(desk)
    return sheet


def test_a_product_is_made_in_both_languages_with_its_variants(desk: Desk) -> None:
    sheet = create(desk)
    assert {locale: words.name for locale, words in sheet.words.items()} == {
        "en": "Celadon cup",
        "zh": "青瓷杯",
    }
    assert sheet.handle == "celadon-cup"
    assert [variant.choice for variant in sheet.variants] == [("jade",), ("snow",)]


def test_a_saved_product_keeps_its_prices_weights_and_codes(desk: Desk) -> None:
    sheet = create(desk)
    client = desk.as_role(Role.MANAGER)
    page = client.get(f"{desk.root}/products/{sheet.id}").text
    price_fields = re.findall(rf'name="(price-{sheet.variants[0].id}-[0-9a-f-]+)"', page)
    form = {
        "wish": str(new_id()),
        "en_name": "Celadon cup",
        "zh_name": "青瓷杯",
        "status": "active",
        "kind": "physical",
        "tax_class": "standard",
        "handle": sheet.handle,
        "commodity_code": "6911.10",
        "en_customs": "porcelain cup",
        price_fields[0]: "128.50",
    }
    for variant in sheet.variants:
        form[f"sku-{variant.id}"] = f"CUP-{variant.choice[0]}"
        form[f"grams-{variant.id}"] = "240"
        form[f"origin-{variant.id}"] = "cn"
    answer = client.post(f"{desk.root}/products/{sheet.id}", data=form)
    assert answer.status_code == 303
    (saved,) = sheets(desk)
    assert [(v.sku, v.weight_grams, v.origin_country) for v in saved.variants] == [
        ("CUP-jade", 240, "CN"),
        ("CUP-snow", 240, "CN"),
    ]
    assert (saved.status, saved.commodity_code) == ("active", "691110")
    with desk.shop.database.reading(desk.shop.scope) as connection:
        prices = listed_prices(connection, variant_ids=[sheet.variants[0].id])
    assert [price.amount.amount_minor for price in prices] == [12850]


def test_a_faulty_product_is_not_saved_and_keeps_what_was_typed(desk: Desk) -> None:
    sheet = create(desk)
    client = desk.as_role(Role.MANAGER)
    variant = sheet.variants[0]
    form = {
        "wish": str(new_id()),
        "en_name": "Another name",
        "status": "draft",
        "kind": "physical",
        "tax_class": "standard",
        f"sku-{variant.id}": "X",
        f"grams-{variant.id}": "heavy",
    }
    answer = client.post(f"{desk.root}/products/{sheet.id}", data=form)
    assert answer.status_code == 422
    assert "Give the weight in whole grams." in answer.text
    assert 'value="Another name"' in answer.text
    assert 'value="heavy"' in answer.text
    assert sheets(desk)[0].words["en"].name == "Celadon cup"


def hidden(page: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_nobody_overwrites_unread_what_a_colleague_wrote_meanwhile(desk: Desk) -> None:
    sheet = create(desk)
    client = desk.as_role(Role.MANAGER)
    url = f"{desk.root}/products/{sheet.id}"
    first = {
        "seal": hidden(client.get(url).text, "seal"),
        "status": "draft",
        "kind": "physical",
        "tax_class": "standard",
        "handle": sheet.handle,
        "en_name": "Celadon cup",
        "zh_name": "青瓷杯",
        "en_care": "",
    }
    for variant in sheet.variants:
        first |= {f"sku-{variant.id}": variant.sku, f"grams-{variant.id}": ""}
    heavy = {f"grams-{sheet.variants[0].id}": "240", "en_care": "By hand", "en_name": "Jade cup"}
    written = client.post(url, data={**first, **heavy, "wish": str(new_id())})
    assert written.status_code == 303
    mine = {"zh_name": "青瓷茶杯", "en_name": "Tea cup", "wish": str(new_id())}
    answer = client.post(url, data={**first, **mine})
    assert answer.status_code == 409
    assert sheets(desk)[0].words["zh"].name == "青瓷杯"
    told = answer.text[: answer.text.index('id="words"')]
    for line in ("Weight of", "240", "By hand", "Jade cup", "Tea cup"):
        assert line in told
    for kept in ('value="青瓷茶杯"', 'value="Tea cup"', 'value="By hand"', 'value="240"'):
        assert kept in answer.text
    again = {name: hidden(answer.text, name) for name in ("seal", "wish")}
    whole = {**first, **heavy, **mine, **again}
    assert client.post(url, data=whole).status_code == 303
    (kept_sheet,) = sheets(desk)
    assert kept_sheet.words["en"].name == "Tea cup"
    assert kept_sheet.variants[0].weight_grams == 240


def test_a_picture_is_kept_and_a_hostile_file_refused_with_a_sentence(desk: Desk) -> None:
    sheet = create(desk)
    client = desk.as_role(Role.MANAGER)
    good = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(good, "PNG")
    files = [
        (io.BytesIO(good.getvalue()), "cup.png"),
        (io.BytesIO(b"<svg onload=alert(1)>"), "evil.png"),
    ]
    page = client.get(f"{desk.root}/products/{sheet.id}").text
    answer = client.post(
        f"{desk.root}/products/{sheet.id}",
        data={**sent_by(page, "product-form"), "pictures": files},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert "evil.png" in answer.text
    assert "1 picture added." in answer.text
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (picture,) = pictures_of(connection, product_id=sheet.id, locale="en")
    assert picture.state == "ready"
    moved = client.post(
        f"{desk.root}/products/{sheet.id}/pictures/{picture.id}", data={"do": "remove"}
    )
    assert moved.status_code == 303
    assert not list((desk.var / "media").rglob("*.webp"))


def test_many_products_are_published_at_once(desk: Desk) -> None:
    sheet = create(desk)
    client = desk.as_role(Role.MANAGER)
    for _again in range(2):
        client.post(f"{desk.root}/products/", data={"do": "publish", "product": [str(sheet.id)]})
    assert sheets(desk)[0].status == "active"
    stock_many(desk, 41)
    page = client.get(f"{desk.root}/products/?sort=name").text
    assert "42 products" in page
    assert 'href="/desk/porcelain-road/products/?sort=name&amp;page=2"' in page
    assert names(page)[:3] == ["Celadon cup", "Mug 00", "Mug 01"]
    assert names(client.get(f"{desk.root}/products/?sort=-name").text)[0] == "Mug 40"
    assert names(client.get(f"{desk.root}/products/?sort=-name&page=2").text)[-1] == "Celadon cup"
    for sort in ("price", "-stock", "changed", "no such"):
        assert len(names(client.get(f"{desk.root}/products/?sort={sort}").text)) == 40
    found = {"do": "archive", "every": "found", "q": "mug"}
    told = client.post(f"{desk.root}/products/", data=found, follow_redirects=True).text
    assert "41 products changed." in told
    assert Counter(each.status for each in sheets(desk)) == {"archived": 41, "active": 1}


def test_more_than_a_page_waits_for_are_changed_batch_by_batch(desk: Desk) -> None:
    stock_many(desk, 205)
    found = {"do": "withdraw", "every": "found", "state": "active"}
    client = desk.as_role(Role.MANAGER)
    told = client.post(f"{desk.root}/products/", data=found, follow_redirects=True).text
    assert "They are many" in told
    assert {each.status for each in sheets(desk)} == {"active"}
    work = Straight(desk.shop.database, read_settings({}), Parts([]))
    set_statuses_of_all.run(
        work,
        merchant_id=str(desk.shop.merchant.id),
        status="draft",
        statuses="active",
        words="",
        category="",
    )
    assert Counter(each.status for each in sheets(desk)) == {"draft": 205}


def names(page: str) -> list[str]:
    """Return the products of a list, row by row."""
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)


def stock_many(desk: Desk, number: int) -> None:
    many = [
        ProductSheet(
            id=new_id(),
            handle=f"mug-{at:02}",
            words={"en": Words(name=f"Mug {at:02}")},
            variants=(VariantSheet(id=new_id(), sku=f"MUG-{at:02}"),),
            status="active",
        )
        for at in range(number)
    ]
    with desk.shop.database.transaction(desk.shop.scope) as session:
        put_products(session, merchant_id=desk.shop.merchant.id, sheets=many)


def test_a_file_is_looked_at_imported_by_the_worker_and_taken_back(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    sent = client.post(
        f"{desk.root}/products/import/",
        data={"file": (io.BytesIO(SHEET.encode()), "tea.csv"), "locale": "en"},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    seen = client.get(sent.headers["Location"]).text
    assert "Oolong" in seen
    assert "Variant Price" in seen
    assert sheets(desk) == []
    upload = sent.headers["Location"].rpartition("/")[2]
    errors = client.get(f"{desk.root}/products/import/file/{upload}/errors")
    assert b"PU-1" in errors.data
    assert b"OO-1" not in errors.data
    assert client.post(f"{desk.root}/products/import/file/{upload}").status_code == 303
    assert (
        "begins in a moment"
        in client.get(f"{desk.root}/products/import/file/{upload}/progress").text
    )
    merchant = str(desk.shop.merchant.id)
    settings = read_settings({"QUAYSIDE_VAR": str(desk.var), "QUAYSIDE_SECRET": "s" * 40})
    work = Straight(database=desk.shop.database, settings=settings, parts=Parts([]))
    run_import.run(work, merchant_id=merchant, upload_id=upload, actor_id=str(new_id()))
    assert [sheet.handle for sheet in sheets(desk)] == ["oolong"]
    result = client.get(
        f"{desk.root}/products/import/file/{upload}/progress", follow_redirects=True
    )
    assert "Take the import back" in result.text
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (past,) = past_imports(connection)
    assert client.post(f"{desk.root}/products/import/{past.id}/undo").status_code == 303
    take_import_back.run(
        work, merchant_id=merchant, import_id=str(past.id), actor_id=str(UUID(int=0))
    )
    assert [sheet.status for sheet in sheets(desk)] == ["archived"]


def test_every_dialect_is_exported(desk: Desk) -> None:
    create(desk)
    client = desk.as_role(Role.ACCOUNTANT)
    for dialect in ("shopify", "shopify-legacy", "woocommerce"):
        answer = client.get(f"{desk.root}/products/export/{dialect}")
        assert answer.mimetype == "text/csv"
        assert "Celadon cup" in answer.text


def test_every_word_of_the_desk_is_said_in_chinese() -> None:
    said: set[str] = set()
    for folder in ("commerce/web", "storefront/backoffice", "storefront", "pos"):
        path = ROOT / folder / "translations/zh/LC_MESSAGES/messages.po"
        if path.exists():
            with path.open("rb") as file:
                said |= {
                    message.id if isinstance(message.id, str) else message.id[0]
                    for message in read_po(file)
                    if message.string
                }
    methods = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
    keywords = {"_": None, "lazy_gettext": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(
        ROOT / "storefront/backoffice", methods, {}, keywords=keywords, strip_comment_tags=True
    )
    asked = {entry[2] if isinstance(entry[2], str) else entry[2][0] for entry in found}
    assert len(asked) > 500
    assert asked - said == set()

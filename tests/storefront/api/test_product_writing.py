"""A merchant's programs write whole products, their prices and their pictures."""

import io
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from commerce.catalogue.images import media_folder
from commerce.catalogue.queries import customs_facts, pictures_of
from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.kernel.channel import Channel
from commerce.kernel.ids import new_code, new_id
from commerce.park.permissions import ApiScope
from commerce.pricing.service import create_price_list
from tests.storefront.api.counter import Caller, Counter, done, refused
from tests.storefront.api.test_once import same_program

SIZES = {
    "key": "size",
    "names": {"en": "Size", "zh": "尺寸"},
    "values": [
        {"key": "small", "names": {"en": "Small", "zh": "小"}, "swatch": None},
        {"key": "large", "names": {"en": "Large", "zh": "大"}, "swatch": None},
    ],
}


def document(code: str, **more: Any) -> dict[str, Any]:
    """Return a sound product with two variants, whose SKUs begin with `code`."""
    return {
        "status": "active",
        "vendor": "Longquan Kiln",
        "tags": ["celadon"],
        "commodity_code": "691110",
        "tariff_codes": [
            {"destination": "DE", "code": "6911100090", "source": "broker", "unsure": False}
        ],
        "customs_names": {"en": "Porcelain teapot", "zh": "瓷茶壶"},
        "words": {
            "en": {"name": "Celadon teapot", "story_html": "<p>Fired twice.</p>"},
            "zh": {"name": "青瓷壶", "specification": [{"label": "容量", "value": "200 毫升"}]},
        },
        "options": [SIZES],
        "variants": [
            {
                "sku": f"{code}-S",
                "choice": ["small"],
                "weight_grams": 420,
                "origin_country": "CN",
                "gtin": None,
            },
            {
                "sku": f"{code}-L",
                "choice": ["large"],
                "weight_grams": 900,
                "origin_country": "CN",
                "tariff_codes": [{"destination": "US", "code": "6911103710"}],
            },
        ],
        **more,
    }


@pytest.fixture
def code() -> str:
    return new_code(8)


def path_of(code: str) -> str:
    return f"/products/teapot-{code.lower()}"


def put(
    client: Caller, path: str, body: Any, once: str | None = None, **headers: str
) -> TestResponse:
    return client.call("PUT", path, body, Idempotency_Key=once or str(new_id()), **headers)


def test_a_new_product_is_what_its_document_says(
    counter: Counter, client: Caller, code: str
) -> None:
    answer = put(client, path_of(code), document(code))
    made = done(answer, 201)
    assert answer.headers["Location"].endswith(f"/api/v1{path_of(code)}")
    read = client.get(path_of(code))
    assert done(read) == made
    assert read.headers["ETag"] == answer.headers["ETag"]
    assert not read.headers["ETag"].startswith("W/")
    assert made["words"]["zh"]["specification"] == [{"label": "容量", "value": "200 毫升"}]
    small, large = (UUID(each["id"]) for each in made["variants"])
    with counter.database.reading(counter.shop.scope) as connection:
        codes = {
            country: {
                each.sku[-1]: each.code
                for each in customs_facts(
                    connection, variant_ids=[small, large], destination=country
                ).values()
            }
            for country in ("DE", "US", "FR")
        }
    assert codes == {
        "DE": {"S": "6911100090", "L": "6911100090"},
        "US": {"S": "691110", "L": "6911103710"},
        "FR": {"S": "691110", "L": "691110"},
    }
    shown = done(client.get(f"/shop{path_of(code)}", Accept_Language="zh"))
    assert shown["name"] == "青瓷壶"


def test_what_was_read_can_be_sent_back_and_changes_nothing(client: Caller, code: str) -> None:
    first = put(client, path_of(code), document(code))
    body = done(first, 201)
    again = put(client, path_of(code), body, If_Match=first.headers["ETag"])
    assert done(again) == body
    assert again.headers["ETag"] == first.headers["ETag"]


def test_what_is_read_only_may_be_sent_back_and_not_changed(client: Caller, code: str) -> None:
    body = done(put(client, path_of(code), document(code)), 201)
    body |= {"id": str(new_id()), "handle": "another", "url": "https://shop.example"}
    body["variants"][1]["prices"] = [{"amount": 1}]
    problem = refused(put(client, path_of(code), body, If_Match="*"), 422, "invalid-body")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        (pointer, "read-only") for pointer in ("/id", "/handle", "/url", "/variants/1/prices")
    ]


def test_what_the_document_leaves_out_is_gone(client: Caller, code: str) -> None:
    made = done(put(client, path_of(code), document(code)), 201)
    body = document(code, tags=[], tariff_codes=[], customs_names={}, commodity_code=None)
    body["variants"] = body["variants"][:1]
    del body["words"]["zh"]
    changed = done(put(client, path_of(code), body, If_Match="*"))
    assert [each["id"] for each in changed["variants"]] == [made["variants"][0]["id"]]
    assert (changed["tags"], changed["tariff_codes"], changed["commodity_code"]) == ([], [], None)
    assert list(changed["words"]) == ["en"]


def test_a_variant_keeps_its_stock_under_another_sku(client: Caller, code: str) -> None:
    made = done(put(client, path_of(code), document(code)), 201)
    body = done(client.get(path_of(code)))
    body["variants"][0]["sku"] = f"{code}-XS"
    changed = done(put(client, path_of(code), body, If_Match="*"))
    assert changed["variants"][0]["id"] == made["variants"][0]["id"]
    del body["variants"][0]["id"]
    body["variants"][0]["sku"] = f"{code}-XXS"
    replaced = done(put(client, path_of(code), body, If_Match="*"))
    assert replaced["variants"][0]["id"] != made["variants"][0]["id"]


def test_an_archived_product_is_not_for_sale(client: Caller, code: str) -> None:
    done(put(client, path_of(code), document(code)), 201)
    done(put(client, path_of(code), document(code, status="archived"), If_Match="*"))
    refused(client.get(f"/shop{path_of(code)}"), 404, "product-not-found")
    assert done(client.get(path_of(code)))["status"] == "archived"


def test_nobody_overwrites_what_another_program_has_changed(client: Caller, code: str) -> None:
    tag = put(client, path_of(code), document(code)).headers["ETag"]
    other = document(code, vendor="Dehua Kiln")
    newer = put(client, path_of(code), other, If_Match=tag).headers["ETag"]
    mine = document(code, vendor="Jingdezhen Kiln")
    refused(put(client, path_of(code), mine, If_Match=tag), 412, "precondition-failed")
    refused(put(client, path_of(code), mine), 428, "precondition-needed")
    refused(put(client, path_of(code), mine, If_None_Match="*"), 412, "already-there")
    assert done(client.get(path_of(code)))["vendor"] == "Dehua Kiln"
    assert done(put(client, path_of(code), mine, If_Match=newer))["vendor"] == "Jingdezhen Kiln"


def test_reading_overwrites_nothing_whatever_tag_comes(client: Caller, code: str) -> None:
    done(put(client, path_of(code), document(code)), 201)
    done(client.get(path_of(code), If_Match='"of-yesterday"'))


def test_what_is_not_there_is_not_replaced(client: Caller, code: str) -> None:
    gone = put(client, path_of(code), document(code), If_Match="*")
    refused(gone, 412, "precondition-failed")
    refused(client.get(path_of(code)), 404, "product-not-found")
    assert put(client, path_of(code), document(code), If_None_Match="*").status_code == 201


def test_of_programs_that_change_at_once_one_wins_and_the_others_learn_it(
    counter: Counter, client: Caller, code: str
) -> None:
    tag = put(client, path_of(code), document(code)).headers["ETag"]
    gate, answers = Barrier(4), list[int]()

    def send(caller: Caller, vendor: str) -> None:
        gate.wait(timeout=10)
        body = document(code, vendor=vendor)
        answers.append(put(caller, path_of(code), body, If_Match=tag).status_code)

    threads = [
        Thread(target=send, args=(same_program(counter, client), f"Kiln {n}")) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412, 412, 412]


def test_the_same_call_again_is_answered_alike_though_its_tag_is_old(
    client: Caller, code: str
) -> None:
    tag = put(client, path_of(code), document(code)).headers["ETag"]
    body = document(code, vendor="Dehua Kiln")
    first = put(client, path_of(code), body, If_Match=tag, once=f"change {code}")
    again = put(client, path_of(code), body, If_Match=tag, once=f"change {code}")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_a_product_moves_into_a_category(counter: Counter, client: Caller, code: str) -> None:
    path = f"pots-{code.lower()}"
    with counter.database.transaction(counter.shop.scope) as session:
        texts = {"en": CategoryText("Pots")}
        create_category(session, merchant_id=counter.shop.merchant.id, path=path, texts=texts)
    done(put(client, path_of(code), document(code, categories=[path])), 201)
    (found,) = done(client.get(f"/shop/products?category={path}"))["items"]
    assert found["url"] == f"/api/v1/shop{path_of(code)}"


@pytest.mark.parametrize(
    ("spoil", "problem", "pointer"),
    [
        ({"tax_class": "unheard-of"}, "invalid-body", "/tax_class"),
        ({"words": {}}, "invalid-body", "/words"),
        ({"words": {"en": {"name": ""}}}, "invalid-body", "/words/en/name"),
        ({"commodity_code": "69.11"}, "invalid-body", "/commodity_code"),
        ({"options": []}, "invalid-product", "/variants/0/choice"),
        (
            {"variants": [{"sku": "A", "choice": ["small"], "gtin": "4006381333932"}]},
            "invalid-product",
            "/variants/0/gtin",
        ),
        (
            {"variants": [{"sku": "A", "choice": ["small"], "id": str(UUID(int=7))}]},
            "invalid-body",
            "/variants/0/id",
        ),
        (
            {"tariff_codes": [{"destination": "DE", "code": "691110"}] * 2},
            "invalid-body",
            "/tariff_codes/1/destination",
        ),
        ({"variants": [{"sku": "A", "price": 1}]}, "invalid-body", "/variants/0/price"),
    ],
)
def test_every_fault_is_pointed_at(
    client: Caller, code: str, spoil: dict[str, Any], problem: str, pointer: str
) -> None:
    told = refused(put(client, path_of(code), document(code, **spoil)), 422, problem)
    assert pointer in {each["pointer"] for each in told["errors"]}
    refused(client.get(path_of(code)), 404, "product-not-found")


def test_a_handle_is_kept_in_small_letters(client: Caller, code: str) -> None:
    made = done(put(client, f"/products/TeaPot-{code}", document(code)), 201)
    assert made["handle"] == f"teapot-{code.lower()}"
    refused(put(client, f"/products/TEAPOT-{code}", document(code)), 428, "precondition-needed")


def test_prices_are_set_list_by_list(counter: Counter, client: Caller, code: str) -> None:
    done(put(client, path_of(code), document(code)), 201)
    with counter.database.transaction(counter.shop.scope) as session:
        create_price_list(
            session,
            merchant_id=counter.shop.merchant.id,
            code=f"usd-{code.lower()}",
            name="Abroad",
            name_zh="海外",
            currency="USD",
            includes_tax=False,
            channel=Channel.API,
        )
    base = {
        "prices": [
            {
                "sku": f"{code}-{size}",
                "amount": {"amount_minor": minor, "currency": "CNY"},
                "compare_at": {"amount_minor": minor + 1, "currency": "CNY"},
            }
            for size, minor in (("S", 10000), ("L", 20000))
        ]
    }
    done(put(client, f"{path_of(code)}/prices", base, If_Match="*"))
    abroad = {
        "price_list": f"usd-{code.lower()}",
        "prices": [{"sku": f"{code}-S", "amount": {"amount_minor": 1900, "currency": "USD"}}],
    }
    priced = done(put(client, f"{path_of(code)}/prices", abroad, If_Match="*"))
    lists = {each["id"]: each for each in done(client.get("/price-lists"))["items"]}
    told = {
        (variant["sku"][-1], lists[price["price_list_id"]]["currency"]): price["amount"][
            "amount_minor"
        ]
        for variant in priced["variants"]
        for price in variant["prices"]
    }
    assert told == {("S", "CNY"): 10000, ("L", "CNY"): 20000, ("S", "USD"): 1900}
    base["prices"] = base["prices"][:1]
    less = done(put(client, f"{path_of(code)}/prices", base, If_Match="*"))
    assert [len(variant["prices"]) for variant in less["variants"]] == [2, 0]


def test_prices_are_not_overwritten_unread(client: Caller, code: str) -> None:
    tag = put(client, path_of(code), document(code)).headers["ETag"]
    body = {"prices": [{"sku": f"{code}-S", "amount": {"amount_minor": 1, "currency": "CNY"}}]}
    path = f"{path_of(code)}/prices"
    refused(put(client, path, body), 428, "precondition-needed")
    newer = put(client, path, body, If_Match=tag)
    assert newer.status_code == 200
    refused(put(client, path, body, If_Match=tag), 412, "precondition-failed")
    assert newer.headers["ETag"] == client.get(path_of(code)).headers["ETag"]


def test_a_price_that_cannot_stand_is_pointed_at(client: Caller, code: str) -> None:
    done(put(client, path_of(code), document(code)), 201)
    line = {"sku": f"{code}-S", "amount": {"amount_minor": 500, "currency": "USD"}}
    former = {"amount_minor": 500, "currency": "CNY"}
    body = {"prices": [line, {**line, "compare_at": former}]}
    told = refused(put(client, f"{path_of(code)}/prices", body, If_Match="*"), 422, "invalid-body")
    assert [(each["pointer"], each["code"]) for each in told["errors"]] == [
        ("/prices/0/amount/currency", "currency"),
        ("/prices/1", "twice"),
        ("/prices/1/amount/currency", "currency"),
        ("/prices/1/compare_at/amount_minor", "too-small"),
    ]


def test_a_price_is_of_the_products_own_goods(client: Caller, code: str) -> None:
    done(put(client, path_of(code), document(code)), 201)
    stranger = new_code(8)
    done(put(client, path_of(stranger), document(stranger)), 201)
    line = {"sku": f"{stranger}-S", "amount": {"amount_minor": 1, "currency": "CNY"}}
    answer = put(client, f"{path_of(code)}/prices", {"prices": [line]}, If_Match="*")
    told = refused(answer, 404, "variant-not-found")
    assert [each["pointer"] for each in told["errors"]] == ["/prices/0"]


def drawn(colour: str = "teal", form: str = "PNG") -> bytes:
    """Return a small picture."""
    written = io.BytesIO()
    Image.new("RGB", (400, 500), colour).save(written, form)
    return written.getvalue()


def upload(
    client: Caller, path: str, content: bytes, name: str = "pot.png", once: str = "", **fields: str
) -> TestResponse:
    return client.http.post(
        f"/api/v1{path}/media",
        data={"picture": (io.BytesIO(content), name), **fields},
        headers={
            "Authorization": f"Bearer {client.key}",
            "Idempotency-Key": once or str(new_id()),
        },
    )


def files(counter: Counter) -> set[str]:
    folder = media_folder(counter.app.extensions["quayside"].settings.var, counter.shop.merchant.id)
    return {each.name for each in folder.iterdir()} if folder.exists() else set()


def test_a_picture_hangs_at_once(counter: Counter, client: Caller, code: str) -> None:
    product = done(put(client, path_of(code), document(code)), 201)
    added = done(upload(client, path_of(code), drawn(), alt_en="A teapot", sku=f"{code}-L"), 201)
    assert (added["width"], added["height"]) == (400, 500)
    with counter.database.reading(counter.shop.scope) as connection:
        (shown,) = pictures_of(connection, product_id=UUID(product["id"]), locale="en")
    assert (shown.state, shown.alt) == ("ready", "A teapot")
    assert shown.variant_id == UUID(product["variants"][1]["id"])
    (picture,) = done(client.get(f"/shop{path_of(code)}"))["pictures"]
    assert picture["url"] == added["url"]


def test_a_picture_that_is_sent_again_hangs_once(
    counter: Counter, client: Caller, code: str
) -> None:
    done(put(client, path_of(code), document(code)), 201)
    first = upload(client, path_of(code), drawn(), once=f"pot {code}")
    kept = files(counter)
    again = upload(client, path_of(code), drawn(), once=f"pot {code}")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.data == first.data
    assert files(counter) == kept
    other = upload(client, path_of(code), drawn("red"), once=f"pot {code}")
    refused(other, 422, "idempotency-key-reused")
    assert files(counter) == kept


@pytest.mark.parametrize(
    ("sent", "status", "problem"),
    [
        ((b"<svg onload=alert(1)>", "pot.png"), 415, "image-format"),
        ((drawn(), "pot.jpg"), 415, "image-name"),
        ((drawn()[:200], "pot.png"), 422, "image-damaged"),
    ],
)
def test_what_is_no_picture_leaves_nothing_behind(
    counter: Counter, client: Caller, sent: tuple[bytes, str], status: int, problem: str
) -> None:
    code = new_code(8)
    done(put(client, path_of(code), document(code)), 201)
    before = files(counter)
    refused(upload(client, path_of(code), *sent), status, problem)
    assert files(counter) == before


def test_a_form_without_a_file_is_told_so(client: Caller, code: str) -> None:
    done(put(client, path_of(code), document(code)), 201)
    path = f"{path_of(code)}/media"
    refused(client.post(path, {"picture": "x"}), 415, "form-needed")
    answer = client.http.post(
        f"/api/v1{path}",
        data={"picture": "no file", "alt_en": "x"},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {client.key}", "Idempotency-Key": str(new_id())},
    )
    told = refused(answer, 422, "invalid-body")
    assert [(each["pointer"], each["code"]) for each in told["errors"]] == [("/picture", "file")]


def test_only_a_key_for_changes_changes_products(
    counter: Counter, client: Caller, code: str
) -> None:
    done(put(client, path_of(code), document(code)), 201)
    reader = counter.client(ApiScope.READ_PRODUCTS, ApiScope.WRITE_ORDERS)
    refused(put(reader, path_of(code), document(code), If_Match="*"), 403, "missing-scope")
    refused(
        put(reader, f"{path_of(code)}/prices", {"prices": []}, If_Match="*"), 403, "missing-scope"
    )
    refused(upload(reader, path_of(code), drawn()), 403, "missing-scope")

"""A till's printer at the desk: none, in the network, and how it writes."""

from typing import Any

import pytest

from commerce.park.permissions import Role
from commerce.registers.queries import registers
from commerce.registers.service import set_reader
from tests.storefront.desk import Desk
from tests.support.tills import counter_in

FORM = {"kind": "network", "host": "192.168.7.40", "port": "9100", "text": "", "columns": "48"}


def printer_after(desk: Desk, **changed: str) -> dict[str, Any]:
    till = counter_in(desk.shop)
    client = desk.as_role(Role.OWNER)
    page = f"{desk.root}/stores/tills/{till}"
    assert client.post(f"{page}/printer", data={**FORM, **changed}).status_code == 303
    assert client.get(page).status_code == 200
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return next(each.printer for each in registers(connection) if each.id == till)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"kind": "none"}, {}),
        ({"kind": "file"}, {"kind": "file", "columns": 48}),
        (
            {"text": "gb18030", "columns": "32"},
            {
                "kind": "network",
                "host": "192.168.7.40",
                "port": 9100,
                "text": "gb18030",
                "columns": 32,
            },
        ),
    ],
)
def test_what_a_till_keeps_of_its_printer(
    desk: Desk, changed: dict[str, str], kept: dict[str, Any]
) -> None:
    assert printer_after(desk, **changed) == kept


def test_a_till_is_given_the_reader_beside_it_and_any_again(desk: Desk) -> None:
    till, client = counter_in(desk.shop), desk.as_role(Role.OWNER)
    page = f"{desk.root}/stores/tills/{till}"
    assert "No card reader answers" in client.get(f"{page}/reader").text
    assert client.post(f"{page}/reader", data={"reader": "nobody’s"}).status_code == 422
    beside = {"plugin": "", "id": "r1", "label": "By the door"}
    with desk.shop.database.transaction(desk.shop.scope) as session:
        set_reader(session, merchant_id=desk.shop.merchant.id, register_id=till, reader=beside)
    assert "By the door" in client.get(page).text
    assert client.post(f"{page}/reader", data={"reader": "r1"}).status_code == 303
    assert "By the door" in client.get(page).text
    assert client.post(f"{page}/reader", data={"reader": ""}).status_code == 303
    assert "By the door" not in client.get(page).text


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", "9100"), ("192.168.7.40", "5432")])
def test_a_printer_is_not_set_up_where_none_may_stand(desk: Desk, host: str, port: str) -> None:
    till = counter_in(desk.shop)
    page = f"{desk.root}/stores/tills/{till}/printer"
    refused = desk.as_role(Role.OWNER).post(page, data={**FORM, "host": host, "port": port})
    assert refused.status_code == 422
    assert "10.0.0.0/8" in refused.text

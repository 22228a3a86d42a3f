"""A till's printer at the desk: none, in the network, and how it writes."""

from typing import Any

import pytest

from commerce.park.permissions import Role
from commerce.registers.queries import registers
from tests.storefront.desk import Desk
from tests.support.tills import counter_in

FORM = {"kind": "network", "host": "192.0.2.40", "port": "9100", "text": "", "columns": "48"}


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
                "host": "192.0.2.40",
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

"""Cash at the desk: on until the owner says otherwise, and the box tells the truth."""

import re

from commerce.park.permissions import Role
from commerce.registers.tenders import takes_cash
from tests.storefront.desk import Desk


def is_ticked(page: str) -> bool:
    (box,) = re.findall(r"<input[^>]*name=\"enabled\"[^>]*>", page)
    return "checked" in box


def test_the_box_says_what_the_tills_do(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    url = f"{desk.root}/settings/payments"
    for sent, taken in (({}, False), ({"enabled": "on"}, True)):
        with desk.shop.database.reading(desk.shop.scope) as connection:
            before = takes_cash(connection)
        assert before is is_ticked(client.get(url).text) is not taken
        assert client.post(url, data=sent).status_code == 303
        assert is_ticked(client.get(url).text) is taken

"""The settings page of a plugin speaks the plugin's own words in the page's language."""

import re
import socket

import pytest

from commerce.park.permissions import Role
from commerce.payments.queries import method_by_plugin
from commerce.plugins.registry import Registry
from tests.storefront.desk import Desk


@pytest.mark.parametrize("plugin", ["stripe", "sandbox-card", "sandbox-reader"])
def test_every_installed_plugin_says_its_settings_in_both_languages(
    desk: Desk, plugin: str
) -> None:
    client = desk.as_role(Role.OWNER)
    manifest = next(
        each
        for each in desk.app.extensions["quayside"].part(Registry).manifests
        if each.id == plugin
    )
    for language in ("en", "zh"):
        client.get(f"/language/{language}")
        page = client.get(f"{desk.root}/settings/payments/{plugin}").text
        for about in manifest.settings_schema["properties"].values():
            words = about if language == "en" else about["x-words"]["zh"]
            assert words["title"] in page
            assert words["description"].replace("'", "&#39;") in page


def test_what_a_plugin_refuses_is_said_in_the_language_of_the_page(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    client.get("/language/zh")
    form = {"api_key": "short"}
    page = client.post(f"{desk.root}/settings/payments/sandbox-card", data=form)
    assert page.status_code == 422
    refusals = re.findall(r'id="api_key-error".*?<span>(.*?)</span>', page.text, re.DOTALL)
    assert len(refusals) == 1
    assert re.search("[\u4e00-\u9fff]", refusals[0])


@pytest.mark.parametrize("plugin", ["stripe", "sandbox-card", "sandbox-reader"])
def test_a_merchant_cannot_choose_where_the_server_connects_to(desk: Desk, plugin: str) -> None:
    client = desk.as_role(Role.OWNER)
    page = f"{desk.root}/settings/payments/{plugin}"
    key = "secret_key" if plugin == "stripe" else "api_key"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}?x="
        form = {key: "sk_test_a-long-random-key", "address": address, "enabled": "on"}
        assert client.post(page, data=form).status_code == 303
        if plugin != "stripe":  # its own address is outside
            assert client.post(f"{page}/test").status_code == 303
        with pytest.raises(BlockingIOError):
            listener.accept()
    with desk.shop.database.reading(desk.shop.scope) as connection:
        kept = method_by_plugin(connection, plugin=plugin)
    assert kept is not None
    assert address not in kept.settings.values()


def test_a_way_to_pay_that_is_switched_off_stays_off(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    page = f"{desk.root}/settings/payments/stripe"
    form = {"secret_key": "sk_test_a-long-random-key", "alipay": "on", "enabled": "on"}
    assert client.post(page, data=form).status_code == 303
    boxes = dict(re.findall(r'name="(link|alipay|wechat_pay)"([^>]*)>', client.get(page).text))
    assert {name for name, rest in boxes.items() if "checked" in rest} == {"alipay"}

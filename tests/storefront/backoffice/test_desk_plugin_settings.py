"""The settings page of a plugin speaks the plugin's own words in the page's language."""

import re

import pytest

from commerce.park.permissions import Role
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
    form = {"api_key": "short", "address": "nowhere"}
    page = client.post(f"{desk.root}/settings/payments/sandbox-card", data=form)
    assert page.status_code == 422
    refusals = re.findall(
        r'id="(?:api_key|address)-error".*?<span>(.*?)</span>', page.text, re.DOTALL
    )
    assert len(refusals) == 2
    assert all(re.search("[\u4e00-\u9fff]", each) for each in refusals)

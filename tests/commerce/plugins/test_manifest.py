"""What a plugin says of itself, and the settings a merchant gives it."""

from typing import Annotated

import pytest
from pydantic import Field, SecretStr

from commerce.plugins.errors import PluginSettingsRefusedError
from commerce.plugins.manifest import Manifest, PluginKind, PluginSettings, SettingWords
from commerce.plugins.wording import Wording


class Keys(PluginSettings):
    account: str = Field(min_length=3, title="Account")
    key: SecretStr
    spare_key: SecretStr | None = None


def a_manifest(**facts: object) -> Manifest:
    usual: dict[str, object] = {
        "id": "harbour-pay",
        "version": "1.0.0",
        "kinds": frozenset({PluginKind.PAYMENT}),
        "name": Wording("Harbour Pay", "港付"),
        "settings": Keys,
    }
    return Manifest(**(usual | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts",
    [
        {"id": "Harbour Pay"},
        {"id": ""},
        {"version": "1.0"},
        {"version": "01.0.0"},
        {"kinds": frozenset()},
        {"countries": frozenset({"CHN"})},
        {"currencies": frozenset({"yuan"})},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"harbour-pay|Harbour Pay|''"):
        a_manifest(**facts)


def test_settings_are_described_as_json_schema() -> None:
    schema = a_manifest().settings_schema

    assert schema["properties"]["account"] == {
        "minLength": 3,
        "title": "Account",
        "type": "string",
    }
    assert schema["properties"]["key"]["writeOnly"] is True
    assert a_manifest().secrets == {"key", "spare_key"}


def test_settings_are_split_into_what_may_be_read_and_what_is_sealed() -> None:
    manifest = a_manifest()
    settings = manifest.read_settings({"account": "pr-1", "key": "sk_1"})

    open_part, sealed_part = manifest.split_settings(settings)

    assert open_part == {"account": "pr-1"}
    assert sealed_part == {"key": "sk_1"}
    assert manifest.read_settings(open_part | sealed_part) == settings
    assert "sk_1" not in repr(settings)


def test_every_setting_at_fault_is_named_and_no_value_is_repeated() -> None:
    with pytest.raises(PluginSettingsRefusedError) as refusal:
        a_manifest().read_settings({"account": "x", "key": ["sk_secret"]})

    assert {problem.pointer for problem in refusal.value.problems} == {"/account", "/key"}
    assert "sk_secret" not in "".join(map(str, refusal.value.problems))


def test_a_plugin_serves_its_countries_and_currencies() -> None:
    choosy = a_manifest(countries=frozenset({"CN"}), currencies=frozenset({"CNY", "USD"}))

    assert choosy.serves(country="CN", currency="USD")
    assert not choosy.serves(country="DE", currency="USD")
    assert not choosy.serves(country="CN", currency="EUR")
    assert a_manifest().serves(country="BR", currency="BRL")


class Spoken(PluginSettings):
    address: Annotated[
        str, SettingWords(Wording("Address", "地址"), Wording("Where it answers.", "服务网址。"))
    ] = Field(default="", pattern="^https://")
    key: Annotated[SecretStr, SettingWords(Wording("Key", "密钥"))]


def test_a_plugin_brings_the_words_of_its_settings_in_every_language() -> None:
    manifest = a_manifest(settings=Spoken)
    fields = manifest.settings_schema["properties"]
    assert (fields["address"]["title"], fields["address"]["description"]) == (
        "Address",
        "Where it answers.",
    )
    assert fields["address"]["x-words"]["zh"] == {"title": "地址", "description": "服务网址。"}
    assert fields["address"]["pattern"] == "^https://"
    assert fields["key"]["x-words"]["zh"] == {"title": "密钥"}
    assert manifest.secrets == {"key"}


def test_what_an_earlier_version_kept_under_a_name_that_is_gone_is_left_out() -> None:
    manifest = a_manifest(settings=Spoken)
    read = manifest.read_settings({"key": "k", "endpoint": "http://169.254.169.254"})
    assert manifest.split_settings(read) == ({"address": ""}, {"key": "k"})

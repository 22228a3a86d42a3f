"""The form about a plugin, made from the plugin's own schema; its secrets are never shown again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from wtforms import BooleanField, StringField

from commerce.plugins.manifest import Manifest
from storefront.backoffice.forms import DeskForm
from storefront.backoffice.settings.wording import spoken

ENABLED = "enabled"


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a plugin's settings, as the page draws it."""

    name: str
    label: str
    hint: str
    value: str
    error: str
    secret: bool
    is_set: bool
    required: bool
    kind: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """How a merchant has set up a plugin."""

    enabled: bool
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PluginForm:
    """The settings of one plugin; `switch` is what its box says, `kept` is None before the first."""

    manifest: Manifest
    kept: Kept | None
    switch: str

    @property
    def kind(self) -> type[DeskForm]:
        """The form that the schema asks for; secrets are never shown, so not in it."""
        fields: dict[str, Any] = {ENABLED: BooleanField(self.switch)}
        for name, about in self._schema.items():
            if name not in self.manifest.secrets:
                kind = BooleanField if about.get("type") == "boolean" else StringField
                fields[name] = kind(spoken(about).get("title", name))
        return type("PluginForm", (DeskForm,), fields)

    def standing(self) -> DeskForm:
        """Return the form as the plugin is set up, or as it begins."""
        kept: dict[str, Any] = {ENABLED: self.kept is None or self.kept.enabled}
        for name, about in self._schema.items():
            if name not in self.manifest.secrets:
                value = self.kept.settings.get(name, "") if self.kept else ""
                # A box that was left blank stays blank, whatever it begins with.
                kept[name] = about.get("default", "") if value == "" else value
        return self.kind(data=kept)

    def typed(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what was typed, checked: what anybody may read, and what is to be sealed.

        A secret that is left empty stays as it is; a box that is not ticked says no.

        Raises:
            PluginSettingsRefusedError: a value is missing or wrong.
        """
        typed = {name: request.form.get(name, "").strip() for name in self._schema}
        given: dict[str, Any] = {name: value for name, value in typed.items() if value}
        for name in self.manifest.secrets & self._secrets.keys():
            given.setdefault(name, self._secrets[name])
        for name, about in self._schema.items():
            if about.get("type") == "boolean":
                given[name] = typed[name] == "on"
        return self.manifest.split_settings(self.manifest.read_settings(given))

    def fields(self, form: DeskForm, errors: Mapping[str, str]) -> list[Setting]:
        """Return the fields as the page draws them."""
        return [self._field(name, about, form, errors) for name, about in self._schema.items()]

    @property
    def _schema(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.manifest.settings_schema.get("properties", {})
        return found

    @property
    def _secrets(self) -> Mapping[str, str]:
        return self.kept.secrets if self.kept else {}

    def _field(
        self, name: str, about: Mapping[str, Any], form: DeskForm, errors: Mapping[str, str]
    ) -> Setting:
        secret = name in self.manifest.secrets
        words = spoken(about)
        return Setting(
            name=name,
            label=words.get("title", name),
            hint=words.get("description", ""),
            value="" if secret else str(form[name].data or ""),
            error=errors.get(name, ""),
            secret=secret,
            is_set=secret and name in self._secrets,
            required=name in self.manifest.settings_schema.get("required", ()),
            kind="check"
            if about.get("type") == "boolean"
            else "select"
            if "enum" in about
            else "text",
            options=tuple((str(each), str(each)) for each in about.get("enum", ())),
        )


def faults_of(fields: list[Setting]) -> list[dict[str, str]]:
    """Return what the summary of errors names."""
    return [
        {"field": each.name, "message": each.error, "label": each.label}
        for each in fields
        if each.error
    ]

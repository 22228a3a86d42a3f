"""What a plugin says of itself before it is ever called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, SecretStr, ValidationError
from pydantic_core import CoreSchema

from commerce.plugins.errors import PluginSettingsRefusedError, SettingProblem
from commerce.plugins.wording import Wording

CONTRACT = 1
"""The version of this contract. It grows when a plugin written for the last one would break."""

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
# Semantic Versioning 2.0.0, without build metadata.
_VERSION = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[0-9A-Za-z.-]+)?")
_CODE = {"countries": re.compile(r"[A-Z]{2}"), "currencies": re.compile(r"[A-Z]{3}")}


class PluginKind(StrEnum):
    """What a plugin can be asked to do."""

    PAYMENT = "payment"
    TERMINAL = "terminal"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class SettingWords:
    """What the settings page calls a field, in every language: `Annotated[str, SettingWords(...)]`.

    In the JSON Schema English stands as `title` and `description`, the others under `x-words`.
    """

    label: Wording
    help: Wording | None = None

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add the words to the field's schema."""
        told = handler(schema)
        told["title"] = self.label.en
        chinese = {"title": self.label.zh}
        if self.help is not None:
            told["description"] = self.help.en
            chinese["description"] = self.help.zh
        told["x-words"] = {"zh": chinese}
        return told


class PluginSettings(BaseModel):
    """What a merchant configures. Subclasses declare fields; `SecretStr` marks what is sealed.

    Each field brings its own words: `shop: Annotated[str, SettingWords(label, help)] = ""`.

    Keys and names belong here, never where a provider answers: the server would connect to whatever
    a merchant writes there. An address is fixed, or comes from the environment (`Hooks`). What an
    earlier version of a plugin kept under a name that is gone is left out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A plugin's public description; checked when it is made.

    Attributes:
        id: kebab-case and unique; payments and settings name the plugin by it for ever.
        version: the plugin's own, by Semantic Versioning.
        contract: the version of the contract it was written for.
        kinds: what it can be asked to do.
        name: how merchants and shoppers know it.
        settings: model of what a merchant configures.
        countries: ISO 3166-1 alpha-2 of merchants it serves; empty means everywhere.
        currencies: ISO 4217 it can take; empty means any.
        cannot_do: what a merchant must know before she chooses it, a sentence each.
        sandbox: whether no real money or goods move.
        webhooks: whether it tells us of changes by itself.
        accounts: the provider's own name, if the park has the keys and each merchant an account of
            its own under them (`commerce.plugins.accounts`); its messages come to one address.
        refusals: what its codes mean, for whoever reads them later and in whichever language:
            the codes of `Refused` and of `PaymentSnapshot.refusal`.
    """

    id: str
    version: str
    kinds: frozenset[PluginKind]
    name: Wording
    settings: type[PluginSettings]
    contract: int = CONTRACT
    countries: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    cannot_do: tuple[Wording, ...] = ()
    sandbox: bool = False
    webhooks: bool = False
    accounts: str = ""
    refusals: Mapping[str, Wording] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"plugin id {self.id!r} is not kebab-case")
        if not _VERSION.fullmatch(self.version):
            raise ValueError(f"version {self.version!r} of {self.id} is not a semantic version")
        if not self.kinds:
            raise ValueError(f"plugin {self.id} can do nothing")
        for name, pattern in _CODE.items():
            odd = [code for code in getattr(self, name) if not pattern.fullmatch(code)]
            if odd:
                raise ValueError(f"{name} of {self.id} hold {odd}")

    def serves(self, *, country: str, currency: str) -> bool:
        """Whether a merchant of `country` can take `currency` with it."""
        return (not self.countries or country in self.countries) and (
            not self.currencies or currency in self.currencies
        )

    @property
    def settings_schema(self) -> dict[str, Any]:
        """The settings as JSON Schema (2020-12); a settings page is built from it."""
        return self.settings.model_json_schema()

    @property
    def secrets(self) -> frozenset[str]:
        """Names of the settings that are sealed at rest and never shown again."""
        return frozenset(
            name
            for name, field in self.settings.model_fields.items()
            if "SecretStr" in str(field.annotation)
        )

    def read_settings(self, stored: Mapping[str, Any]) -> PluginSettings:
        """Return `stored` as checked settings.

        Raises:
            PluginSettingsRefusedError: a value is missing or wrong; every field is named.
        """
        try:
            return self.settings.model_validate(dict(stored))
        except ValidationError as error:
            raise PluginSettingsRefusedError(
                [
                    SettingProblem(".".join(map(str, fault["loc"])), fault["msg"], fault["type"])
                    for fault in error.errors(include_url=False, include_input=False)
                ],
                plugin=self.id,
            ) from None

    def split_settings(self, settings: PluginSettings) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return (what anybody may read, what must be sealed), both ready for JSON."""
        open_part = settings.model_dump(mode="json", exclude=set(self.secrets))
        sealed_part = {
            name: value.get_secret_value()
            for name in sorted(self.secrets)
            if isinstance(value := getattr(settings, name), SecretStr)
        }
        return open_part, sealed_part

"""What merchants and stores tell about themselves, in both languages.

The composition root gives `Stories` as a part of the installation. A shop without a story still has
a page: its name, its goods and its stores speak for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.web.services import services


@dataclass(frozen=True, slots=True)
class Said:
    """The same thing said in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the words for `language` ("en" or "zh")."""
        return self.zh if language.startswith("zh") else self.en


NOTHING = Said("", "")


@dataclass(frozen=True, slots=True)
class MerchantStory:
    """One sentence for the top of the shop, and a few more about who stands behind it."""

    tagline: Said
    about: Said


@dataclass(frozen=True, slots=True)
class StoreStory:
    """What a store is like; `touch` says what a visitor can hold, pour or try there.

    `languages` are ISO 639-1 codes of what is spoken.
    """

    about: Said = NOTHING
    touch: tuple[Said, ...] = ()
    languages: tuple[str, ...] = ()
    getting_there: Said = NOTHING


@dataclass(frozen=True, slots=True)
class Stories:
    """Every story: the park's own, the merchants' by slug, the stores' by (slug, location code)."""

    park_name: Said = field(default=Said("Quayside", "码头集市"))
    park_about: Said = field(default=NOTHING)
    merchants: Mapping[str, MerchantStory] = field(default_factory=dict)
    stores: Mapping[tuple[str, str], StoreStory] = field(default_factory=dict)


_UNTOLD = Stories()
_NO_STORE = StoreStory()


def stories() -> Stories:
    """Return the installation's stories, or an empty book when it was given none."""
    try:
        return services().part(Stories)
    except KeyError:
        return _UNTOLD


def story_of_store(slug: str, code: str) -> StoreStory:
    """Return what is told about a store; empty when nothing is."""
    return stories().stores.get((slug, code), _NO_STORE)

"""Words of the demo content, always in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """Say one thing in English and in Simplified Chinese, both written natively."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Describe one product in one language."""

    name: str
    story: str
    specification: tuple[tuple[str, str], ...]
    materials: str = ""
    origin: str = ""
    care: str = ""

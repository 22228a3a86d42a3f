"""Sentences of plugins for people, in the languages the installation speaks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence in English and in Simplified Chinese."""

    en: str
    zh: str

    def spoken(self, locale: str) -> str:
        """Return the sentence for `locale` (BCP 47 or POSIX); English where no other fits."""
        return self.zh if locale.lower().startswith("zh") else self.en

"""Words on the simulators' pages, in both languages of the installation."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Words:
    """One text in English and in Simplified Chinese."""

    en: str
    zh: str

    def spoken(self, language: str) -> str:
        """Return the text in `language`, English where it is not Chinese."""
        return self.zh if language == "zh" else self.en


def page_language(wanted: str | None) -> str:
    """Return `en` or `zh`: what the payment asks for, else what the browser prefers."""
    if wanted:
        return "zh" if wanted.lower().startswith("zh") else "en"
    return request.accept_languages.best_match(["en", "zh"]) or "en"

"""What a plugin's settings page says: the plugin's own words, and its refusals in our sentences."""

from collections.abc import Mapping
from typing import Any

from commerce.plugins.errors import SettingProblem
from commerce.web.languages import language
from storefront.backoffice.speech import gettext as _


def spoken(about: Mapping[str, Any]) -> dict[str, str]:
    """Return title and description of a schema's field in the page's language, else in English."""
    words = {
        name: str(about[name])
        for name in ("title", "description")
        if isinstance(about.get(name), str)
    }
    own = about.get("x-words", {}).get(language(), {})
    return words | {name: str(told) for name, told in own.items() if told}


def said(problem: SettingProblem) -> str:
    """Return what is wrong with a setting and what to do; a plugin's own sentence stays as it is."""
    return {
        "missing": _("Fill in this field."),
        "string_too_short": _("This is too short: copy the whole text."),
        "string_too_long": _("This is too long."),
        "too_short": _("This is too short: copy the whole text."),
        "too_long": _("This is too long."),
        "string_pattern_mismatch": _("This does not look as it should: compare it with the hint."),
        "literal_error": _("Choose one of the list."),
        "enum": _("Choose one of the list."),
        "int_parsing": _("Give a whole number."),
    }.get(problem.kind, problem.reason)

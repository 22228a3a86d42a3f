"""What countries and regions are called."""

from functools import lru_cache

from babel import Locale

# As post, customs and shops of the mainland write them; CLDR has longer and shorter forms side by side.
_IN_CHINESE = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}


@lru_cache(maxsize=1024)
def territory_name(code: str, language: str) -> str:
    """Return what an ISO 3166-1 code is called in `language`; the code itself when nobody named it."""
    if language.startswith("zh") and code in _IN_CHINESE:
        return _IN_CHINESE[code]
    return str(Locale.parse(language).territories.get(code, code))

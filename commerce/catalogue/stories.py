"""Product stories: the little HTML that merchants may write."""

import nh3

_TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "s",
        "small",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    url_schemes=set(_SCHEMES),
    link_rel="noopener noreferrer nofollow",
)


def clean_story(html: str) -> str:
    """Return `html` with only the allowed tags left; cleaning twice changes nothing.

    Scripts, styles, event attributes, pictures and links other than http, https, mailto and tel
    are gone (ASVS v5.0.0-1.3.1). Pictures belong to the gallery, where they are checked.
    """
    # A carriage return would come back from the HTML parser as a line feed.
    unix = html.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return _CLEANER.clean(unix).strip()

"""The story of a product as people write it: paragraphs with an empty line between them.

It is kept as HTML. One that holds more than paragraphs (headings, lists, links: a file brought it)
stands on the form as it is kept, because nothing else would say all of it.
"""

import re
from html import escape, unescape

_PARAGRAPH = re.compile(r"\s*<p>((?:[^<]|<br\s*/?>)*)</p>\s*")
_BREAK = re.compile(r"<br\s*/?>\n?")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def is_formatted(story: str) -> bool:
    """Return whether a story on the form is HTML."""
    return _TAG.search(story) is not None


def shown_story(html: str) -> str:
    """Return a story as the form shows it."""
    paragraphs = _PARAGRAPH.findall(html)
    if _PARAGRAPH.sub("", html) or not paragraphs:
        return html
    told = "\n\n".join(_BREAK.sub("\n", each).strip() for each in paragraphs)
    text = unescape(told)
    return html if is_formatted(text) else text


def kept_story(typed: str) -> str:
    """Return a story as it is kept, of what stands on the form."""
    told = typed.replace("\r\n", "\n").strip()
    if not told or is_formatted(told):
        return told
    paragraphs = (escape(each, quote=False) for each in _BLANK_LINES.split(told))
    return "".join(f"<p>{each.replace(chr(10), '<br>')}</p>" for each in paragraphs)

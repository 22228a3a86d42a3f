from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalogue.stories import clean_story

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<p style='background:url(javascript:alert(1))' onclick=alert(1)>x</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x><base href=//evil><meta http-equiv=refresh>",
    "<template><script>alert(1)</script></template>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "{{7*7}}<b onmouseover=alert(1)>x",
]
ACTING_TAGS = {
    *("script", "img", "svg", "style", "iframe", "object", "embed", "base", "meta", "form"),
    *("math", "template"),
}


class Reader(HTMLParser):
    """Reads markup as a browser does and keeps whatever in it could act."""

    def __init__(self) -> None:
        super().__init__()
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTING_TAGS:
            self.acting.append(tag)
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.acting.append(name)
            if name == "href" and address.startswith(("javascript:", "data:")):
                self.acting.append(address)


def acting_in(markup: str) -> list[str]:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader.acting


@pytest.mark.parametrize("story", HOSTILE[:6])
def test_the_reader_sees_what_acts(story: str) -> None:
    assert acting_in(story)


@pytest.mark.parametrize("story", HOSTILE)
def test_nothing_that_acts_is_left(story: str) -> None:
    cleaned = clean_story(story)
    assert acting_in(cleaned) == []
    assert clean_story(cleaned) == cleaned


@given(
    st.lists(st.sampled_from([*HOSTILE, "<p>", "</p>", "tea", "&amp;", "<b>", "\r\n"])).map("".join)
)
def test_cleaning_twice_changes_nothing(story: str) -> None:
    cleaned = clean_story(story)
    assert clean_story(cleaned) == cleaned
    assert acting_in(cleaned) == []


def test_writing_stays() -> None:
    story = '<h2>Tea</h2><p>From <em>Hangzhou</em>, <a href="https://x.example/">more</a></p><ul><li>1</li></ul>'
    assert clean_story(story) == story.replace(
        '<a href="https://x.example/">',
        '<a href="https://x.example/" rel="noopener noreferrer nofollow">',
    )

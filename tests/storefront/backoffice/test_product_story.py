"""The story of a product on its form: plain paragraphs, and HTML only where there is more to it."""

import pytest

from storefront.backoffice.products.story import is_formatted, kept_story, shown_story


@pytest.mark.parametrize(
    ("html", "form"),
    [
        ("", ""),
        ("<p>One &amp; two.</p>", "One & two."),
        ("<p>One.</p><p>Two<br>lines.</p>", "One.\n\nTwo\nlines."),
        ("<p>3 &lt; 5</p>", "3 < 5"),
    ],
)
def test_paragraphs_stand_on_the_form_without_tags_and_come_back_the_same(
    html: str, form: str
) -> None:
    assert shown_story(html) == form
    assert not is_formatted(form)
    assert kept_story(form) == html


@pytest.mark.parametrize("html", ["<h2>Kiln</h2><p>Text</p>", "<p>a &lt;b&gt;</p>", "<ul></ul>"])
def test_what_is_more_than_paragraphs_stays_as_it_is_kept(html: str) -> None:
    assert shown_story(html) == html
    assert is_formatted(html)
    assert kept_story(html) == html


def test_lines_as_a_browser_sends_them_become_paragraphs() -> None:
    assert kept_story("One.\r\n \r\nTwo\r\nlines.\r\n") == "<p>One.</p><p>Two<br>lines.</p>"

"""The form of a story: both languages side by side."""

from dataclasses import asdict, fields

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField, TextAreaField

from commerce.park.queries.shop_stories import ShopStoryRow, StoryWords
from storefront.backoffice.forms import DeskForm, optional_text

_MOST_TEXT = 20_000


class StoryForm(DeskForm):
    """A title, a sentence that leads into it, and the text; all of it twice."""

    wish = HiddenField()
    title = StringField(lazy_gettext("Title"), optional_text(160))
    title_zh = StringField(lazy_gettext("Title"), optional_text(160))
    lead = TextAreaField(lazy_gettext("One or two sentences that lead into it"), optional_text(400))
    lead_zh = TextAreaField(
        lazy_gettext("One or two sentences that lead into it"), optional_text(400)
    )
    text = TextAreaField(lazy_gettext("Text"), optional_text(_MOST_TEXT))
    text_zh = TextAreaField(lazy_gettext("Text"), optional_text(_MOST_TEXT))
    picture_alt = StringField(lazy_gettext("What the picture shows"), optional_text(300))
    picture_alt_zh = StringField(lazy_gettext("What the picture shows"), optional_text(300))

    @property
    def words(self) -> StoryWords:
        """What was typed."""
        return StoryWords(**{each.name: self[each.name].data or "" for each in fields(StoryWords)})


def filled(story: ShopStoryRow) -> StoryForm:
    """Return the form as the story says it."""
    return StoryForm(data=asdict(story.words))

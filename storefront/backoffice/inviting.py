"""The forms that name people: whom a merchant or the park invites, what a merchant calls a colleague."""

from flask_babel import lazy_gettext
from wtforms import StringField

from storefront.backoffice.forms import DeskForm, SelectField, optional_text, some_text


class InviteForm(DeskForm):
    """Whom to invite, and as what; who shows it says which roles there are."""

    name = StringField(lazy_gettext("Full name"), some_text(120))
    email = StringField(lazy_gettext("E-mail address"), some_text(200))
    role = SelectField(lazy_gettext("Role"))


class NamesForm(DeskForm):
    """What a colleague is called in each language; blank is as their account says."""

    name_en = StringField(lazy_gettext("Full name in English"), optional_text(120))
    name_zh = StringField(lazy_gettext("Full name in Chinese"), optional_text(120))

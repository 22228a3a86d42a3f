"""The form by which a merchant and the park invite people to work for them."""

from flask_babel import lazy_gettext
from wtforms import StringField

from storefront.backoffice.forms import DeskForm, SelectField, some_text


class InviteForm(DeskForm):
    """Whom to invite, and as what; who shows it says which roles there are."""

    name = StringField(lazy_gettext("Full name"), some_text(120))
    email = StringField(lazy_gettext("E-mail address"), some_text(200))
    role = SelectField(lazy_gettext("Role"))

"""The codes of a promotion on its page: the list, and the two forms that add to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import StringField
from wtforms.validators import Optional

from commerce.kernel.clock import utc_now
from commerce.pricing.promotions.queries import codes_of
from commerce.pricing.promotions.rows import CodeRow, PromotionCard
from commerce.pricing.promotions.service.codes import MOST_AT_ONCE
from storefront.backoffice.desk import link
from storefront.backoffice.forms import (
    DeskForm,
    Fault,
    IntegerField,
    optional_text,
    some_text,
    within,
)
from storefront.backoffice.moments import MomentField
from storefront.backoffice.once import new_wish
from storefront.backoffice.promotions.form import MOST_USES
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import Label

MOST_SHOWN = 25
_LONGEST = 60


class _Limits(DeskForm):
    """What limits each of the codes that are added."""

    limit_total = IntegerField(
        lazy_gettext("Uses of each code"), [Optional(), within(1, MOST_USES)]
    )
    limit_per_customer = IntegerField(
        lazy_gettext("Uses per customer"), [Optional(), within(1, MOST_USES)]
    )
    valid_to = MomentField(lazy_gettext("Until"), [Optional()])


class OwnCodeForm(_Limits):
    """A word that the merchant chose."""

    code = StringField(lazy_gettext("Code"), some_text(_LONGEST))


class DrawForm(_Limits):
    """Many codes that nobody guesses."""

    count = IntegerField(lazy_gettext("How many"), [within(1, MOST_AT_ONCE)], default=100)
    prefix = StringField(lazy_gettext("They begin with"), optional_text(20))


@dataclass(frozen=True, slots=True)
class CodeForms:
    """Both forms; at most one of them was sent."""

    own: OwnCodeForm
    draw: DrawForm

    @property
    def faults(self) -> list[Fault]:
        """Everything to correct in the one that was sent."""
        return [*self.own.faults, *self.draw.faults]


def own_form(*, from_request: bool) -> OwnCodeForm:
    """Return the form for a code of one's own."""
    return OwnCodeForm(request.form if from_request else None, prefix="own-")


def draw_form(*, from_request: bool) -> DrawForm:
    """Return the form for drawn codes, each good for one use unless told otherwise."""
    shown = {"count": 100, "limit_total": 1}
    return DrawForm(request.form if from_request else None, prefix="draw-", data=shown)


def codes_shown(connection: Connection, card: PromotionCard) -> tuple[CodeRow, ...]:
    """Return the codes of the page that was asked for, and one more if there is another page."""
    if not card.draft.needs_code:
        return ()
    after = request.args.get("after", "")[:_LONGEST].replace("\x00", "")
    return codes_of(connection, promotion_id=card.id, after=after, most=MOST_SHOWN + 1)


def codes_page(
    card: PromotionCard, found: tuple[CodeRow, ...], forms: CodeForms | None
) -> dict[str, Any]:
    """Return what the codes' part of the page is drawn from."""
    forms = forms or CodeForms(own_form(from_request=False), draw_form(from_request=False))
    shown = found[:MOST_SHOWN]
    more = len(found) > MOST_SHOWN
    return {
        "own": forms.own,
        "drawing": forms.draw,
        "codes": [(each, code_state(each)) for each in shown],
        "code_wish": new_wish(),
        "next_url": _page_of(card.id, shown[-1].code) if more else "",
        "first_url": _page_of(card.id, "") if request.args.get("after") else "",
    }


def code_state(code: CodeRow) -> Label:
    """Return where a code stands."""
    if code.switched_off_at is not None:
        return Label(_("Switched off"))
    if code.valid_to is not None and code.valid_to <= utc_now():
        return Label(_("Over"))
    if code.limit_total is not None and code.used >= code.limit_total:
        return Label(_("Used up"), "wait")
    return Label(_("Works"), "good")


def _page_of(promotion_id: UUID, after: str) -> str:
    asked = {"after": after} if after else {}
    return link("promotion", promotion_id=promotion_id, **asked, _anchor="codes")

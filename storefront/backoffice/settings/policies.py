"""What the shop states: terms, privacy, returns and so on, each version kept with its day."""

from dataclasses import dataclass

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from commerce.kernel.clock import utc_now
from commerce.park.errors import MissingPolicyTextError, PolicyUnchangedError, UnknownPolicyError
from commerce.park.permissions import Permission
from commerce.park.policies import PolicyKind, passages
from commerce.park.queries.shop_policies import (
    PolicyBook,
    PolicyText,
    PolicyVersion,
    latest_policy,
    policy_book,
)
from commerce.park.service.shop_policies import PolicyWords, publish_policy, withdraw_policy
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.policy_words import policy_title
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, optional_text, sent, sentence
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_MOST_TEXT = 60_000


class PolicyForm(DeskForm):
    """One policy in both languages."""

    text = TextAreaField(lazy_gettext("Text"), optional_text(_MOST_TEXT))
    text_zh = TextAreaField(lazy_gettext("Text"), optional_text(_MOST_TEXT))

    @property
    def words(self) -> PolicyWords:
        """What was typed."""
        return PolicyWords(text=self.text.data or "", text_zh=self.text_zh.data or "")


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy as the list shows it; `held` is the version that shoppers read."""

    kind: PolicyKind
    title: str
    about: str
    held: PolicyVersion | None


@needs(Permission.MANAGE_SETTINGS)
def policies() -> Response:
    """List what a shop states, and since when."""
    with services().database.reading(current_scope()) as connection:
        book = policy_book(connection)
    return draw(
        "settings/policies.html",
        title=_("Policies"),
        room="settings",
        tabs=tabs("policies"),
        rows=[_row(kind, book) for kind in PolicyKind],
    )


@needs(Permission.MANAGE_SETTINGS)
def policy(kind: str) -> Response:
    """Show one policy with its form."""
    with services().database.reading(current_scope()) as connection:
        found = latest_policy(connection, kind=_kind(kind))
    return _page(_kind(kind), _filled(found))


@needs(Permission.MANAGE_SETTINGS)
def state_policy(kind: str) -> Response:
    """State a policy anew, or show first how it will read."""
    form: PolicyForm = sent(PolicyForm)
    if not form.validate():
        return _page(_kind(kind), form, status=422)
    if request.form.get("do") == "preview":
        return _page(_kind(kind), form, previewed=form.words)

    def drawn(connection: Connection) -> PolicyForm:
        return _filled(latest_policy(connection, kind=_kind(kind)))

    def work(session: Session) -> int:
        hold_still(session, form, drawn)
        return publish_policy(
            session,
            merchant_id=current_merchant().id,
            kind=_kind(kind),
            words=form.words,
            actor_id=actor(),
            now=utc_now(),
        )

    try:
        services().database.run(current_scope(), work)
    except StaleFormError as stale:
        return _page(_kind(kind), stale.told_on(form), status=409)
    except PolicyUnchangedError as error:
        announce(sentence(error), "wait")
        return moved("policy", kind=kind)
    except MissingPolicyTextError as error:
        form.refuse(error)
        return _page(_kind(kind), form, status=422)
    announce(_("Published. Shoppers read it now; what was stated before stays with its day."))
    return moved("policy", kind=kind)


@needs(Permission.MANAGE_SETTINGS)
def take_policy(kind: str) -> Response:
    """Take a policy out of the shop."""
    merchant_id, by = current_merchant().id, actor()

    def work(session: Session) -> None:
        withdraw_policy(
            session, merchant_id=merchant_id, kind=_kind(kind), actor_id=by, now=utc_now()
        )

    services().database.run(current_scope(), work)
    announce(_("Taken out of the shop."))
    return moved("policies")


def _kind(written: str) -> PolicyKind:
    try:
        return PolicyKind(written)
    except ValueError:
        raise UnknownPolicyError from None


def _filled(found: PolicyText | None) -> PolicyForm:
    if found is None:
        return PolicyForm()
    return PolicyForm(text=found.text, text_zh=found.text_zh)


def _row(kind: PolicyKind, book: PolicyBook) -> PolicyRow:
    return PolicyRow(kind, policy_title(kind), _about(kind), book.at(kind))


def _about(kind: PolicyKind) -> str:
    return {
        PolicyKind.TERMS: _("Who sells, when an order binds, prices, payment, guarantee."),
        PolicyKind.PRIVACY: _(
            "What you keep about customers, what for, how long, who else sees it."
        ),
        PolicyKind.RETURNS: _(
            "How long people may change their mind, where to, who pays the way back."
        ),
        PolicyKind.DELIVERY: _("Where to, how long, what it costs, duty and tax abroad."),
        PolicyKind.IMPRINT: _("Name, address, register and licence numbers, who answers for it."),
        PolicyKind.CONTACT: _("E-mail, telephone, hours, where complaints go."),
    }[kind]


def _page(
    kind: PolicyKind,
    form: PolicyForm,
    *,
    status: int = 200,
    previewed: PolicyWords | None = None,
) -> Response:
    with services().database.reading(current_scope()) as connection:
        book = policy_book(connection)
    return draw(
        "settings/policy.html",
        title=policy_title(kind),
        room="settings",
        trail=(Crumb(_("Settings"), link("settings")), Crumb(_("Policies"), link("policies"))),
        status=status,
        row=_row(kind, book),
        form=form,
        faults=form.faults if status != 200 else [],  # noqa: PLR2004 - HTTP
        versions=[each for each in book.of(kind) if each.stated],
        previews=_previews(previewed) if previewed else [],
        shop_url=f"/{language()}/{current_merchant().slug}/policies/{kind}",
    )


def _previews(words: PolicyWords) -> list[tuple[str, object]]:
    """Return what shoppers will read in each language; where one is blank, the other."""
    told = {"en": words.text or words.text_zh, "zh": words.text_zh or words.text}
    return [(code, passages(told[code])) for code in LANGUAGES]

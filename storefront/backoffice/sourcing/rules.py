"""Write the rules by which places serve orders: a draft is kept until it is let count."""

from collections.abc import Callable, Sequence

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.queries import sourcing_rules
from commerce.fulfilment.service import adopt_drafted_rules, put_sourcing_rules
from commerce.fulfilment.sourcing import Rule
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import sent, sentence
from storefront.backoffice.sourcing.form import RuleForm, blank, choices_of, filled, rule_of
from storefront.backoffice.sourcing.telling import mark_of
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

Change = Callable[[list[Rule]], list[Rule]]


class ChangedRulesError(Exception):
    """Somebody else changed the draft; nothing was written."""


@needs(Permission.MANAGE_SETTINGS)
def new_rule() -> Response:
    """Show the form of a new rule."""
    return _rule_page(_offered(RuleForm(data=filled(blank()))), position=None)


@needs(Permission.MANAGE_SETTINGS)
def add_rule() -> Response:
    """Put a rule at the end of the draft, which begins as a copy of what counts."""
    form, rule = _typed(blank())
    if rule is None:
        return _rule_page(form, position=None)
    return _saved(form, None, lambda rules: [*rules, rule])


@needs(Permission.MANAGE_SETTINGS)
def rule(position: int) -> Response:
    """Show one rule of the draft, or of what counts while nothing is drafted."""
    return _rule_page(_offered(RuleForm(data=filled(_at(position)))), position=position)


@needs(Permission.MANAGE_SETTINGS)
def change_rule(position: int) -> Response:
    """Change one rule of the draft."""
    form, changed = _typed(_at(position))
    if changed is None:
        return _rule_page(form, position=position)

    def replaced(rules: list[Rule]) -> list[Rule]:
        return [changed if at == position else each for at, each in enumerate(rules)]

    return _saved(form, position, replaced)


@needs(Permission.MANAGE_SETTINGS)
def move_rule(position: int) -> Response:
    """Let a rule of the draft speak before the one above it."""

    def earlier(rules: list[Rule]) -> list[Rule]:
        if not 0 < position < len(rules):
            raise ChangedRulesError
        before = rules[position - 1]
        return [*rules[: position - 1], rules[position], before, *rules[position + 1 :]]

    return _rearranged(earlier, _("Moved up. The draft keeps it."))


@needs(Permission.MANAGE_SETTINGS)
def remove_rule(position: int) -> Response:
    """Take a rule out of the draft."""
    if len(_standing()) == 1:
        announce(_("A draft holds one rule at least: switch this one off instead."), "bad")
        return moved("sourcing")

    def fewer(rules: list[Rule]) -> list[Rule]:
        if position >= len(rules):
            raise ChangedRulesError
        return [each for at, each in enumerate(rules) if at != position]

    return _rearranged(fewer, _("Taken out of the draft."))


@needs(Permission.MANAGE_SETTINGS)
def adopt_rules() -> Response:
    """Let the draft count from now on."""

    def adopt(session: Session) -> None:
        _only_as_seen(_rules(session.connection()))
        adopt_drafted_rules(session, merchant_id=current_merchant().id)

    return _done(adopt, _("The drafted rules count from now on."))


@needs(Permission.MANAGE_SETTINGS)
def discard_rules() -> Response:
    """Throw the draft away; what counts stays."""

    def discard(session: Session) -> None:
        put_sourcing_rules(session, merchant_id=current_merchant().id, rules=[])

    return _done(discard, _("The draft is gone. Nothing has changed for orders."))


def _rules(connection: Connection) -> tuple[Rule, ...]:
    """Return the draft, or what counts while nothing is drafted."""
    merchant = current_merchant().id
    draft = sourcing_rules(connection, merchant_id=merchant, draft=True)
    return draft or sourcing_rules(connection, merchant_id=merchant)


def _standing() -> tuple[Rule, ...]:
    with services().database.reading(current_scope()) as connection:
        return _rules(connection)


def _at(position: int) -> Rule:
    rules = _standing()
    if position >= len(rules):
        raise NotFoundError
    return rules[position]


def _offered(form: RuleForm) -> RuleForm:
    with services().database.reading(current_scope()) as connection:
        return choices_of(connection).offer(form)


def _typed(before: Rule) -> tuple[RuleForm, Rule | None]:
    """Return the form as it was sent and the rule it says, if it can be read."""
    form = _offered(sent(RuleForm))
    return form, rule_of(form, before) if form.validate() else None


def _saved(form: RuleForm, position: int | None, change: Change) -> Response:
    def drawn(connection: Connection) -> RuleForm:
        rules = _rules(connection)
        known = position is not None and position < len(rules)
        standing = rules[position] if known and position is not None else blank()
        return choices_of(connection).offer(RuleForm(data=filled(standing)))

    try:
        with services().database.transaction(current_scope()) as session:
            if position is not None:
                hold_still(session, form, drawn)
            rules = change(list(_rules(session.connection())))
            put_sourcing_rules(session, merchant_id=current_merchant().id, rules=rules)
    except StaleFormError as stale:
        return _rule_page(stale.told_on(form), position=position)
    except CommerceError as refused:
        form.refuse(refused)
        return _rule_page(form, position=position)
    announce(_("The draft keeps it. Try it on past orders before it counts."))
    return moved("sourcing")


def _rearranged(change: Change, said: str) -> Response:
    def work(session: Session) -> None:
        rules = _rules(session.connection())
        _only_as_seen(rules)
        put_sourcing_rules(session, merchant_id=current_merchant().id, rules=change(list(rules)))

    return _done(work, said)


def _only_as_seen(rules: Sequence[Rule]) -> None:
    if request.form.get("seen") != mark_of(rules):
        raise ChangedRulesError


def _done(work: Callable[[Session], None], said: str) -> Response:
    try:
        services().database.run(current_scope(), work)
    except ChangedRulesError:
        announce(_("Somebody else changed the rules meanwhile. This is how they stand now."), "bad")
    except CommerceError as refused:
        announce(sentence(refused), "bad")
    else:
        announce(said)
    return moved("sourcing")


def _rule_page(form: RuleForm, *, position: int | None) -> Response:
    title = _("New rule") if position is None else _("Rule %(number)s", number=position + 1)
    address = link("add_rule") if position is None else link("change_rule", position=position)
    return draw(
        "settings/sourcing_rule.html",
        title=title,
        room="settings",
        trail=(Crumb(_("Settings"), link("settings")), Crumb(_("Sourcing"), link("sourcing"))),
        status=form.http_status,
        form=form,
        address=address,
        faults=form.faults if request.method == "POST" else [],
        currency=current_merchant().currency,
    )

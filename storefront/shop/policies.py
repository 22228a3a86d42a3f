"""What a shop states: a page for each policy, older versions too, and links wherever they matter."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response
from flask_babel import gettext as _

from commerce.park.errors import UnknownPolicyError
from commerce.park.policies import PassageKind, PolicyKind
from commerce.park.queries.shop_policies import PolicyText, PolicyVersion, policy_text
from commerce.web.access import public
from commerce.web.policy_words import policy_title
from commerce.web.services import services
from storefront.shop.frame import Link, head, share_page, shown
from storefront.shop.structured import breadcrumbs
from storefront.shop.visit import Visit, begin_visit, scope_of

_DESCRIPTION = 155


@dataclass(frozen=True, slots=True)
class StatedThen:
    """A version by its day."""

    version: PolicyVersion
    url: str


@public
def policy(merchant: str, kind: str) -> Response:
    """Show what the shop states now."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        held = visit.facts.policies.at(_kind(kind))
        if held is None:
            raise UnknownPolicyError
        stated = policy_text(connection, kind=held.kind, number=held.number)
    return _page(visit, stated, held)


@public
def policy_version(merchant: str, kind: str, number: int) -> Response:
    """Show what the shop stated at another time."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        stated = policy_text(connection, kind=_kind(kind), number=number)
    return _page(visit, stated, visit.facts.policies.at(stated.version.kind))


def policy_paths(visit: Visit) -> tuple[str, ...]:
    """Return where what the shop states now is found, below the shop."""
    return tuple(f"/policies/{each.kind}" for each in visit.facts.policies.now())


def stated_at(visit: Visit, kind: PolicyKind, moment: datetime) -> StatedThen | None:
    """Return the version of a policy that held at `moment`, such as when an order was placed."""
    held = visit.facts.policies.at(kind, moment)
    return _then(visit, held) if held else None


def _kind(written: str) -> PolicyKind:
    try:
        return PolicyKind(written)
    except ValueError:
        raise UnknownPolicyError from None


def _then(visit: Visit, version: PolicyVersion) -> StatedThen:
    return StatedThen(version, visit.path("policies", version.kind, str(version.number)))


def _page(visit: Visit, stated: PolicyText, held: PolicyVersion | None) -> Response:
    version = stated.version
    is_held = held == version
    title = policy_title(version.kind)
    here = Link(title, visit.path("policies", version.kind))
    steps = [Link(visit.name, f"{visit.root}/"), here]
    share_page(visit, version)
    return shown(
        "shop/policy.html",
        visit,
        head(
            visit,
            title=title
            if is_held
            else _("%(title)s, version %(number)s", title=title, number=version.number),
            description=_first_words(stated, visit.language),
            path=f"/policies/{version.kind}" if is_held else "",
        ),
        current=f"/policies/{version.kind}",
        heading=title,
        stated=stated,
        passages=stated.passages_in(visit.language),
        held=here if held and not is_held else None,
        is_held=is_held,
        earlier=[
            _then(visit, each)
            for each in visit.facts.policies.of(version.kind)
            if each.stated and each.number < version.number
        ],
        trail=steps,
        structured=[breadcrumbs(steps)],
    )


def _first_words(stated: PolicyText, language: str) -> str:
    spoken = (
        " ".join(each.lines)
        for each in stated.passages_in(language)
        if each.kind is PassageKind.PARAGRAPH
    )
    words = next(spoken, "")
    return words if len(words) <= _DESCRIPTION else f"{words[: _DESCRIPTION - 1].rstrip()}…"

"""The security log in words: what happened, who did it, to whom; for a desk and for the park."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request

from commerce.park.permissions import Role
from commerce.park.queries.security_log import LoggedEvent
from commerce.park.queries.security_pages import LogFilter, Place, ReadEvent
from commerce.park.security_topics import Topic, topic_of
from commerce.park.service.clerk_pins import MISSES, PinDoor
from commerce.web.formats import percent
from commerce.web.identity.browsers import browser_name
from storefront.backoffice.forms import typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext

MOST = 50
_PLACE = re.compile(r"([pm])([0-9]{1,9})", re.ASCII)
_KINDS = {
    Topic.SIGN_INS: "good",
    Topic.FAILURES: "bad",
    Topic.PROOFS: "info",
    Topic.ACCOUNTS: "wait",
    Topic.ROLES: "info",
}


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """One line of the log as a page shows it."""

    at: datetime
    what: str
    topic: str
    kind: str
    who: str
    whom: str
    detail: str
    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Names:
    """What people and things are called; a stranger is somebody who works here no longer."""

    people: Mapping[UUID, str]
    things: Mapping[UUID, str]
    """Keys and tills."""
    roles: Mapping[str, str]
    merchants: Mapping[str, str] = field(default_factory=dict)
    """Merchants of the park, by slug."""

    def person(self, staff_id: UUID | None) -> str:
        """Return who it was."""
        return self.people.get(staff_id, _("somebody else")) if staff_id else ""

    def subject(self, event: LoggedEvent) -> str:
        """Return to whom or what it happened, where that is not who did it."""
        slug = str(event.facts.get("slug", ""))
        if slug:
            return " · ".join(filter(None, (self.merchants.get(slug), slug)))
        whom = typed_id(event.subject)
        if whom is None or whom == event.actor_id:
            return ""
        return self.people.get(whom) or self.things.get(whom) or ""


def asked_for() -> LogFilter:
    """Return what the address narrows the log to; what cannot be read there narrows nothing."""
    topic = request.args.get("topic", "")
    place = _PLACE.fullmatch(request.args.get("before", ""))
    return LogFilter(
        topic=Topic(topic) if topic in set(Topic) else None,
        person=typed_id(request.args.get("person")),
        before=Place(place[1] == "p", int(place[2])) if place else None,
    )


def kept(narrowed: LogFilter) -> dict[str, str]:
    """Return the filter as it stands in an address, without the page."""
    given = {"topic": narrowed.topic or "", "person": narrowed.person or ""}
    return {name: str(value) for name, value in given.items() if value}


def pages(
    events: Sequence[ReadEvent], narrowed: LogFilter, link: Callable[..., str]
) -> dict[str, Any]:
    """Return the addresses of the first and the next page; empty at the ends."""
    same = kept(narrowed)
    more = len(events) > MOST
    return {
        "next_url": link("security_log", **same, before=_written(events[MOST - 1].place))
        if more
        else "",
        "first_url": link("security_log", **same) if narrowed.before else "",
    }


def shown(events: Sequence[ReadEvent], names: Names) -> tuple[ShownEvent, ...]:
    """Return one page of events in words."""
    return tuple(_shown(each.event, names) for each in events[:MOST])


def topic_names() -> dict[str, str]:
    """Return what the topics are called."""
    return {
        Topic.SIGN_INS.value: _("Sign-ins"),
        Topic.FAILURES.value: _("Refused"),
        Topic.PROOFS.value: _("Passwords and passkeys"),
        Topic.ROLES.value: _("Roles"),
        Topic.ACCOUNTS.value: _("Accounts"),
        Topic.KEYS.value: _("API keys"),
        Topic.REST.value: _("Other"),
    }


def _shown(event: LoggedEvent, names: Names) -> ShownEvent:
    topic = topic_of(event.action)
    return ShownEvent(
        at=event.at,
        what=what_happened(event.action),
        topic=topic_names()[topic.value],
        kind=_KINDS.get(topic, ""),
        who=names.person(event.actor_id),
        whom=names.subject(event),
        detail=_detail(event.facts, names),
        address=event.address,
        browser=browser_name(str(event.facts.get("browser", ""))),
    )


def _detail(facts: Mapping[str, Any], names: Names) -> str:
    """Return the facts of an event in words; the browser and the merchant have places of their own."""
    role = str(facts.get("role", ""))
    told = [names.roles.get(role, role), str(facts.get("permission", ""))]
    told += [str(facts.get(name, "")) for name in ("rate", "day", "reason")]
    if facts.get("door") == PinDoor.APPROVE:
        told.append(_("for an approval"))
    if "misses" in facts:
        told.append(_("try %(number)s of %(most)s", number=facts["misses"], most=MISSES))
    if "discount_limit" in facts:
        told.append(_("discounts up to %(share)s", share=percent(facts["discount_limit"] / 10_000)))
    if "lock_after_seconds" in facts:
        told.append(_("locks after %(seconds)s s", seconds=facts["lock_after_seconds"]))
    if "orders" in facts:
        told.append(ngettext("%(num)d order", "%(num)d orders", int(facts["orders"])))
    return " · ".join(filter(None, told))


def what_happened(action: str) -> str:
    """Return an action in words."""
    if action.startswith("demo-"):
        return _("Demonstration filled in")
    return _sentences().get(action, action)


def _written(place: Place) -> str:
    return f"{'p' if place.in_park else 'm'}{place.number}"


def park_role_names() -> dict[str, str]:
    """Return what the park's own roles are called."""
    return {
        Role.PARK_OPERATOR.value: _("Park operator"),
        Role.SUPERVISION_OFFICER.value: _("Supervision officer"),
    }


def _sentences() -> dict[str, str]:
    return {
        "signed-in": _("Signed in"),
        "signed-in-by-passkey": _("Signed in with a passkey"),
        "password-proved": _("Password right, second step to come"),
        "sign-in-refused": _("Sign-in refused"),
        "sign-in-slowed": _("Sign-in held back after too many tries"),
        "second-step-refused": _("Second step refused"),
        "access-denied": _("Asked for a page without the right to it"),
        "pin-missed": _("Wrong PIN at a till"),
        "pin-pad-locked": _("PIN pad locked after wrong PINs"),
        "reset-asked": _("Link for a new password asked for"),
        "password-changed": _("Password changed"),
        "totp-added": _("Authenticator app set up"),
        "totp-removed": _("Authenticator app removed"),
        "recovery-codes-made": _("Recovery codes made"),
        "recovery-code-used": _("Recovery code used"),
        "passkey-added": _("Passkey added"),
        "passkey-removed": _("Passkey removed"),
        "pin-set": _("PIN for the tills set"),
        "pin-removed": _("PIN for the tills taken away"),
        "pin-pad-unlocked": _("PIN pad unlocked"),
        "staff-invited": _("Invited"),
        "staff-joined": _("Accepted the invitation"),
        "role-given": _("Role given"),
        "role-withdrawn": _("Role withdrawn"),
        "park-staff-invited": _("Invited to the park"),
        "park-staff-joined": _("Accepted the park’s invitation"),
        "park-role-given": _("Role in the park given"),
        "park-role-withdrawn": _("Role in the park withdrawn"),
        "account-disabled": _("Account disabled"),
        "account-enabled": _("Account enabled"),
        "api-key-made": _("API key made"),
        "api-key-revoked": _("API key revoked"),
        "customer-erased": _("Customer forgotten"),
        "customer-disclosed": _("Customer’s file handed out"),
        "customer-left": _("Customer closed their own account"),
        "customer-took-file": _("Customer took a copy of their own file"),
        "customer-readdressed": _("Customer confirmed another e-mail address"),
        "till-enrolled": _("Till set up on a device"),
        "till-rules-set": _("Till rules changed"),
        "return-terms-set": _("Return terms changed"),
        "merchant-admitted": _("Merchant admitted"),
        "merchant-paused": _("Merchant paused"),
        "merchant-reopened": _("Merchant reopened"),
        "tax-rate-added": _("Tax rate added"),
        "tax-rate-confirmed": _("Tax rate confirmed"),
        "tax-rate-ended": _("End of a tax rate"),
        "tax-rate-switched-off": _("Tax rate switched off"),
    }

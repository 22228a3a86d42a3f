"""The shape of what merchants state in their policies."""

from dataclasses import dataclass

from commerce.demo.content.words import Bilingual
from commerce.park.policies import PolicyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """State one thing about the shop, in plain text as `commerce.park.policies` reads it."""

    kind: PolicyKind
    text: Bilingual

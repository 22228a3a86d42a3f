"""The policies that a shop states, and how their plain text is read.

Which ones a shop needs is told by Directive 2011/83/EU, article 6 (withdrawal, delivery, address),
Regulation (EU) 2016/679, article 13 (privacy), Directive 2000/31/EC, article 5 (imprint), and the
E-Commerce Law of the PRC, articles 15, 17 and 32.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class PolicyKind(StrEnum):
    """One thing that a shop states, in the order in which pages list them."""

    TERMS = "terms"
    PRIVACY = "privacy"
    RETURNS = "returns"
    DELIVERY = "delivery"
    IMPRINT = "imprint"
    CONTACT = "contact"


class PassageKind(StrEnum):
    """How a passage stands on the page."""

    HEADING = "heading"
    LIST = "list"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading of one line, a list of items, or the lines of a paragraph; plain text throughout."""

    kind: PassageKind
    lines: tuple[str, ...]


_HEADING = re.compile(r"[#＃]{1,3}\s*(?P<words>[^#＃\s].*)")  # noqa: RUF001 - as Chinese keyboards type it
_ITEM = re.compile(r"(?:[-*]\s+|[•·]\s*)(?P<words>\S.*)")


def passages(typed: str) -> tuple[Passage, ...]:
    """Read plain text: `# ` begins a heading, `- ` an item of a list, an empty line a paragraph.

    Nothing in it is markup: whoever shows a passage escapes its lines.
    """
    found: list[tuple[PassageKind, list[str]]] = []
    parted = True
    for line in (each.strip() for each in typed.splitlines()):
        if not line:
            parted = True
            continue
        kind, words = _read(line)
        if kind is PassageKind.HEADING or parted or found[-1][0] is not kind:
            found.append((kind, []))
        found[-1][1].append(words)
        parted = False
    return tuple(Passage(kind, tuple(lines)) for kind, lines in found)


def _read(line: str) -> tuple[PassageKind, str]:
    if heading := _HEADING.fullmatch(line):
        return PassageKind.HEADING, heading["words"]
    if item := _ITEM.fullmatch(line):
        return PassageKind.LIST, item["words"]
    return PassageKind.PARAGRAPH, line

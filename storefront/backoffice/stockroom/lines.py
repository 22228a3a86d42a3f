"""The lines of a paper that is being written: found or scanned one by one, pasted, changed, struck.

Nothing is kept on the server before the paper is: every button sends all lines, and the page comes
back with them. So it works without scripts, and a telephone that loses the network loses nothing.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from uuid import UUID

from flask import request
from sqlalchemy import Connection

from commerce.catalogue.queries import variant_ids_by_codes
from commerce.catalogue.records import SoldVariant
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.goods import called, find_goods, goods_by_id
from storefront.backoffice.stockroom.typed import (
    column,
    named_variants,
    not_a_number,
    typed_units,
)

MOST_LINES = 1_000
_LONGEST_PASTE = 200_000
_SHOWN = 60
_MOST_FAULTS = 20
_SEPARATORS = ("\t", ";", ",")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was typed; the cost is of one unit."""

    variant_id: UUID
    units: str
    cost: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines, the goods on them and those to choose from, and what could not be read."""

    lines: tuple[Line, ...]
    goods: dict[UUID, SoldVariant]
    candidates: tuple[SoldVariant, ...] = ()
    words: str = ""
    faults: list[Fault] = field(default_factory=list)
    pasted: str = ""
    said: str = ""
    """What was just put on the paper."""
    is_final: bool = False
    """Whether the button was the one that keeps the paper."""


def typed_lines() -> tuple[Line, ...]:
    """Return the lines as they were sent; what has no goods is left out."""
    units, costs = column("units"), column("cost")
    return tuple(
        Line(
            variant_id,
            units[at] if at < len(units) else "",
            costs[at] if at < len(costs) else "",
        )
        for at, variant_id in enumerate(named_variants()[:MOST_LINES])
        if variant_id is not None
    )


def worked_on(connection: Connection) -> Draft:
    """Return the lines after the button that was pressed: found, chosen, struck or pasted."""
    lines, do = typed_lines(), request.form.get("do", "")
    words = request.form.get("find", "").strip()
    if struck := typed_id(request.form.get("drop")):
        return _drawn(connection, tuple(each for each in lines if each.variant_id != struck))
    if picked := typed_id(request.form.get("pick")):
        return _with(connection, lines, picked)
    if do == "paste":
        return _pasted(connection, lines, request.form.get("pasted", "")[:_LONGEST_PASTE])
    if words:
        return _found(connection, lines, words)
    return replace(_drawn(connection, lines), is_final=do == "save")


def read_units(draft: Draft, faults: list[Fault]) -> list[tuple[Line, int]]:
    """Return the lines with their units as numbers; lines without any are left out.

    What is no number is told in `faults`.
    """
    read = []
    for line in draft.lines:
        try:
            units = typed_units(line.units)
        except ValueError:
            name = called(draft.goods.get(line.variant_id))
            field_id = f"units-{line.variant_id}"
            faults.append({"field": field_id, "message": not_a_number(), "label": name})
            continue
        if units:
            read.append((line, units))
    return read


def _drawn(connection: Connection, lines: Sequence[Line]) -> Draft:
    goods = goods_by_id(connection, [each.variant_id for each in lines])
    return Draft(tuple(each for each in lines if each.variant_id in goods), goods)


def drawn_lines(connection: Connection, lines: Iterable[Line]) -> Draft:
    """Return lines that the books have, to be looked at or changed."""
    return _drawn(connection, list(lines))


def _with(connection: Connection, lines: Sequence[Line], variant_id: UUID) -> Draft:
    draft = _drawn(connection, added(lines, variant_id, 1))
    goods = draft.goods.get(variant_id)
    return replace(draft, said=called(goods)) if goods else draft


def _found(connection: Connection, lines: Sequence[Line], words: str) -> Draft:
    found = find_goods(connection, words)
    if found.exact:
        return _with(connection, lines, found.exact.id)
    draft = replace(_drawn(connection, lines), candidates=found.candidates, words=words)
    if not found.candidates:
        told = _("Nothing is called “%(words)s”. Try the SKU or a part of the name.", words=words)
        draft.faults.append({"field": "find", "message": told})
    return draft


def added(lines: Sequence[Line], variant_id: UUID, units: int, cost: str = "") -> tuple[Line, ...]:
    """Return the lines with so many units more of one variant."""
    for at, line in enumerate(lines):
        if line.variant_id == variant_id:
            try:
                before = typed_units(line.units) or 0
            except ValueError:
                before = 0
            more = replace(line, units=str(before + units), cost=cost or line.cost)
            return (*lines[:at], more, *lines[at + 1 :])
    return (*lines, Line(variant_id, str(units), cost))


def _pasted(connection: Connection, lines: Sequence[Line], pasted: str) -> Draft:
    """Take in rows of code, units and cost, as a table program or a CSV file has them."""
    rows = [(at, row) for at, row in _rows(pasted) if row]
    codes = variant_ids_by_codes(connection, codes=[row[0] for _, row in rows])
    put, faults = tuple(lines), []
    for number, (at, row) in enumerate(rows):
        try:
            units = typed_units(row[1]) if len(row) > 1 else None
        except ValueError:
            units = None
        known = codes.get(row[0])
        if known and units:
            put = added(put, known, units, row[2] if len(row) > 2 else "")  # noqa: PLR2004 - code, units, cost
        elif number > 0 or known:
            faults.append(_row_fault(at, row, is_known=known is not None))
    if len(put) > MOST_LINES:
        put = put[:MOST_LINES]
        told = _("A paper has at most %(most)s lines; the rest was left out.", most=MOST_LINES)
        faults.append({"field": "pasted", "message": told})
    draft = _drawn(connection, put)
    return replace(draft, faults=faults[:_MOST_FAULTS], pasted=pasted if faults else "")


def _rows(pasted: str) -> Iterable[tuple[int, list[str]]]:
    text = pasted.replace("\0", "")
    separator = next((each for each in _SEPARATORS if each in text), ",")
    reader = csv.reader(StringIO(text), delimiter=separator)
    for at, row in enumerate(_readable(reader), start=1):
        cells = [cell.strip() for cell in row]
        if at > 2 * MOST_LINES:
            return
        yield at, cells if any(cells) else []


def _readable(reader: Iterable[list[str]]) -> Iterable[list[str]]:
    """Give rows until one is no CSV any more, such as a cell beyond all bounds."""
    try:
        yield from reader
    except csv.Error:
        return


def _row_fault(at: int, row: Sequence[str], *, is_known: bool) -> Fault:
    code = row[0][:_SHOWN]
    told = (
        _("Row %(row)s: “%(code)s” needs a whole number of units.", row=at, code=code)
        if is_known
        else _("Row %(row)s: nothing has the code “%(code)s”.", row=at, code=code)
    )
    return {"field": "pasted", "message": told}

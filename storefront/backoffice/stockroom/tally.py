"""Goods counted on the spot, as they come in or go out: scanned one by one, or typed."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import UUID

from flask import request
from sqlalchemy import Connection

from commerce.catalogue.records import SoldVariant
from commerce.inventory.rows import Arrived, LotLabel
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.goods import called, find_goods, goods_by_id
from storefront.backoffice.stockroom.typed import (
    column,
    named_variants,
    not_a_number,
    typed_day,
    typed_units,
)

_MOST_ROWS = 1_000

Typed = TypeVar("Typed")


@dataclass(frozen=True, slots=True)
class Due:
    """What is expected of one variant."""

    units: int
    keeps_lots: bool = False
    zone: str = ""


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One row as it was typed; goods that are kept by lot may have several."""

    variant_id: UUID
    came: str = ""
    damaged: str = ""
    lot: str = ""
    expires: str = ""
    nth: int = 1

    @property
    def control(self) -> str:
        """The id of the field with its units."""
        return f"units-{self.variant_id}" + (f"-{self.nth}" if self.nth > 1 else "")


@dataclass(frozen=True, slots=True)
class Tally:
    """All rows, the goods they are about, and what the last button did."""

    rows: tuple[TallyRow, ...]
    goods: dict[UUID, SoldVariant]
    faults: list[Fault] = field(default_factory=list)
    said: str = ""
    is_final: bool = False


def fresh_tally(connection: Connection, due: Mapping[UUID, Due]) -> Tally:
    """Return a row for everything that is expected, none of it counted yet."""
    rows = tuple(TallyRow(each) for each, what in due.items() if what.units)
    return Tally(rows, goods_by_id(connection, [row.variant_id for row in rows]))


def worked_tally(
    connection: Connection, due: Mapping[UUID, Due], *, takes_strangers: bool = False
) -> Tally:
    """Return the rows after the button that was pressed.

    `takes_strangers` lets goods on the paper that nobody had expected.
    """
    rows, do = _typed_rows(), request.form.get("do", "")
    words = request.form.get("find", "").strip()
    if more := typed_id(request.form.get("lot_of")):
        return _drawn(connection, _numbered((*rows, TallyRow(more))))
    if do == "all":
        return _drawn(connection, tuple(_filled(row, due) for row in rows))
    if words:
        return _scanned(connection, rows, words, due, takes_strangers=takes_strangers)
    return replace(_drawn(connection, rows), is_final=do == "save")


def counted(tally: Tally, faults: list[Fault]) -> list[tuple[TallyRow, int]]:
    """Return the rows with their units; what is no number is told in `faults`."""
    read = []
    for row in tally.rows:
        units = _read(tally, row, row.control, typed_units, row.came, faults)
        if units:
            read.append((row, units))
    return read


def arrivals(
    tally: Tally, due: Mapping[UUID, Due], faults: list[Fault], *, keeps_more: bool
) -> list[Arrived]:
    """Return what came in; `keeps_more` says on purpose what came beyond what was expected."""
    left = Counter({variant_id: each.units for variant_id, each in due.items()})
    found = []
    faults += [_damaged_alone(tally, row) for row in tally.rows if row.damaged and not row.came]
    for row, units in counted(tally, faults):
        control = f"damaged-{row.control}"
        damaged = _read(tally, row, control, typed_units, row.damaged, faults)
        expires = _read(tally, row, f"expires-{row.control}", typed_day, row.expires, faults)
        expected = min(units, left[row.variant_id]) if keeps_more else units
        left[row.variant_id] -= expected
        has_lot = bool(row.lot or expires)
        found.append(
            Arrived(
                row.variant_id,
                expected,
                surplus=units - expected,
                damaged=damaged or 0,
                lot=LotLabel(row.lot, expires) if has_lot else None,
            )
        )
    return found


def _damaged_alone(tally: Tally, row: TallyRow) -> Fault:
    told = _("Give how many came in all; the damaged ones are among them.")
    return {"field": row.control, "message": told, "label": called(tally.goods.get(row.variant_id))}


def _read(  # noqa: PLR0917 - one field
    tally: Tally,
    row: TallyRow,
    control: str,
    reading: Callable[[str], Typed | None],
    words: str,
    faults: list[Fault],
) -> Typed | None:
    try:
        return reading(words)
    except ValueError:
        is_day = control.startswith("expires")
        told = _("Choose a day.") if is_day else not_a_number()
        name = called(tally.goods.get(row.variant_id))
        faults.append({"field": control, "message": told, "label": name})
        return None


def _typed_rows() -> tuple[TallyRow, ...]:
    columns = {name: column(name) for name in ("units", "damaged", "lot", "expires")}

    def at(name: str, place: int) -> str:
        return columns[name][place] if place < len(columns[name]) else ""

    return _numbered(
        tuple(
            TallyRow(
                variant_id,
                at("units", place),
                at("damaged", place),
                at("lot", place),
                at("expires", place),
            )
            for place, variant_id in enumerate(named_variants()[:_MOST_ROWS])
            if variant_id is not None
        )
    )


def _numbered(rows: tuple[TallyRow, ...]) -> tuple[TallyRow, ...]:
    """Put rows of one variant below one another, each with its number."""
    order = list(dict.fromkeys(row.variant_id for row in rows))
    return tuple(
        replace(row, nth=nth)
        for variant_id in order
        for nth, row in enumerate((r for r in rows if r.variant_id == variant_id), start=1)
    )


def _filled(row: TallyRow, due: Mapping[UUID, Due]) -> TallyRow:
    expected = due.get(row.variant_id)
    if row.came or row.nth > 1 or expected is None:
        return row
    return replace(row, came=str(expected.units))


def _drawn(connection: Connection, rows: tuple[TallyRow, ...]) -> Tally:
    goods = goods_by_id(connection, [row.variant_id for row in rows])
    return Tally(tuple(row for row in rows if row.variant_id in goods), goods)


def _scanned(
    connection: Connection,
    rows: tuple[TallyRow, ...],
    words: str,
    due: Mapping[UUID, Due],
    *,
    takes_strangers: bool,
) -> Tally:
    found = find_goods(connection, words)
    goods = found.exact or (found.candidates[0] if len(found.candidates) == 1 else None)
    told = ""
    if goods is None:
        told = _("Nothing has the code “%(words)s”.", words=words)
    elif goods.id not in due and not takes_strangers:
        told = _("“%(name)s” is not on this paper.", name=called(goods))
    if goods is None or told:
        tally = _drawn(connection, rows)
        tally.faults.append({"field": "find", "message": told})
        return tally
    if not any(row.variant_id == goods.id for row in rows):
        rows = (*rows, TallyRow(goods.id))
    # Another scan of goods with several lots is of the lot that was begun last.
    last = max(at for at, row in enumerate(rows) if row.variant_id == goods.id)
    try:
        before = typed_units(rows[last].came) or 0
    except ValueError:
        before = 0
    rows = (*rows[:last], replace(rows[last], came=str(before + 1)), *rows[last + 1 :])
    return replace(_drawn(connection, rows), said=f"{before + 1} × {called(goods)}")

"""Work in a stock room: one verb in one transaction, and what the books say afterwards."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.cli.proofs import (
    labels,
    leaving,
    ledger,
    money,
    orders,
    returns,
    stock,
    stockroom,
    tills,
)
from commerce.cli.proofs.proof import Installation, Proof
from commerce.inventory.queries import levels_of, locations, lots_of
from commerce.inventory.rows import LevelRow
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.settings import read_settings
from tests.support.shop import Shop

_LEDGER = text(
    "SELECT location_id, sum(quantity) FROM movement WHERE variant_id = :v GROUP BY 1"
    " HAVING sum(quantity) <> 0"
)


def do(shop: Shop, verb: Callable[..., Any], **terms: Any) -> Any:
    """Let the merchant do one thing."""
    with shop.database.transaction(shop.scope) as session:
        return verb(session, merchant_id=shop.merchant.id, **terms)


def read(shop: Shop, query: Callable[..., Any], **terms: Any) -> Any:
    """Look something up as the merchant."""
    with shop.database.reading(shop.scope) as connection:
        return query(connection, **terms)


def stock_of(shop: Shop, variant: UUID) -> Mapping[str, int]:
    """Return what is on hand of a variant by the kind of place, as levels and ledger both say."""
    with shop.database.reading(shop.scope) as connection:
        kinds = {each.id: each.kind for each in locations(connection)}
        levels = levels_of(connection, variant_ids=[variant])
        booked = {place: int(u) for place, u in connection.execute(_LEDGER, {"v": variant})}
    assert {each.location_id: each.on_hand for each in levels if each.on_hand} == booked
    return {kinds[each.location_id]: each.on_hand for each in levels if each.on_hand}


def lots_in(shop: Shop, variant: UUID) -> Mapping[tuple[str, str], int]:
    """Return what is on hand of each lot by the kind of place and the lot's code."""
    kinds = {each.id: each.kind for each in read(shop, locations)}
    return {
        (kinds[each.location_id], each.code): each.on_hand
        for each in read(shop, lots_of, variant_ids=[variant])
    }


def level_at(shop: Shop, variant: UUID, place: UUID) -> LevelRow:
    """Return the level of a variant at a place."""
    levels = read(shop, levels_of, variant_ids=[variant])
    return next(each for each in levels if each.location_id == place)


def codes_of(caught: pytest.ExceptionInfo[CommerceError]) -> list[str]:
    """Return the codes of the lines that an error names."""
    return [each.code for each in caught.value.problems]


_PROOFS = (*stock.PROOFS, *stockroom.PROOFS, *leaving.PROOFS, *labels.PROOFS)
_COUNTED = (ledger, money, orders, returns, tills)
ACROSS_ROOMS = (*_PROOFS, *(proof for room in _COUNTED for proof in room.PROOFS))
"""What goods that go over a counter touch: shelves, parts, orders, returns, drawers and the books of money."""


def assert_the_doctor_is_silent(
    database: Database, *, apart_from: Sequence[Proof] = (), proofs: Sequence[Proof] = _PROOFS
) -> None:
    """Put everything that happened to the doctor's proofs; of stock and of what leaves, if not told."""
    with database.reading(Scope.park()) as connection:
        installation = Installation(
            connection=connection,
            settings=read_settings({}),
            database_url="",
            is_running=True,
            now=utc_now(),
        )
        for proof in proofs:
            if proof not in apart_from:
                assert proof.faults(installation) == (), proof.sentence


def at_once(shop: Shop, *deeds: Callable[[Any], object]) -> Counter[str]:
    """Do all of `deeds` at the same moment, each in a transaction that is run as views run it."""
    gate, outcomes = Barrier(len(deeds)), []

    def run(deed: Callable[[Any], object]) -> None:
        gate.wait()
        try:
            shop.database.run(shop.scope, deed)
        except CommerceError as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("done")

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def deed(shop: Shop, verb: Callable[..., Any], **terms: Any) -> Callable[[Any], object]:
    return lambda session: verb(session, merchant_id=shop.merchant.id, **terms)

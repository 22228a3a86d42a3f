"""All proofs, in the order of their ids, and the invariants that nothing can break yet."""

from collections.abc import Mapping
from types import MappingProxyType

from commerce.cli.proofs import (
    house,
    labels,
    leaving,
    ledger,
    messages,
    money,
    orders,
    promotions,
    returns,
    stock,
    stockroom,
    stored_value,
    tills,
    walls,
)
from commerce.cli.proofs.proof import Proof


def _rank(each: Proof) -> tuple[int, int]:
    is_numbered = each.id.startswith("I") and each.id[1:].isdigit()
    return (0, int(each.id[1:])) if is_numbered else (1, 0)


PROOFS: tuple[Proof, ...] = tuple(
    sorted(
        (
            *orders.PROOFS,
            *promotions.PROOFS,
            *stock.PROOFS,
            *stockroom.PROOFS,
            *leaving.PROOFS,
            *labels.PROOFS,
            *money.PROOFS,
            *ledger.PROOFS,
            *stored_value.PROOFS,
            *returns.PROOFS,
            *tills.PROOFS,
            *messages.PROOFS,
            *walls.PROOFS,
            *house.PROOFS,
        ),
        key=_rank,
    )
)
"""Everything that can be proved of an installation."""

NOT_YET: Mapping[str, str] = MappingProxyType(
    {
        "I8": "Declarations: there is no customs filing yet.",
    }
)
"""Invariants, or parts of them, that nothing in this release can break, and why."""

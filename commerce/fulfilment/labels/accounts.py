"""The carriers of a merchant: set up, switched on and off, their secrets sealed."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from commerce.fulfilment.label_models import CarrierAccount
from commerce.fulfilment.labels.rows import CarrierRow
from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault


def set_up_carrier(
    session: Session,
    *,
    vault: Vault,
    merchant_id: UUID,
    plugin: str,
    enabled: bool,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> None:
    """Switch a carrier on or off; secrets are sealed and an empty mapping keeps the old ones."""
    changes: dict[str, Any] = {"enabled": enabled, "settings": dict(settings)}
    if secrets:
        context = _context(merchant_id, plugin)
        changes["sealed"] = vault.seal(json.dumps(dict(secrets)), context=context)
    new = {"merchant_id": merchant_id, "id": new_id(), "plugin": plugin, **changes}
    session.execute(
        upsert(CarrierAccount)
        .values(new)
        .on_conflict_do_update(index_elements=["merchant_id", "plugin"], set_=changes)
    )


def carrier_secrets(vault: Vault, *, merchant_id: UUID, carrier: CarrierRow) -> dict[str, str]:
    """Return the sealed part of a carrier's settings."""
    if carrier.sealed is None:
        return {}
    context = _context(merchant_id, carrier.plugin)
    opened: dict[str, str] = json.loads(vault.open(carrier.sealed, context=context))
    return opened


def _context(merchant_id: UUID, plugin: str) -> str:
    return f"carrier_account|{merchant_id}|{plugin}"

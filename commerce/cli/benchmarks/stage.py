"""What the visitors of a measurement need to know: addresses, goods, an API key, enrolled tills."""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import create_engine, text

from commerce.demo.content import load_park
from commerce.demo.seeding.logins import clerk_pins
from commerce.inventory.queries import levels_of, locations
from commerce.inventory.service import count_stock
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.migrations.tables import know_every_table
from commerce.park.permissions import ApiScope
from commerce.park.queries.merchants import find_merchant
from commerce.park.service.api_keys import issue_api_key
from commerce.registers.queries import registers
from commerce.registers.service import enrol_device

_KEY_LASTS = timedelta(days=1)
_GOODS = 400
_SEED = 20261122

# Well stocked goods at random, so that a measurement does not run one shelf empty.
_STOCKED = text("""
SELECT v.id AS variant, pr.handle, p.amount_minor
FROM variant v
JOIN product pr ON pr.merchant_id = v.merchant_id AND pr.id = v.product_id
JOIN price p ON p.merchant_id = v.merchant_id AND p.variant_id = v.id
JOIN price_list pl ON pl.merchant_id = p.merchant_id AND pl.id = p.price_list_id AND pl.is_base
WHERE v.retired_at IS NULL AND pr.status = 'active' AND v.stock_tracked AND EXISTS (
  SELECT FROM level l WHERE l.merchant_id = v.merchant_id AND l.variant_id = v.id
    AND l.on_hand - l.held >= 15
)
ORDER BY md5(v.id::text) LIMIT :most
""")
_HELD = text("SELECT COALESCE(sum(held), 0) FROM level WHERE variant_id = :variant")
_SIZE = text("SELECT (SELECT count(*) FROM product), (SELECT count(*) FROM variant)")


@dataclass(frozen=True, slots=True)
class Goods:
    """Something to look at and to buy; the price is in minor units of the base list."""

    variant: str
    handle: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class TillKey:
    """The cookie of an enrolled till, and the PIN of its clerk."""

    cookie: str
    pin: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a visitor's process is told; small enough to be sent to it."""

    host: str
    port: int
    slug: str
    merchant_id: UUID
    category: str
    words: tuple[str, ...]
    goods: tuple[Goods, ...]
    api_key: str
    tills: tuple[TillKey, ...]


def set_stage(database: Database, *, host: str, port: int) -> Stage:
    """Issue a key, enrol the tills and choose the goods of the demo's first merchant."""
    know_every_table()
    merchant = load_park().merchant[0]
    with database.reading(Scope.park()) as connection:
        merchant_id = find_merchant(connection, slug=merchant.slug).id
    with database.transaction(Scope.merchant(merchant_id)) as session:
        connection = session.connection()
        goods = [
            Goods(str(row.variant), row.handle, row.amount_minor)
            for row in connection.execute(_STOCKED, {"most": _GOODS})
        ]
        issued = issue_api_key(
            session,
            merchant_id=merchant_id,
            name="Measurement",
            scopes=[ApiScope.SHOP],
            expires_at=utc_now() + _KEY_LASTS,
            created_by=None,
            now=utc_now(),
        )
        pin = next(iter(clerk_pins(merchant).values()))
        tills = [
            TillKey(
                _cookie(
                    merchant_id,
                    till.id,
                    enrol_device(session, merchant_id=merchant_id, register_id=till.id),
                ),
                pin,
            )
            for till in registers(connection)
        ]
    random.Random(_SEED).shuffle(goods)  # noqa: S311 - the same walk every time
    return Stage(
        host=host,
        port=port,
        slug=merchant.slug,
        merchant_id=merchant_id,
        category="porcelain/table",
        words=("bowl", "celadon", "teapot", "green tea", "vase", "饭碗", "青釉", "celadno"),
        goods=tuple(goods),
        api_key=issued.text,
        tills=tuple(tills),
    )


def leave_units(database: Database, *, merchant_id: UUID, variant: str, units: int) -> None:
    """Count a variant down to `units` at its first place, and to none everywhere else."""
    variant_id = UUID(variant)
    with database.transaction(Scope.merchant(merchant_id)) as session:
        connection = session.connection()
        order = [place.id for place in locations(connection)]
        levels = levels_of(connection, variant_ids=[variant_id])
        for level in sorted(levels, key=lambda level: order.index(level.location_id)):
            count_stock(
                session,
                merchant_id=merchant_id,
                variant_id=variant_id,
                location_id=level.location_id,
                on_hand=units + level.held + level.safety,
                reason="measurement",
            )
            units = 0


def units_held(database: Database, *, merchant_id: UUID, variant: str) -> int:
    """Return how many units of a variant are promised."""
    with database.reading(Scope.merchant(merchant_id)) as connection:
        return int(connection.execute(_HELD, {"variant": UUID(variant)}).scalar_one())


def catalogue_size(database: Database) -> tuple[int, int]:
    """Return how many products and variants the installation has."""
    with database.reading(Scope.park()) as connection:
        products, variants = connection.execute(_SIZE).one()
    return int(products), int(variants)


def refresh_statistics(database_url: str) -> None:
    """Let the planner know what was just filled in, as the nightly vacuum would."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


@contextmanager
def database_of(url: str) -> Iterator[Database]:
    """Give a small pool to prepare with."""
    with closing(Database(url, connections=2, name="quayside bench")) as database:
        yield database


def _cookie(merchant_id: UUID, register_id: UUID, key: str) -> str:
    return f"quayside-till={merchant_id.hex}.{register_id.hex}.{key}"

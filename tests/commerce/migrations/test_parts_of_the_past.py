"""Orders from before there were parts get theirs: what waits is to be picked, what left has left."""

from alembic import command
from sqlalchemy import Connection, create_engine, text

from commerce.cli.proofs import leaving
from commerce.cli.proofs.proof import Installation
from commerce.kernel.clock import utc_now
from commerce.kernel.migrate import configuration
from commerce.kernel.settings import Settings

_PARTS = text("""
SELECT f.order_id, f.location_id, f.kind, f.state, sum(l.quantity)
FROM fulfilment f JOIN fulfilment_line l ON l.fulfilment_id = f.id
GROUP BY f.merchant_id, f.id ORDER BY 1, 2, 4
""")


def parts(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(_PARTS)]


def test_the_past_has_the_parts_that_it_would_have_had(demo_park: Settings) -> None:
    url = str(demo_park.database_url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        before = parts(connection)
    assert {state for _, _, _, state, _ in before} >= {"open", "sent", "delivered"}
    command.stamp(configuration(url), "head")
    command.downgrade(configuration(url), "0038-1")
    command.upgrade(configuration(url), "head")
    with engine.begin() as connection:
        assert parts(connection) == before
        installation = Installation(
            connection=connection,
            settings=demo_park,
            database_url=url,
            is_running=False,
            now=utc_now(),
        )
        for proof in leaving.PROOFS:
            assert proof.faults(installation) == (), proof.sentence
    engine.dispose()

"""Runs migrations, and drafts them: a new table comes with its policies, grants and triggers."""

from typing import Any

from alembic import context
from alembic.operations import ops
from sqlalchemy import create_engine

from commerce.kernel.tenancy import REFUSE_CHANGE, ROLES, access_rules
from commerce.migrations.tables import metadata

BEGINNING = (ROLES, REFUSE_CHANGE, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
# A policy may speak of another table, so all of them go before the first table does.
DROP_POLICIES = """
DO $$
DECLARE policy record;
BEGIN
  FOR policy IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP POLICY %I ON %I', policy.policyname, policy.tablename);
  END LOOP;
END $$
"""
END = (
    "DROP FUNCTION search_products(text, text[], text[], text[])",
    "DROP FUNCTION refuse_change()",
    # The roles and the extension stay: other databases of the server may use them.
)


def add_access_rules(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write each new table's rules behind its creation, as the text they are today."""
    for script in directives:
        upgrade = script.upgrade_ops
        if not context.get_context().get_current_heads():
            upgrade.ops[:0] = [ops.ExecuteSQLOp(statement) for statement in BEGINNING]
            script.downgrade_ops.ops.insert(0, ops.ExecuteSQLOp(DROP_POLICIES))
            script.downgrade_ops.ops += [ops.ExecuteSQLOp(statement) for statement in END]
        created = [op for op in upgrade.ops if isinstance(op, ops.CreateTableOp)]
        for op in created:
            table = metadata.tables[op.table_name]
            for rule in (*access_rules(table), *table.info.get("statements", ())):
                upgrade.ops.append(ops.ExecuteSQLOp(rule))


def _own(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: FBT001 - Alembic's signature
    return not (kind == "table" and name == "alembic_version")


def run() -> None:
    """Run in one transaction, so that a migration that dies leaves nothing behind."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            process_revision_directives=add_access_rules,
            include_object=_own,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()

"""Walls: between merchants, around what is never changed, and under the tables themselves."""

from collections.abc import Iterator

from sqlalchemy import Table, text

from commerce.cli.proofs.proof import Fault, Installation, proof, proof_by_query
from commerce.kernel.release import current_revision, newest_revision
from commerce.kernel.tenancy import APP_ROLE, PARK_ROLE
from commerce.migrations.tables import metadata

_POLICIES = text(f"""
SELECT c.relname AS name, c.relrowsecurity AS walled,
       ARRAY(SELECT p.policyname FROM pg_policies p
             WHERE p.schemaname = 'public' AND p.tablename = c.relname) AS policies,
       ARRAY(SELECT concat(p.policyname, ' ', p.qual) FROM pg_policies p
             WHERE p.schemaname = 'public' AND p.tablename = c.relname
               AND '{APP_ROLE}' = ANY(p.roles)) AS for_app,
       EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled IN ('O', 'A')
               AND t.tgfoid = to_regproc('refuse_change')) AS guarded,
       has_table_privilege('{APP_ROLE}', c.oid, 'UPDATE') OR has_table_privilege('{APP_ROLE}', c.oid, 'DELETE')
         OR has_table_privilege('{PARK_ROLE}', c.oid, 'UPDATE')
         OR has_table_privilege('{PARK_ROLE}', c.oid, 'DELETE') AS changeable
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
""")  # noqa: S608 - the roles' names are ours

_ROLES = text("""
SELECT rolname, rolsuper OR rolbypassrls AS above_the_law,
       EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS owns
FROM pg_roles r WHERE rolname = ANY(:roles)
""")


@proof("schema", "The tables are at this release's revision, and every table is there.")
def tables_are_of_this_release(installation: Installation) -> Iterator[Fault]:
    """Compare the revision, and the tables that the code declares with those that there are."""
    current, newest = current_revision(installation.database_url), newest_revision()
    if current != newest:
        yield Fault("revision", f"is {current}, this release needs {newest}: quayside migrate")
    there = {row.name for row in installation.connection.execute(_POLICIES)}
    for missing in sorted(set(metadata.tables) - there):
        yield Fault(missing, "there is no such table")


@proof("roles", "The two roles own nothing and cannot pass by row-level security.")
def roles_are_bound(installation: Installation) -> Iterator[Fault]:
    """Look at what the roles may do."""
    roles = [APP_ROLE, PARK_ROLE]
    rows = installation.connection.execute(_ROLES, {"roles": roles}).all()
    for missing in sorted(set(roles) - {row.rolname for row in rows}):
        yield Fault(missing, "there is no such role")
    for row in rows:
        if row.above_the_law:
            yield Fault(row.rolname, "passes by row-level security")
        if row.owns:
            yield Fault(row.rolname, "owns tables, and could switch their policies off")


@proof("I15", "Every table of merchants is walled by a policy that compares the merchant.")
def tenants_are_walled(installation: Installation) -> Iterator[Fault]:
    """Compare the policies that there are with what each table needs."""
    for row in installation.connection.execute(_POLICIES):
        table = metadata.tables.get(row.name)
        if table is not None:
            yield from (Fault(row.name, what) for what in _wall_faults(table, row))


def _wall_faults(table: Table, row: object) -> Iterator[str]:
    walled, for_app = getattr(row, "walled", False), getattr(row, "for_app", [])
    is_tenant = "merchant_id" in table.columns
    if (is_tenant or table.info.get("park_only")) and not walled:
        yield "row-level security is off"
    if is_tenant and not any("merchant_id" in policy for policy in for_app):
        yield "no policy binds merchants to their own rows"
    if is_tenant and any(policy.rpartition(" ")[2] == "true" for policy in for_app):
        yield "a policy lets every merchant see every row"


REFERENCES_STAY_INSIDE = proof_by_query(
    "I15",
    "Every reference between rows of merchants carries the merchant, and is enforced.",
    """
    SELECT concat(k.conrelid::regclass, '.', k.conname) AS key,
           CASE WHEN k.convalidated THEN 'does not carry merchant_id'
                ELSE 'was never validated' END AS what
    FROM pg_constraint k
    JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attname = 'merchant_id'
    JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attname = 'merchant_id'
    WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
      AND (NOT k.convalidated OR NOT f.attnum = ANY(k.conkey) OR NOT t.attnum = ANY(k.confkey))
    """,
)

# The columns that name a row of another room without a foreign key. Tills and clients name their
# sales themselves, so two merchants may use one id, each for a row of its own.
LOOSE_REFERENCES_STAY_INSIDE = proof_by_query(
    "I15",
    "What names a register, an order or a hold's owner without a foreign key names the merchant's own.",
    """
    SELECT o.number AS key, 'names a register of another merchant' AS what
    FROM sales_order o JOIN register r ON r.id = o.register_id
    WHERE r.merchant_id <> o.merchant_id AND NOT EXISTS (
      SELECT FROM register x WHERE x.merchant_id = o.merchant_id AND x.id = o.register_id)
    UNION ALL
    SELECT CAST(h.id AS text), 'holds for an order of another merchant'
    FROM hold h JOIN sales_order o ON o.id = h.owner_id
    WHERE o.merchant_id <> h.merchant_id AND NOT EXISTS (
      SELECT FROM sales_order x WHERE x.merchant_id = h.merchant_id AND x.id = h.owner_id)
    UNION ALL
    SELECT CAST(m.id AS text), 'was moved by an order of another merchant'
    FROM movement m JOIN sales_order o ON o.id = m.subject_id
    WHERE o.merchant_id <> m.merchant_id AND NOT EXISTS (
      SELECT FROM sales_order x WHERE x.merchant_id = m.merchant_id AND x.id = m.subject_id)
    """,
)


@proof("I6", "What is never changed cannot be: no role may, and a trigger refuses the owner too.")
def ledgers_are_immutable(installation: Installation) -> Iterator[Fault]:
    """Look for the trigger and the missing grants of every append-only table."""
    for row in installation.connection.execute(_POLICIES):
        table = metadata.tables.get(row.name)
        if table is None or not table.info.get("append_only"):
            continue
        if not row.guarded:
            yield Fault(row.name, "no trigger refuses a change")
        if row.changeable:
            yield Fault(row.name, "a role was granted UPDATE or DELETE")


PROOFS = (
    tables_are_of_this_release,
    roles_are_bound,
    tenants_are_walled,
    REFERENCES_STAY_INSIDE,
    LOOSE_REFERENCES_STAY_INSIDE,
    ledgers_are_immutable,
)

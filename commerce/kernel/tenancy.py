"""Row-level security: two roles that own nothing, and the policies that bind them.

`quayside_app` sees the rows of the one merchant named in the transaction; `quayside_park` is for
the park's own work over all merchants (sign-in, sweeps, proofs). Neither owns a table, so neither
can switch the policies off. A transaction takes its role and merchant in the same message as BEGIN
(see `commerce.kernel.database`).
"""

from sqlalchemy import Table

APP_ROLE = "quayside_app"
PARK_ROLE = "quayside_park"
MERCHANT_SETTING = "quayside.merchant"
CURRENT_MERCHANT = f"NULLIF(current_setting('{MERCHANT_SETTING}', true), '')::uuid"

ROLES = f"""
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['{APP_ROLE}', '{PARK_ROLE}'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    -- Whoever makes a role may hand it out but not act as it (PostgreSQL 16 on), so it is granted
    -- in any case; where somebody else made the role, that has been done by them.
    BEGIN
      EXECUTE format('GRANT %I TO %I', wanted, current_user);
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', wanted);
  END LOOP;
END $$
"""
"""Creates both roles when missing and lets the connecting user act as them."""

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed; book a correction', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""


def access_rules(table: Table) -> list[str]:
    """Return the grants, policies and triggers that `table` needs, in order."""
    append_only = bool(table.info.get("append_only"))
    if "merchant_id" in table.columns:
        rules = tenant_rules(table.name, append_only=append_only)
    elif table.info.get("park_only"):
        rules = park_rules(table.name, append_only=append_only)
    else:
        rules = shared_rules(table.name, append_only=append_only)
    return [*rules, *table.info.get("access", ())]


def tenant_rules(table: str, *, append_only: bool) -> list[str]:
    """Return the rules of a table whose rows belong to one merchant each."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} TO {APP_ROLE} USING (merchant_id = {CURRENT_MERCHANT})",
        f"CREATE POLICY park ON {table} TO {PARK_ROLE} USING (true)",
        _grant(table, f"{APP_ROLE}, {PARK_ROLE}", append_only=append_only),
        *_append_only_trigger(table, append_only=append_only),
    ]


def park_rules(table: str, *, append_only: bool) -> list[str]:
    """Return the rules of a table that merchants' transactions must not see at all."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY park ON {table} TO {PARK_ROLE} USING (true)",
        _grant(table, PARK_ROLE, append_only=append_only),
        *_append_only_trigger(table, append_only=append_only),
    ]


def shared_rules(table: str, *, append_only: bool) -> list[str]:
    """Return the rules of a table that every merchant may read and only the park writes."""
    return [
        f"GRANT SELECT ON {table} TO {APP_ROLE}",
        _grant(table, PARK_ROLE, append_only=append_only),
        *_append_only_trigger(table, append_only=append_only),
    ]


def _grant(table: str, roles: str, *, append_only: bool) -> str:
    verbs = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    return f"GRANT {verbs} ON {table} TO {roles}"


def _append_only_trigger(table: str, *, append_only: bool) -> list[str]:
    if not append_only:
        return []
    return [
        (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    ]

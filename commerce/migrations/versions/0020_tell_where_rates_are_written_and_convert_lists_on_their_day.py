"""Tell where tax rates are written and who switched one off; convert lists on a rate's day."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WORDS = ("source_zh", "source_url", "note", "note_zh", "switched_off_why")
_KEY = ["country", "region", "component", "tax_class", "valid_from"]

# Rates that were switched off before are told from unchecked ones by the park's log.
# Only its last word counts: whoever confirmed a rate afterwards switched it on again.
_REMEMBER = """
UPDATE tax_rate r
SET switched_off_at = e.at, switched_off_by = e.actor_id,
    switched_off_why = coalesce(e.facts ->> 'reason', '')
FROM (
  SELECT DISTINCT ON (subject) subject, action, at, actor_id, facts FROM security_event
  WHERE action IN ('tax-rate-switched-off', 'tax-rate-confirmed')
  ORDER BY subject, at DESC, number DESC
) e
WHERE e.subject = r.id::text AND e.action = 'tax-rate-switched-off' AND NOT r.enabled
"""


def upgrade() -> None:
    for word in _WORDS:
        op.add_column("tax_rate", sa.Column(word, sa.Text(), server_default="", nullable=False))
    op.add_column("tax_rate", sa.Column("source_read", sa.Date(), nullable=True))
    op.add_column("tax_rate", sa.Column("switched_off_at", sa.DateTime(timezone=True)))
    op.add_column("tax_rate", sa.Column("switched_off_by", sa.Uuid()))
    op.execute(_REMEMBER)
    op.create_check_constraint(
        op.f("ck_tax_rate_switched_off"), "tax_rate", "NOT enabled OR switched_off_at IS NULL"
    )
    op.drop_constraint(
        "uq_tax_rate_country_region_component_tax_class_valid_from", "tax_rate", type_="unique"
    )
    op.create_index(
        "uq_tax_rate_first_day",
        "tax_rate",
        _KEY,
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("switched_off_at IS NULL"),
    )
    op.add_column(
        "exchange_rate", sa.Column("source_zh", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "merchant_rate", sa.Column("converts", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("price_list", sa.Column("converted_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE price_list SET converted_at = now() WHERE derived_from IS NOT NULL")


def downgrade() -> None:
    op.drop_column("price_list", "converted_at")
    op.drop_column("merchant_rate", "converts")
    op.drop_column("exchange_rate", "source_zh")
    op.drop_index("uq_tax_rate_first_day", table_name="tax_rate")
    # What was switched off and replaced cannot stand beside its successor under the old rule.
    op.execute("""
        DELETE FROM tax_rate r USING tax_rate n
        WHERE r.switched_off_at IS NOT NULL AND n.id <> r.id
          AND (n.switched_off_at IS NULL OR n.id > r.id)
          AND (n.country, n.component, n.tax_class, n.valid_from)
              = (r.country, r.component, r.tax_class, r.valid_from)
          AND n.region IS NOT DISTINCT FROM r.region
    """)
    op.create_unique_constraint(
        "uq_tax_rate_country_region_component_tax_class_valid_from",
        "tax_rate",
        _KEY,
        postgresql_nulls_not_distinct=True,
    )
    op.drop_constraint(op.f("ck_tax_rate_switched_off"), "tax_rate", type_="check")
    for column in ("switched_off_by", "switched_off_at", "source_read", *reversed(_WORDS)):
        op.drop_column("tax_rate", column)

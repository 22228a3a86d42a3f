"""Keep stories of shops and rules of tills, and letters that nobody wants to send any more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_story",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("lead_zh", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column(
            "picture", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("picture_alt", sa.Text(), nullable=False),
        sa.Column("picture_alt_zh", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 80",
            name=op.f("ck_shop_story_slug"),
        ),
        sa.CheckConstraint("title <> '' OR title_zh <> ''", name=op.f("ck_shop_story_title")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_shop_story_position")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_shop_story_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_shop_story")),
        sa.UniqueConstraint("merchant_id", "slug", name=op.f("uq_shop_story_merchant_id_slug")),
    )
    op.create_index(
        op.f("ix_shop_story_merchant_id_position"),
        "shop_story",
        ["merchant_id", "position"],
        unique=False,
    )
    op.create_table(
        "till_rules",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("discount_limit", sa.BigInteger(), nullable=False),
        sa.Column("lock_after_seconds", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "discount_limit BETWEEN 0 AND 10000", name=op.f("ck_till_rules_discount_limit")
        ),
        sa.CheckConstraint(
            "lock_after_seconds BETWEEN 30 AND 1800", name=op.f("ck_till_rules_lock_after_seconds")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_till_rules_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_till_rules")),
        info={"append_only": True},
    )
    op.execute("ALTER TABLE shop_story ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON shop_story TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON shop_story TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON shop_story TO quayside_app, quayside_park")
    op.execute("ALTER TABLE till_rules ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON till_rules TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON till_rules TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON till_rules TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER till_rules_append_only BEFORE UPDATE OR DELETE ON till_rules FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.drop_constraint(op.f("ck_outgoing_mail_state"), "outgoing_mail")
    op.create_check_constraint(
        op.f("ck_outgoing_mail_state"),
        "outgoing_mail",
        "state IN ('queued', 'sending', 'sent', 'failed', 'given_up')",
    )


def downgrade() -> None:
    op.execute("UPDATE outgoing_mail SET state = 'failed' WHERE state = 'given_up'")
    op.drop_constraint(op.f("ck_outgoing_mail_state"), "outgoing_mail")
    op.create_check_constraint(
        op.f("ck_outgoing_mail_state"),
        "outgoing_mail",
        "state IN ('queued', 'sending', 'sent', 'failed')",
    )
    op.drop_table("till_rules")
    op.drop_index(op.f("ix_shop_story_merchant_id_position"), table_name="shop_story")
    op.drop_table("shop_story")

"""Count the bytes of pictures, and limit what every merchant may keep."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("bytes", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "media_quota",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("most_files", sa.BigInteger(), nullable=False),
        sa.Column("most_bytes", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "most_files >= 0 AND most_bytes >= 0", name=op.f("ck_media_quota_limits")
        ),
        sa.CheckConstraint("source <> ''", name=op.f("ck_media_quota_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_quota")),
    )
    op.execute("GRANT SELECT ON media_quota TO quayside_app")
    op.execute("GRANT SELECT, INSERT ON media_quota TO quayside_park")
    op.execute(
        "CREATE TRIGGER media_quota_append_only BEFORE UPDATE OR DELETE ON media_quota "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("""
        INSERT INTO media_quota (id, valid_from, most_files, most_bytes, source) VALUES
          ('00000000-0000-7000-8000-000000000001', '2026-11-23', 50000, 20000000000, 'usual, until the park decides')
    """)


def downgrade() -> None:
    op.drop_table("media_quota")
    op.drop_column("media", "bytes")

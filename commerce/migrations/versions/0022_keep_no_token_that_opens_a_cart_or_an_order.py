"""Keep no token that opens a cart or an order: digests of those that were given out, and nothing else.

Links in letters and cookies go on working, by their digest. A payment page that was opened in the
minutes before, and is asked for again, is refused by its provider once: its way back reads otherwise.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLES = (("cart", "carts"), ("sales_order", "orders"))


def upgrade() -> None:
    for table, folder in _TABLES:
        op.add_column(table, sa.Column("token_digest", sa.LargeBinary()))
        op.execute(f"UPDATE {table} SET token_digest = sha256(convert_to(token, 'UTF8'))")  # noqa: S608 - names of ours
        # An answer names one cart or order, as `token` and at the end of its address.
        op.execute(f"""
            UPDATE kept_answer k SET body = replace(k.body, row.token, {_mark(table)}) FROM {table} row
            WHERE row.merchant_id = k.merchant_id AND row.token IN (
              substring(k.body FROM '/shop/{folder}/([A-Za-z0-9_-]{{43}})'),
              substring(k.body FROM '"token": ?"([A-Za-z0-9_-]{{43}})"'))
        """)  # noqa: S608 - names of ours
    op.execute("""
        UPDATE outgoing_mail m
        SET text = replace(m.text, o.token, '⟦order⟧'), html = replace(m.html, o.token, '⟦order⟧')
        FROM sales_order o WHERE o.merchant_id = m.merchant_id AND o.id = m.order_id
    """)
    op.execute("""
        UPDATE payment p SET journey = replace(CAST(p.journey AS text), o.token, '⟦order⟧')::jsonb
        FROM sales_order o
        WHERE o.merchant_id = p.merchant_id AND o.id = p.order_id AND p.journey IS NOT NULL
    """)
    op.create_index(
        "ix_outgoing_mail_written",
        "outgoing_mail",
        ["created_at"],
        postgresql_where=sa.text("text <> ''"),
    )
    for table, _folder in _TABLES:
        op.drop_constraint(f"uq_{table}_token", table)
        op.drop_column(table, "token")
        op.create_unique_constraint(op.f(f"uq_{table}_token_digest"), table, ["token_digest"])


def downgrade() -> None:
    """Give every cart and order a new token: those that were given out cannot be told any more."""
    op.drop_index("ix_outgoing_mail_written", table_name="outgoing_mail")
    for table, _folder in _TABLES:
        op.add_column(table, sa.Column("token", sa.Text()))
        op.execute(f"""
            UPDATE {table} SET token = rtrim(translate(encode(
              sha256(convert_to(gen_random_uuid()::text || gen_random_uuid(), 'UTF8')), 'base64'
            ), '+/', '-_'), '=')
        """)  # noqa: S608 - names of ours
        op.alter_column(table, "token", nullable=False)
        op.execute(f"""
            UPDATE kept_answer k SET body = replace(k.body, {_mark(table)}, row.token)
            FROM {table} row
            WHERE row.merchant_id = k.merchant_id AND strpos(k.body, {_mark(table)}) > 0
        """)  # noqa: S608 - names of ours
    op.execute("""
        UPDATE outgoing_mail m
        SET text = replace(m.text, '⟦order⟧', o.token), html = replace(m.html, '⟦order⟧', o.token)
        FROM sales_order o WHERE o.merchant_id = m.merchant_id AND o.id = m.order_id
    """)
    op.execute("""
        UPDATE payment p SET journey = replace(CAST(p.journey AS text), '⟦order⟧', o.token)::jsonb
        FROM sales_order o
        WHERE o.merchant_id = p.merchant_id AND o.id = p.order_id AND p.journey IS NOT NULL
    """)
    for table, _folder in _TABLES:
        op.drop_constraint(f"uq_{table}_token_digest", table)
        op.drop_column(table, "token_digest")
        op.create_unique_constraint(op.f(f"uq_{table}_token"), table, ["token"])


def _mark(table: str) -> str:
    return f"E'\\x01{'cart' if table == 'cart' else 'order'}:' || row.id || E'\\x02'"

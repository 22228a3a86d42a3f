"""Keep gift cards and store credit: accounts, their journal, what carts use of them, and their books.

What a use or a refund books, the payment's and the refund's functions of revision 0043 tell: the
liability stands where the provider's clearing account would. What the journal books by itself is what
no payment tells of: cards that are sold, taken back, given away, set right, or never spent.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_HELD = "CASE now_is.tender WHEN 'cash' THEN 'drawer' ELSE 'clearing' END"
_HELD_NOW = (
    "CASE WHEN now_is.tender = 'cash' THEN 'drawer' "
    "WHEN now_is.tender IN ('gift_card', 'store_credit') THEN 'stored_value' ELSE 'clearing' END"
)
_GIVEN = "CASE paid.tender WHEN 'cash' THEN 'drawer' ELSE 'clearing' END"
_GIVEN_NOW = (
    "CASE WHEN given.account_id IS NOT NULL THEN 'stored_value' "
    "WHEN paid.tender = 'cash' THEN 'drawer' ELSE 'clearing' END"
)
_CARRIER = "paid.id, paid.plugin,"
_CARRIER_NOW = (
    "paid.id, CASE WHEN given.account_id IS NULL THEN paid.plugin ELSE 'stored-value' END,"
)

# Selling a card is no turnover: what was taken for it is owed to its holder until they buy with it.
_BOOK_VALUE = """
CREATE FUNCTION book_value(told stored_value_entry) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM book_money(told.merchant_id,
    CASE told.kind WHEN 'sold' THEN 'card_sold' WHEN 'withdrawn' THEN 'card_withdrawn'
      ELSE 'value_' || told.kind END,
    told.id, NULL, 'stored-value',
    CASE told.kind WHEN 'sold' THEN 'takings' WHEN 'withdrawn' THEN 'refunds'
      WHEN 'expired' THEN 'breakage' ELSE 'goodwill' END,
    'stored_value', v.currency, told.amount_minor, told.at, NULL)
  FROM stored_value v WHERE v.merchant_id = told.merchant_id AND v.id = told.account_id;
END $$
"""


def upgrade() -> None:
    _lay_accounts()
    _lay_journal()
    _admit("stored_value", "SELECT, INSERT, UPDATE, DELETE")
    _admit("stored_value_entry", "SELECT, INSERT")
    op.execute(
        "CREATE TRIGGER stored_value_entry_append_only BEFORE UPDATE OR DELETE ON stored_value_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    _widen()
    _rewrite("book_payment(payment,payment)", (_HELD, _HELD_NOW))
    _rewrite("book_refund(refund)", (_GIVEN, _GIVEN_NOW), (_CARRIER, _CARRIER_NOW))
    op.execute(_BOOK_VALUE)
    op.execute(
        "CREATE FUNCTION stored_value_entry_booked() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM book_value(NEW); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER stored_value_entry_booked_on_insert AFTER INSERT ON stored_value_entry "
        "FOR EACH ROW WHEN (NEW.kind NOT IN ('redeemed', 'refunded')) "
        "EXECUTE FUNCTION stored_value_entry_booked()"
    )


def _rewrite(function: str, *changes: tuple[str, str]) -> None:
    """Change words in the body of a function that stands in the database."""
    body = f"pg_get_functiondef('{function}'::regprocedure)"
    for old, new in changes:
        body = f"replace({body}, $old${old}$old$, $new${new}$new$)"
    op.execute(f"DO $do$ BEGIN EXECUTE {body}; END $do$")


def _admit(table: str, rights: str) -> None:
    """Let merchants see their own rows, and the park all."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} TO quayside_app USING "
        "(merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute(f"CREATE POLICY park ON {table} TO quayside_park USING (true)")
    op.execute(f"GRANT {rights} ON {table} TO quayside_app, quayside_park")


def _widen() -> None:
    op.add_column(
        "payment",
        sa.Column("credited_minor", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.alter_column("payment", "credited_minor", server_default=None)
    op.create_check_constraint(
        op.f("ck_payment_credited"),
        "payment",
        "credited_minor BETWEEN 0 AND refunded_minor - elsewhere_refunded_minor",
    )
    op.add_column("refund", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_refund_merchant_id_account_id"),
        "refund",
        "stored_value",
        ["merchant_id", "account_id"],
        ["merchant_id", "id"],
    )
    op.add_column(
        "cart",
        sa.Column("stored_value", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
    )
    op.alter_column("cart", "stored_value", server_default=None)
    op.add_column("cart", sa.Column("gift", postgresql.JSONB(), nullable=True))
    _kinds("kind IN ('physical', 'service', 'gift_card')")


def _kinds(rule: str) -> None:
    op.drop_constraint(op.f("ck_product_kind"), "product")
    op.create_check_constraint(op.f("ck_product_kind"), "product", rule)


def _lay_accounts() -> None:
    op.create_table(
        "stored_value",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.Column("sealed_code", sa.LargeBinary(), nullable=True),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.BigInteger(), nullable=True),
        sa.Column("recipient", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "CASE kind WHEN 'gift_card' THEN code_digest IS NOT NULL AND customer_id IS NULL WHEN 'store_credit' THEN code_digest IS NULL AND customer_id IS NOT NULL AND order_line_id IS NULL ELSE false END",
            name=op.f("ck_stored_value_kind"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_stored_value_currency")),
        sa.CheckConstraint(
            "(order_line_id IS NULL) = (unit IS NULL)", name=op.f("ck_stored_value_sold")
        ),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_stored_value_balance")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "customer_id"],
            ["customer.merchant_id", "customer.id"],
            name=op.f("fk_stored_value_merchant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_line_id"],
            ["order_line.merchant_id", "order_line.id"],
            name=op.f("fk_stored_value_merchant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_stored_value_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_stored_value")),
        sa.UniqueConstraint(
            "merchant_id", "code_digest", name=op.f("uq_stored_value_merchant_id_code_digest")
        ),
        sa.UniqueConstraint(
            "merchant_id",
            "order_line_id",
            "unit",
            name=op.f("uq_stored_value_merchant_id_order_line_id_unit"),
        ),
    )
    op.create_index(
        "ix_stored_value_customer",
        "stored_value",
        ["merchant_id", "customer_id", "currency"],
        unique=True,
        postgresql_where="kind = 'store_credit'",
    )
    op.create_index(
        "ix_stored_value_expiring",
        "stored_value",
        ["expires_at"],
        unique=False,
        postgresql_where="balance_minor > 0 AND expires_at IS NOT NULL",
    )
    op.create_index(
        "ix_stored_value_last_four", "stored_value", ["merchant_id", "last_four"], unique=False
    )
    op.create_index(
        "ix_stored_value_sealed",
        "stored_value",
        ["created_at"],
        unique=False,
        postgresql_where="sealed_code IS NOT NULL",
    )


def _lay_journal() -> None:
    op.create_table(
        "stored_value_entry",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'redeemed') = (payment_id IS NOT NULL)",
            name=op.f("ck_stored_value_entry_payment"),
        ),
        sa.CheckConstraint(
            "(kind = 'refunded') = (refund_id IS NOT NULL)",
            name=op.f("ck_stored_value_entry_refund"),
        ),
        sa.CheckConstraint(
            "CASE WHEN kind IN ('sold', 'granted', 'refunded') THEN amount_minor > 0 WHEN kind IN ('redeemed', 'withdrawn', 'expired') THEN amount_minor < 0 ELSE kind = 'adjusted' AND amount_minor <> 0 END",
            name=op.f("ck_stored_value_entry_kind"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('granted', 'adjusted') OR reason <> ''",
            name=op.f("ck_stored_value_entry_reason"),
        ),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_stored_value_entry_balance")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "account_id"],
            ["stored_value.merchant_id", "stored_value.id"],
            name=op.f("fk_stored_value_entry_merchant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "payment_id"],
            ["payment.merchant_id", "payment.id"],
            name=op.f("fk_stored_value_entry_merchant_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "refund_id"],
            ["refund.merchant_id", "refund.id"],
            name=op.f("fk_stored_value_entry_merchant_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_stored_value_entry_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_stored_value_entry")),
        sa.UniqueConstraint(
            "merchant_id", "payment_id", name=op.f("uq_stored_value_entry_merchant_id_payment_id")
        ),
        sa.UniqueConstraint(
            "merchant_id", "refund_id", name=op.f("uq_stored_value_entry_merchant_id_refund_id")
        ),
        sa.UniqueConstraint(
            "merchant_id", "request_id", name=op.f("uq_stored_value_entry_merchant_id_request_id")
        ),
        info={"append_only": True},
    )
    op.create_index(
        "ix_stored_value_entry_account",
        "stored_value_entry",
        ["merchant_id", "account_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER stored_value_entry_booked_on_insert ON stored_value_entry")
    op.execute("DROP FUNCTION stored_value_entry_booked()")
    op.execute("DROP FUNCTION book_value")
    _rewrite("book_payment(payment,payment)", (_HELD_NOW, _HELD))
    _rewrite("book_refund(refund)", (_GIVEN_NOW, _GIVEN), (_CARRIER_NOW, _CARRIER))
    op.execute("UPDATE product SET kind = 'service' WHERE kind = 'gift_card'")
    _kinds("kind IN ('physical', 'service')")
    op.drop_column("cart", "gift")
    op.drop_column("cart", "stored_value")
    op.drop_column("refund", "account_id")
    op.drop_constraint(op.f("ck_payment_credited"), "payment")
    op.drop_column("payment", "credited_minor")
    op.drop_table("stored_value_entry")
    op.drop_table("stored_value")

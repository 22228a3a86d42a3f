"""Book money in double entry, with the statement that moves it, and settle exchanges.

What the functions book, and why triggers do it, is told in `commerce/ledger/__init__.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

# An amount below zero goes the other way. The id begins with the time, as every id does, and goes on
# with its microseconds, so that what was booked together stands in its order (RFC 9562, 5.7, 6.2).
_BOOK = """
CREATE FUNCTION book_money(
  merchant uuid, what text, source uuid, paid uuid, carrier text, debtor text, creditor text,
  unit text, minor bigint, happened timestamptz, used numeric
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  micro bigint := extract(epoch FROM clock_timestamp()) * 1000000;
BEGIN
  IF minor <> 0 THEN
    INSERT INTO money_entry (merchant_id, id, kind, source_id, payment_id, provider, debit, credit,
                             currency, amount_minor, rate, at, booked_at)
    VALUES (
      merchant,
      encode(overlay(uuid_send(gen_random_uuid()) PLACING
          int8send((micro / 1000 << 16) | 28672 | (micro % 1000 * 4096 / 1000)) FROM 1 FOR 8),
        'hex')::uuid,
      what, source, paid, carrier,
      CASE WHEN minor > 0 THEN debtor ELSE creditor END,
      CASE WHEN minor > 0 THEN creditor ELSE debtor END,
      unit, abs(minor), used, happened, now()
    );
  END IF;
END $$
"""

# Amounts of a payment only grow; what was promised and not taken is let go with the state.
_PAYMENT = """
CREATE FUNCTION book_payment(was payment, now_is payment) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  held text := CASE now_is.tender WHEN 'cash' THEN 'drawer' ELSE 'clearing' END;
  begun timestamptz := coalesce(now_is.settled_at, now_is.created_at);
BEGIN
  PERFORM book_money(now_is.merchant_id, 'authorised', now_is.id, now_is.id, now_is.plugin,
    'authorised', 'awaited', now_is.currency,
    CASE now_is.state WHEN 'authorised' THEN now_is.authorised_minor - now_is.captured_minor
         ELSE 0 END
    - CASE was.state WHEN 'authorised' THEN was.authorised_minor - was.captured_minor ELSE 0 END,
    CASE WHEN was.id IS NULL THEN begun ELSE now() END, NULL);
  PERFORM book_money(now_is.merchant_id, 'captured', now_is.id, now_is.id, now_is.plugin,
    held, 'takings', now_is.currency, now_is.captured_minor - coalesce(was.captured_minor, 0),
    CASE WHEN coalesce(was.captured_minor, 0) = 0 THEN begun ELSE now() END, NULL);
  PERFORM book_money(now_is.merchant_id, 'rounded', now_is.id, now_is.id, now_is.plugin,
    held, 'rounding', now_is.currency, now_is.rounding_minor - coalesce(was.rounding_minor, 0),
    begun, NULL);
  PERFORM book_money(now_is.merchant_id, 'refunded_elsewhere', now_is.id, now_is.id, now_is.plugin,
    'refunds', held, now_is.currency,
    now_is.elsewhere_refunded_minor - coalesce(was.elsewhere_refunded_minor, 0), now(), NULL);
END $$
"""

_REFUND = """
CREATE FUNCTION book_refund(given refund) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  paid payment;
  held text;
BEGIN
  SELECT * INTO paid FROM payment p
  WHERE p.merchant_id = given.merchant_id AND p.id = given.payment_id;
  held := CASE paid.tender WHEN 'cash' THEN 'drawer' ELSE 'clearing' END;
  PERFORM book_money(given.merchant_id, 'refunded', given.id, paid.id, paid.plugin,
    'refunds', held, given.currency, given.amount_minor, coalesce(given.settled_at, now()), NULL);
  PERFORM book_money(given.merchant_id, 'rounded', given.id, paid.id, paid.plugin,
    'rounding', held, given.currency, given.rounding_minor, coalesce(given.settled_at, now()), NULL);
END $$
"""

# A drawer is filled when its shift opens and emptied into the safe by what was counted at the Z.
_OPENING = """
CREATE FUNCTION book_opening(opened shift) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM book_money(opened.merchant_id, 'float', opened.id, NULL, 'cash', 'drawer', 'safe',
    opened.currency, opened.float_minor, opened.opened_at, NULL);
END $$
"""

_CLOSING = """
CREATE FUNCTION book_closing(closed shift) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM book_money(closed.merchant_id, 'counted', closed.id, NULL, 'cash',
    'drawer', 'cash_differences', closed.currency,
    closed.counted_minor - (closed.report ->> 'expected_minor')::bigint, closed.closed_at, NULL);
  PERFORM book_money(closed.merchant_id, 'emptied', closed.id, NULL, 'cash', 'safe', 'drawer',
    closed.currency, closed.counted_minor, closed.closed_at, NULL);
END $$
"""

_CASH = """
CREATE FUNCTION book_cash(moved cash_movement) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM book_money(moved.merchant_id, CASE WHEN moved.amount_minor > 0 THEN 'cash_in'
    ELSE 'cash_out' END, moved.id, NULL, 'cash', 'drawer', 'safe', s.currency,
    moved.amount_minor, moved.at, NULL)
  FROM shift s WHERE s.merchant_id = moved.merchant_id AND s.id = moved.shift_id;
END $$
"""

# Whichever messages came or never came, the same entries stand once the outcome is known.
_DISPUTE = """
CREATE FUNCTION book_dispute(was dispute, now_is dispute) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  over timestamptz := coalesce(now_is.closed_at, now());
BEGIN
  IF now_is.state NOT LIKE 'inquiry%' AND coalesce(was.state, 'inquiry') LIKE 'inquiry%' THEN
    PERFORM book_money(now_is.merchant_id, 'dispute_opened', now_is.id, now_is.payment_id,
      now_is.plugin, 'disputed', 'clearing', now_is.currency, now_is.amount_minor,
      now_is.opened_at, NULL);
  END IF;
  PERFORM book_money(now_is.merchant_id, 'dispute_won', now_is.id, now_is.payment_id,
    now_is.plugin, 'clearing', 'disputed', now_is.currency,
    ((now_is.state = 'won')::int - (coalesce(was.state, '') = 'won')::int) * now_is.amount_minor,
    over, NULL);
  PERFORM book_money(now_is.merchant_id, 'dispute_lost', now_is.id, now_is.payment_id,
    now_is.plugin, 'dispute_losses', 'disputed', now_is.currency,
    ((now_is.state = 'lost')::int - (coalesce(was.state, '') = 'lost')::int) * now_is.amount_minor,
    over, NULL);
END $$
"""

# An exchange gives what was charged for what is settled; what that brought beyond its worth in our
# books, or less, leaves the account `exchange` with nothing but equal worths.
_SETTLEMENT = """
CREATE FUNCTION book_settlement(line settlement_line) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  other text := CASE
    WHEN line.payment_id IS NOT NULL THEN 'clearing'
    WHEN line.kind IN ('payout', 'payout_failed') THEN 'bank'
    WHEN line.kind = 'fee' THEN 'fees' ELSE 'other' END;
  what text := CASE
    WHEN line.payment_id IS NOT NULL THEN 'settled'
    WHEN line.kind IN ('payout', 'payout_failed', 'fee') THEN line.kind ELSE 'other' END;
BEGIN
  IF line.payment_id IS NOT NULL AND line.charged_currency <> line.currency THEN
    PERFORM book_money(line.merchant_id, 'exchanged', line.id, line.payment_id, line.plugin,
      'exchange', 'clearing', line.charged_currency, line.charged_minor, line.at, line.rate);
    PERFORM book_money(line.merchant_id, 'exchanged', line.id, line.payment_id, line.plugin,
      'balance', 'exchange', line.currency, line.amount_minor, line.at, line.rate);
    PERFORM book_money(line.merchant_id, 'exchanged', line.id, line.payment_id, line.plugin,
      'exchange', 'exchange_result', line.currency, line.amount_minor - line.book_minor, line.at,
      line.book_rate);
  ELSE
    PERFORM book_money(line.merchant_id, what, line.id, line.payment_id, line.plugin, 'balance',
      other, line.currency, line.amount_minor, line.at, NULL);
  END IF;
  PERFORM book_money(line.merchant_id, 'fee', line.id, line.payment_id, line.plugin, 'fees',
    'balance', line.currency, line.fee_minor, line.at, NULL);
END $$
"""

_FUNCTIONS = (
    _BOOK,
    _PAYMENT,
    _REFUND,
    _OPENING,
    _CLOSING,
    _CASH,
    _DISPUTE,
    _SETTLEMENT,
)

# Table, event, condition, and what it books. The conditions keep updates cheap that move no money.
_TRIGGERS = (
    (
        "payment",
        "INSERT",
        "NEW.authorised_minor > 0 OR NEW.captured_minor > 0 OR NEW.elsewhere_refunded_minor > 0",
        "book_payment(NULL, NEW)",
    ),
    (
        "payment",
        "UPDATE",
        (
            "(OLD.authorised_minor, OLD.captured_minor, OLD.elsewhere_refunded_minor, OLD.rounding_minor)"
            " <> (NEW.authorised_minor, NEW.captured_minor, NEW.elsewhere_refunded_minor,"
            " NEW.rounding_minor)"
            " OR (OLD.state = 'authorised') <> (NEW.state = 'authorised')"
        ),
        "book_payment(OLD, NEW)",
    ),
    ("refund", "INSERT", "NEW.state = 'done'", "book_refund(NEW)"),
    ("refund", "UPDATE", "NEW.state = 'done' AND OLD.state <> 'done'", "book_refund(NEW)"),
    ("shift", "INSERT", "NEW.float_minor > 0", "book_opening(NEW)"),
    (
        "shift",
        "UPDATE",
        "NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL",
        "book_closing(NEW)",
    ),
    ("cash_movement", "INSERT", "NEW.refund_id IS NULL", "book_cash(NEW)"),
    ("dispute", "INSERT", "NEW.state NOT LIKE 'inquiry%'", "book_dispute(NULL, NEW)"),
    ("dispute", "UPDATE", "NEW.state <> OLD.state", "book_dispute(OLD, NEW)"),
    ("settlement_line", "INSERT", "true", "book_settlement(NEW)"),
)

_BACKFILL = (
    "SELECT book_payment(NULL, p) FROM payment p WHERE captured_minor > 0 OR authorised_minor > 0",
    "SELECT book_refund(r) FROM refund r WHERE state = 'done'",
    "SELECT book_opening(s) FROM shift s",
    "SELECT book_closing(s) FROM shift s WHERE closed_at IS NOT NULL",
    "SELECT book_cash(m) FROM cash_movement m WHERE refund_id IS NULL",
)


def upgrade() -> None:
    _lay_tables()
    for function in _FUNCTIONS:
        op.execute(function)
    for table, event, condition, call in _TRIGGERS:
        name = f"{table}_booked_on_{event.lower()}"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM {call}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION {name}()"
        )
    for everything in _BACKFILL:
        op.execute(everything)


def _lay_tables() -> None:
    op.create_table(
        "balance_check",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("theirs_minor", sa.BigInteger(), nullable=False),
        sa.Column("ours_minor", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_balance_check_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_balance_check")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_balance_check_at",
        "balance_check",
        ["merchant_id", "plugin", "currency", "at"],
        unique=False,
    )
    op.create_table(
        "money_entry",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_money_entry_currency")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_money_entry_amount")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_money_entry_sides")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_money_entry_rate")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_money_entry_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_money_entry")),
        info={"append_only": True},
    )
    op.create_index("ix_money_entry_at", "money_entry", ["merchant_id", "at"], unique=False)
    op.create_table(
        "payout",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'in_transit', 'paid', 'failed', 'cancelled')",
            name=op.f("ck_payout_state"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_payout_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_payout")),
        sa.UniqueConstraint(
            "merchant_id", "plugin", "handle", name=op.f("uq_payout_merchant_id_plugin_handle")
        ),
    )
    op.create_index("ix_payout_at", "payout", ["merchant_id", "at"], unique=False)
    op.create_table(
        "dispute",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('inquiry', 'inquiry_closed', 'needs_response', 'under_review', 'won', 'lost')",
            name=op.f("ck_dispute_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_dispute_amount")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "payment_id"],
            ["payment.merchant_id", "payment.id"],
            name=op.f("fk_dispute_merchant_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_dispute_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_dispute")),
        sa.UniqueConstraint(
            "merchant_id", "plugin", "handle", name=op.f("uq_dispute_merchant_id_plugin_handle")
        ),
    )
    op.create_index("ix_dispute_payment", "dispute", ["merchant_id", "payment_id"], unique=False)
    op.create_table(
        "settlement_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("charged_currency", sa.Text(), nullable=True),
        sa.Column("charged_minor", sa.BigInteger(), nullable=True),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("book_rate", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("book_minor", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('charge', 'refund', 'refund_failed', 'dispute', 'dispute_returned', 'fee', 'payout', 'payout_failed', 'other')",
            name=op.f("ck_settlement_line_kind"),
        ),
        sa.CheckConstraint(
            "(charged_currency IS NULL) = (charged_minor IS NULL)",
            name=op.f("ck_settlement_line_charged"),
        ),
        sa.CheckConstraint(
            "payment_id IS NULL OR charged_minor IS NOT NULL",
            name=op.f("ck_settlement_line_payment"),
        ),
        sa.CheckConstraint("rate > 0", name=op.f("ck_settlement_line_rate")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "payment_id"],
            ["payment.merchant_id", "payment.id"],
            name=op.f("fk_settlement_line_merchant_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_settlement_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_settlement_line")),
        sa.UniqueConstraint(
            "merchant_id",
            "plugin",
            "handle",
            name=op.f("uq_settlement_line_merchant_id_plugin_handle"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        "ix_settlement_line_at", "settlement_line", ["merchant_id", "plugin", "at"], unique=False
    )
    op.create_index(
        "ix_settlement_line_payment", "settlement_line", ["merchant_id", "payment_id"], unique=False
    )
    op.create_table(
        "payout_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "id"],
            ["settlement_line.merchant_id", "settlement_line.id"],
            name=op.f("fk_payout_line_merchant_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "payout_id"],
            ["payout.merchant_id", "payout.id"],
            name=op.f("fk_payout_line_merchant_id_payout_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_payout_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_payout_line")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_payout_line_payout", "payout_line", ["merchant_id", "payout_id"], unique=False
    )
    op.execute("ALTER TABLE balance_check ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON balance_check TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON balance_check TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON balance_check TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER balance_check_append_only BEFORE UPDATE OR DELETE ON balance_check FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE money_entry ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON money_entry TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON money_entry TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON money_entry TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER money_entry_append_only BEFORE UPDATE OR DELETE ON money_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE payout ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON payout TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON payout TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON payout TO quayside_app, quayside_park")
    op.execute("ALTER TABLE dispute ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON dispute TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON dispute TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON dispute TO quayside_app, quayside_park")
    op.execute("ALTER TABLE settlement_line ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON settlement_line TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON settlement_line TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON settlement_line TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER settlement_line_append_only BEFORE UPDATE OR DELETE ON settlement_line FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE payout_line ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON payout_line TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON payout_line TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON payout_line TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER payout_line_append_only BEFORE UPDATE OR DELETE ON payout_line FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table, event, _condition, _call in _TRIGGERS:
        name = f"{table}_booked_on_{event.lower()}"
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
    for function in ("payment", "refund", "opening", "closing", "cash", "dispute", "settlement"):
        op.execute(f"DROP FUNCTION book_{function}")
    op.execute("DROP FUNCTION book_money")
    for table in (
        "payout_line",
        "settlement_line",
        "dispute",
        "payout",
        "money_entry",
        "balance_check",
    ):
        op.drop_table(table)

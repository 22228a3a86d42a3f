"""Find traditional characters by simplified ones, and words by what a slip of typing left of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SEARCH = """
CREATE OR REPLACE FUNCTION search_products(exact text, typed text[], pairs text[])
RETURNS TABLE (product_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan SET pg_trgm.similarity_threshold = 0.25 SET pg_trgm.word_similarity_threshold = 0.45 SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  asking uuid := NULLIF(current_setting('quayside.merchant', true), '')::uuid;
  found_exactly bigint;
  meant text;
BEGIN
  RETURN QUERY
SELECT d.id, (1 + ts_rank('{0, 0.2, 0.5, 1}', d.words, exact::tsquery)
  + ts_rank('{0, 0.2, 0.5, 1}', d.words, replace(exact, ':*', '')::tsquery))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && exact::tsquery)
ORDER BY 2 DESC, 1
LIMIT 1000
;
  GET DIAGNOSTICS found_exactly = ROW_COUNT;
  IF found_exactly < 5 THEN
    SELECT string_agg(
      '(' || quote_literal(t.word) || CASE WHEN length(t.word) > 1 THEN ':*' ELSE '' END || coalesce((
        SELECT string_agg('|' || quote_literal(near.word), '') FROM (
SELECT near.word FROM (
  SELECT w.word, 1 AS distance FROM search_word w
  WHERE w.merchant_id = asking AND w.word = ANY(ARRAY(
    SELECT left(t.word, at - 1) || substr(t.word, at + 1, 1) || substr(t.word, at, 1)
      || substr(t.word, at + 2)
    FROM generate_series(1, length(t.word) - 1) AS at
  ))
  UNION ALL
  SELECT w.word, levenshtein_less_equal(w.word, t.word, 2) FROM search_word w
  WHERE w.merchant_id = asking AND w.word % t.word
  UNION ALL
  SELECT w.word, 1 + levenshtein_less_equal(left(w.word, length(t.word)), t.word, 2)
  FROM search_word w
  WHERE w.merchant_id = asking AND t.word <% w.word AND length(w.word) > length(t.word)
) AS near
WHERE length(t.word) >= 3 AND near.distance <= CASE WHEN length(t.word) < 6 THEN 1 ELSE 2 END
GROUP BY near.word ORDER BY min(near.distance), near.word LIMIT 8
) AS near
      ), '') || ')', '&' ORDER BY t.place)
    INTO meant FROM unnest(typed) WITH ORDINALITY AS t (word, place);
    meant := concat_ws('&', meant, '(' || nullif(array_to_string(pairs, '|'), '') || ')');
    RETURN QUERY
SELECT d.id, (0.4 + 0.5 * ts_rank('{0, 0.2, 0.5, 1}', d.words, meant::tsquery))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && meant::tsquery)
  AND cardinality(pairs) <= 2 * (
    SELECT count(*) FROM unnest(pairs) AS pair WHERE d.words @@ pair::tsquery
  )
  AND NOT d.words @@ exact::tsquery
ORDER BY 2 DESC, 1
LIMIT 200
;
  END IF;
END $$
"""

_SEARCH_BEFORE = """
CREATE OR REPLACE FUNCTION search_products(exact text, alike text[], pairs text[])
RETURNS TABLE (product_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.45 SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  asking uuid := NULLIF(current_setting('quayside.merchant', true), '')::uuid;
  found_exactly bigint;
BEGIN
  RETURN QUERY
SELECT d.id, (1 + ts_rank('{0, 0.2, 0.5, 1}', d.words, exact::tsquery)
  + ts_rank('{0, 0.2, 0.5, 1}', d.words, replace(exact, ':*', '')::tsquery))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && exact::tsquery)
ORDER BY 2 DESC, 1
LIMIT 2000
;
  GET DIAGNOSTICS found_exactly = ROW_COUNT;
  IF found_exactly < 5 AND cardinality(alike) + cardinality(pairs) > 0 THEN
    RETURN QUERY
SELECT d.id, (0.9 * greatest(word_similarity(alike[1], d.plain), 0.1))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND (alike[1] IS NULL OR alike[1] <% d.plain)
  AND NOT EXISTS (
    SELECT FROM unnest(alike[2:]) AS word WHERE word_similarity(word, d.plain) < 0.25
  )
  AND (pairs[1] IS NULL OR d.words @@ array_to_string(pairs, '|')::tsquery)
  AND cardinality(pairs) <= 2 * (
    SELECT count(*) FROM unnest(pairs) AS pair WHERE d.words @@ pair::tsquery
  )
  AND NOT d.words @@ exact::tsquery
ORDER BY 2 DESC, 1
LIMIT 200
;
  END IF;
END $$
"""

_GRANTS = (
    "REVOKE ALL ON FUNCTION search_products(text, text[], text[]) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION search_products(text, text[], text[]) TO quayside_app, quayside_park",
)
_MERCHANT = "NULLIF(current_setting('quayside.merchant', true), '')::uuid"


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch")
    op.create_table(
        "search_word",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_search_word_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_search_word")),
        sa.UniqueConstraint("merchant_id", "word", name=op.f("uq_search_word_merchant_id_word")),
    )
    op.execute("""
        INSERT INTO search_word (merchant_id, id, word)
        SELECT merchant_id, gen_random_uuid(), left(word, 64) FROM (
          SELECT DISTINCT merchant_id, regexp_split_to_table(plain, ' ') AS word
          FROM search_document
        ) AS every WHERE word <> ''
        ON CONFLICT DO NOTHING
    """)
    op.create_index(
        op.f("ix_search_word_word"),
        "search_word",
        ["word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.execute("ALTER TABLE search_word ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON search_word TO quayside_app USING (merchant_id = {_MERCHANT})"
    )
    op.execute("CREATE POLICY park ON search_word TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON search_word TO quayside_app, quayside_park")
    op.add_column(
        "search_document",
        sa.Column("folding", sa.BigInteger(), server_default="1", nullable=False),
    )
    op.create_index(op.f("ix_search_document_folding"), "search_document", ["folding"])
    op.drop_column("search_document", "plain")
    _replace_search(_SEARCH)


def downgrade() -> None:
    op.add_column(
        "search_document", sa.Column("plain", sa.Text(), server_default="", nullable=False)
    )
    op.alter_column("search_document", "plain", server_default=None)
    op.create_index(
        op.f("ix_search_document_plain"),
        "search_document",
        ["plain"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"plain": "gin_trgm_ops"},
    )
    _replace_search(_SEARCH_BEFORE)
    op.drop_column("search_document", "folding")
    op.drop_table("search_word")


def _replace_search(function: str) -> None:
    """Put the function anew: its parameters have other names, which CREATE OR REPLACE refuses."""
    op.execute("DROP FUNCTION IF EXISTS search_products(text, text[], text[])")
    op.execute(sa.text(function.replace(":", "\\:")))
    for grant in _GRANTS:
        op.execute(grant)

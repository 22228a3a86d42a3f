"""Find Chinese names by how they sound, typed in Latin letters, where nothing has the words so."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_SEARCH = r"""
CREATE OR REPLACE FUNCTION search_products(exact text, typed text[], pairs text[], runs text[])
RETURNS TABLE (product_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan SET pg_trgm.similarity_threshold = 0.25 SET pg_trgm.word_similarity_threshold = 0.45 SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  asking uuid := NULLIF(current_setting('quayside.merchant', true), '')::uuid;
  found_exactly bigint;
  heard text := '''~''';
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
  IF found_exactly = 0 AND cardinality(pairs) = 0 THEN
    heard := regexp_replace(exact, '''([^'']+)''', '''~\1''', 'g');
    RETURN QUERY
SELECT d.id, 0.95::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && heard::tsquery)
ORDER BY 1
LIMIT 200
;
  END IF;
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
      ), '') || coalesce('|' || quote_literal(t.before || t.word), '')
        || coalesce('|' || quote_literal(t.word || t.after), '') || ')', '&' ORDER BY t.place)
    INTO meant FROM (
      SELECT word, place, lag(word) OVER (ORDER BY place) AS before,
        lead(word) OVER (ORDER BY place) AS after
      FROM unnest(typed) WITH ORDINALITY AS one (word, place)
    ) AS t;
    meant := concat_ws('&', meant, '(' || nullif(array_to_string(pairs || runs, '|'), '') || ')');
    RETURN QUERY
SELECT d.id, (0.4 + 0.5 * ts_rank('{0, 0.2, 0.5, 1}', d.words, meant::tsquery))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && meant::tsquery)
  AND (
    cardinality(pairs) <= 2 * (
      SELECT count(*) FROM unnest(pairs) AS pair WHERE d.words @@ pair::tsquery
    )
    OR d.words @@ concat_ws('&', VARIADIC runs)::tsquery
  )
  AND NOT d.words @@ exact::tsquery
  AND NOT d.words @@ heard::tsquery
ORDER BY 2 DESC, 1
LIMIT 200
;
  END IF;
END $$
"""

_SEARCH_BEFORE = r"""
CREATE OR REPLACE FUNCTION search_products(exact text, typed text[], pairs text[], runs text[])
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
      ), '') || coalesce('|' || quote_literal(t.before || t.word), '')
        || coalesce('|' || quote_literal(t.word || t.after), '') || ')', '&' ORDER BY t.place)
    INTO meant FROM (
      SELECT word, place, lag(word) OVER (ORDER BY place) AS before,
        lead(word) OVER (ORDER BY place) AS after
      FROM unnest(typed) WITH ORDINALITY AS one (word, place)
    ) AS t;
    meant := concat_ws('&', meant, '(' || nullif(array_to_string(pairs || runs, '|'), '') || ')');
    RETURN QUERY
SELECT d.id, (0.4 + 0.5 * ts_rank('{0, 0.2, 0.5, 1}', d.words, meant::tsquery))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && meant::tsquery)
  AND (
    cardinality(pairs) <= 2 * (
      SELECT count(*) FROM unnest(pairs) AS pair WHERE d.words @@ pair::tsquery
    )
    OR d.words @@ concat_ws('&', VARIADIC runs)::tsquery
  )
  AND NOT d.words @@ exact::tsquery
ORDER BY 2 DESC, 1
LIMIT 200
;
  END IF;
END $$
"""


def upgrade() -> None:
    _replace_search(_SEARCH)


def downgrade() -> None:
    _replace_search(_SEARCH_BEFORE)


def _replace_search(function: str) -> None:
    # Only once its library is loaded may anybody but a superuser set what pg_trgm goes by.
    op.execute("SELECT similarity('a', 'b')")
    op.execute(sa.text(function.replace(":", "\\:")))

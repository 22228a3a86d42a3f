"""What the catalogue needs of the database beyond tables: its search.

`@@` and the trigram operators are not leakproof. Under a row policy PostgreSQL therefore tests the
policy on every row first and leaves the GIN indexes aside. The search stands in a function of the
tables' owner instead; it takes its merchant from the transaction and from nowhere else, so it shows
a caller nothing that the policy would not.
"""

from commerce.kernel.tenancy import APP_ROLE, CURRENT_MERCHANT, PARK_ROLE

EXTENSIONS = ("CREATE EXTENSION IF NOT EXISTS pg_trgm",)

EXACT_MATCH = """
SELECT d.id, (1 + ts_rank('{0, 0.2, 0.5, 1}', d.words, exact::tsquery)
  + ts_rank('{0, 0.2, 0.5, 1}', d.words, replace(exact, ':*', '')::tsquery))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && exact::tsquery)
ORDER BY 2 DESC, 1
LIMIT 2000
"""
"""Every document carries its merchant as a lexeme, so that the index itself keeps to one merchant.

Whole words count once more than beginnings of words.
"""

FORGIVING_MATCH = """
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
"""
"""Words that look alike (trigrams), and at least half of the pairs of Chinese characters.

The longest word must look much alike, and finds by index; the others may be worse.
"""

SETTINGS = (
    "SET plan_cache_mode = force_custom_plan",
    "SET pg_trgm.word_similarity_threshold = 0.45",
    # Matching costs much more per document than the planner believes.
    "SET enable_seqscan = off",
)
"""In force while the function runs."""

_FEW = 5

SEARCH_FUNCTION = f"""
CREATE OR REPLACE FUNCTION search_products(exact text, alike text[], pairs text[])
RETURNS TABLE (product_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public, pg_temp
{" ".join(SETTINGS)}
AS $$
#variable_conflict use_column
DECLARE
  asking uuid := {CURRENT_MERCHANT};
  found_exactly bigint;
BEGIN
  RETURN QUERY {EXACT_MATCH};
  GET DIAGNOSTICS found_exactly = ROW_COUNT;
  IF found_exactly < {_FEW} AND cardinality(alike) + cardinality(pairs) > 0 THEN
    RETURN QUERY {FORGIVING_MATCH};
  END IF;
END $$
"""

SEARCH_STATEMENTS = (
    SEARCH_FUNCTION,
    "REVOKE ALL ON FUNCTION search_products(text, text[], text[]) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION search_products(text, text[], text[]) TO {APP_ROLE}, {PARK_ROLE}",
)
"""Run after `search_document` exists, in this order; see `models/search.py`."""

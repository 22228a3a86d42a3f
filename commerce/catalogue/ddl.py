"""What the catalogue needs of the database beyond tables: its search.

`@@` and the trigram operators are not leakproof. Under a row policy PostgreSQL therefore tests the
policy on every row first and leaves the GIN indexes aside. The search stands in a function of the
tables' owner instead; it takes its merchant from the transaction and from nowhere else, so it shows
a caller nothing that the policy would not.
"""

from commerce.kernel.tenancy import APP_ROLE, CURRENT_MERCHANT, PARK_ROLE

HEARD = "~"
"""Begins a lexeme that tells how a name is pronounced; no written token can begin like it."""

EXACT_MATCH = """
SELECT d.id, (1 + ts_rank('{0, 0.2, 0.5, 1}', d.words, exact::tsquery)
  + ts_rank('{0, 0.2, 0.5, 1}', d.words, replace(exact, ':*', '')::tsquery))::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && exact::tsquery)
ORDER BY 2 DESC, 1
LIMIT 1000
"""
"""Every document carries its merchant as a lexeme, so that the index itself keeps to one merchant.

Whole words count once more than beginnings of words.
Nobody reads on to the thousandth: a list and its counts end there.
"""

HEARD_MATCH = """
SELECT d.id, 0.95::real
FROM search_document d
WHERE d.merchant_id = asking
  AND d.words @@ ((quote_literal('@' || asking)::tsquery) && heard::tsquery)
ORDER BY 1
LIMIT 200
"""
"""Documents whose Chinese name sounds like what was typed in Latin letters, where none has it so."""

NEAR_WORDS = """
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
"""
"""Words of the merchant's names that a typed word `t` may have meant.

One slip in short words and two in long ones: a letter too many, too few or wrong (Levenshtein), or
two neighbours swapped (Damerau), which leave few trigrams alike and are therefore looked up as
they would be right. A word that is typed only in part may have one slip. Two words may be one that
was typed with a blank in it ("tea pot").
"""

FORGIVING_MATCH = """
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
"""
"""Documents with a near word for each typed one, and of what was typed in Chinese either at least
half of the pairs of characters or all but one character of each run."""

SETTINGS = (
    "SET plan_cache_mode = force_custom_plan",
    "SET pg_trgm.similarity_threshold = 0.25",
    "SET pg_trgm.word_similarity_threshold = 0.45",
    # Matching costs much more per document than the planner believes.
    "SET enable_seqscan = off",
)
"""In force while the function runs."""

_FEW = 5

SEARCH_FUNCTION = f"""
CREATE OR REPLACE FUNCTION search_products(exact text, typed text[], pairs text[], runs text[])
RETURNS TABLE (product_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public, pg_temp
{" ".join(SETTINGS)}
AS $$
#variable_conflict use_column
DECLARE
  asking uuid := {CURRENT_MERCHANT};
  found_exactly bigint;
  heard text := '''{HEARD}''';
  meant text;
BEGIN
  RETURN QUERY{EXACT_MATCH};
  GET DIAGNOSTICS found_exactly = ROW_COUNT;
  IF found_exactly = 0 AND cardinality(pairs) = 0 THEN
    heard := regexp_replace(exact, '''([^'']+)''', '''{HEARD}\\1''', 'g');
    RETURN QUERY{HEARD_MATCH};
  END IF;
  IF found_exactly < {_FEW} THEN
    SELECT string_agg(
      '(' || quote_literal(t.word) || CASE WHEN length(t.word) > 1 THEN ':*' ELSE '' END || coalesce((
        SELECT string_agg('|' || quote_literal(near.word), '') FROM ({NEAR_WORDS}) AS near
      ), '') || coalesce('|' || quote_literal(t.before || t.word), '')
        || coalesce('|' || quote_literal(t.word || t.after), '') || ')', '&' ORDER BY t.place)
    INTO meant FROM (
      SELECT word, place, lag(word) OVER (ORDER BY place) AS before,
        lead(word) OVER (ORDER BY place) AS after
      FROM unnest(typed) WITH ORDINALITY AS one (word, place)
    ) AS t;
    meant := concat_ws('&', meant, '(' || nullif(array_to_string(pairs || runs, '|'), '') || ')');
    RETURN QUERY{FORGIVING_MATCH};
  END IF;
END $$
"""  # noqa: S608 - put together from our own constants

SEARCH_STATEMENTS = (
    SEARCH_FUNCTION,
    "REVOKE ALL ON FUNCTION search_products(text, text[], text[], text[]) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION search_products(text, text[], text[], text[]) TO {APP_ROLE}, {PARK_ROLE}",
)
"""Run after `search_document` and `search_word` exist, in this order; see `models/search.py`."""

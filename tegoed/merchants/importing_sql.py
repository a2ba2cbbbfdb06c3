"""The statements behind `importing`: each over the whole file, through two temporary tables of the transaction.

`merchant_told`: a merchant as the file tells it, `merchant_id` where it is known. `merchant_row`: a point as the file tells
it, `point_id` where it is known. NULL in a column of what is told means: the file doesn't say.
"""

HOLD_MERCHANTS = "LOCK TABLE merchants_merchant, merchants_acceptancepoint IN EXCLUSIVE MODE"
"""Others may read. Who holds a row to change it is waited for: a milder lock lets both wait for each other."""

TEMPORARY_TABLES = """
SET LOCAL work_mem = '64MB';
SET LOCAL jit = off;
DROP TABLE IF EXISTS merchant_row, merchant_told;
CREATE TEMPORARY TABLE merchant_row (
    row integer, told_key text, merchant text, enterprise_number text, website text, point text, street text, postcode text,
    town text, latitude float8, longitude float8, postcode_latitude float8, postcode_longitude float8, products text[],
    online_address text, is_active boolean, merchant_id bigint, point_id bigint, verdict text
) ON COMMIT DROP
"""

COPY_ROWS = """
COPY merchant_row (row, told_key, merchant, enterprise_number, website, point, street, postcode, town, latitude, longitude,
    postcode_latitude, postcode_longitude, products, online_address, is_active) FROM STDIN
"""

COMPARE = (
    # Without a number a merchant is known by its name; with one, by that, or by its name while it has none yet.
    """
    CREATE TEMPORARY TABLE merchant_told ON COMMIT DROP AS
    SELECT told.told_key, told.merchant AS name, told.enterprise_number, told.website,
           coalesce(by_number.id, by_name.id) AS merchant_id, NULL::text AS verdict
    FROM (SELECT *, count(*) OVER (PARTITION BY lower(merchant)) AS namesake_count
          FROM (SELECT DISTINCT ON (told_key) told_key, merchant, enterprise_number, website FROM merchant_row
                ORDER BY told_key, row) AS each_once) AS told
    LEFT JOIN merchants_merchant AS by_number
        ON by_number.enterprise_number = told.enterprise_number AND by_number.enterprise_number <> ''
    LEFT JOIN merchants_merchant AS by_name
        ON by_name.enterprise_number = '' AND lower(by_name.name) = lower(told.merchant) AND told.namesake_count = 1
    """,
    "ANALYZE merchant_row, merchant_told",
    """
    UPDATE merchant_told AS told
    SET verdict = CASE
        WHEN told.merchant_id IS NULL THEN 'new'
        WHEN (SELECT (known.name, known.enterprise_number, known.website) IS DISTINCT FROM
                     (told.name, told.enterprise_number, coalesce(told.website, known.website))
              FROM merchants_merchant AS known WHERE known.id = told.merchant_id) THEN 'changed'
        ELSE 'same' END
    """,
    """
    UPDATE merchant_row AS staged SET merchant_id = told.merchant_id
    FROM merchant_told AS told WHERE told.told_key = staged.told_key
    """,
    "ANALYZE merchant_row (merchant_id, postcode)",
    """
    UPDATE merchant_row AS staged SET point_id = known.id
    FROM merchants_acceptancepoint AS known
    WHERE known.merchant_id = staged.merchant_id AND NOT known.is_online AND staged.online_address = ''
      AND known.postcode = staged.postcode AND lower(known.street) = lower(staged.street)
    """,
    """
    UPDATE merchant_row AS staged SET point_id = known.id
    FROM merchants_acceptancepoint AS known
    WHERE known.merchant_id = staged.merchant_id AND known.is_online
      AND lower(known.online_address) = lower(staged.online_address)
    """,
    """
    UPDATE merchant_row AS staged
    SET verdict = CASE
        WHEN staged.point_id IS NULL THEN 'new'
        WHEN (SELECT (known.name, known.street, known.town, known.latitude, known.longitude, known.products::text[],
                      known.online_address, known.is_active) IS DISTINCT FROM
                     (staged.point, staged.street, staged.town, coalesce(staged.latitude, known.latitude),
                      coalesce(staged.longitude, known.longitude), staged.products, staged.online_address,
                      coalesce(staged.is_active, known.is_active))
              FROM merchants_acceptancepoint AS known WHERE known.id = staged.point_id) THEN 'changed'
        ELSE 'same' END
    """,
)

COUNTS = """
SELECT (SELECT count(*) FROM merchant_told WHERE verdict = 'new'),
       (SELECT count(*) FROM merchant_told WHERE verdict = 'changed'),
       (SELECT count(*) FROM merchant_row WHERE verdict = 'new'),
       (SELECT count(*) FROM merchant_row WHERE verdict = 'changed'),
       md5(coalesce((SELECT string_agg(told_key || ' ' || verdict || ' ' || coalesce(merchant_id, 0), ';' ORDER BY told_key)
                     FROM merchant_told), '')
           || coalesce((SELECT string_agg(row || ' ' || verdict || ' ' || coalesce(point_id, 0), ';' ORDER BY row)
                        FROM merchant_row), ''))
"""

EXAMPLES = """
SELECT verdict, merchant, point, CASE WHEN online_address = '' THEN street || ', ' || postcode || ' ' || town
                                      ELSE online_address END
FROM merchant_row WHERE verdict <> 'same' ORDER BY row LIMIT %s
"""

ADD_MERCHANTS = """
INSERT INTO merchants_merchant (name, enterprise_number, website, is_active, is_invented, created_at)
SELECT name, enterprise_number, coalesce(website, ''), true, %s, statement_timestamp()
FROM merchant_told WHERE verdict = 'new' ORDER BY told_key
"""

NAME_NEW_MERCHANTS = """
WITH added AS (
    UPDATE merchant_told AS told SET merchant_id = known.id
    FROM (SELECT new.told_key, kept.id FROM merchant_told AS new JOIN merchants_merchant AS kept
              ON kept.enterprise_number = new.enterprise_number
          WHERE new.verdict = 'new' AND new.enterprise_number <> ''
          UNION ALL
          SELECT new.told_key, kept.id FROM merchant_told AS new JOIN merchants_merchant AS kept
              ON lower(kept.name) = lower(new.name) AND kept.enterprise_number = ''
          WHERE new.verdict = 'new' AND new.enterprise_number = '') AS known
    WHERE known.told_key = told.told_key
    RETURNING told.told_key, told.merchant_id
)
UPDATE merchant_row AS staged SET merchant_id = added.merchant_id FROM added WHERE added.told_key = staged.told_key
"""

CHANGE_MERCHANTS = """
UPDATE merchants_merchant AS known
SET name = told.name, enterprise_number = told.enterprise_number, website = coalesce(told.website, known.website)
FROM merchant_told AS told WHERE told.merchant_id = known.id AND told.verdict = 'changed'
"""

CHANGE_POINTS = """
UPDATE merchants_acceptancepoint AS known
SET name = staged.point, street = staged.street, town = staged.town, products = staged.products,
    latitude = coalesce(staged.latitude, known.latitude), longitude = coalesce(staged.longitude, known.longitude),
    online_address = staged.online_address, is_active = coalesce(staged.is_active, known.is_active)
FROM merchant_row AS staged WHERE staged.point_id = known.id AND staged.verdict = 'changed'
"""

ADD_POINTS = """
INSERT INTO merchants_acceptancepoint (merchant_id, merchant_name, name, street, postcode, town, latitude, longitude,
    products, is_online, online_address, is_active, created_at)
SELECT merchant_id, merchant, point, street, postcode, town, coalesce(latitude, postcode_latitude),
       coalesce(longitude, postcode_longitude), products, online_address <> '', online_address, coalesce(is_active, true),
       statement_timestamp()
FROM merchant_row WHERE verdict = 'new' ORDER BY row
"""

TOUCHED = """
SELECT told.merchant_id, count(*) FILTER (WHERE staged.verdict = 'new'),
       count(*) FILTER (WHERE staged.verdict = 'changed')
FROM merchant_told AS told JOIN merchant_row AS staged ON staged.told_key = told.told_key
GROUP BY told.merchant_id, told.verdict
HAVING told.verdict <> 'same' OR bool_or(staged.verdict <> 'same')
ORDER BY told.merchant_id
"""

"""The SQL side of the ledger: opening accounts, posting transfers, and the triggers that refuse every other change.

The totals of an account are added up by the insert trigger of the transfers, so they follow from what was really
inserted, by whatever way; that is also the only place from which an account may be updated. The one exception is a lot
that arrives filled (`ledger_load_lots`): its row is written once, with its load, since to write 100,000 rows and then
update each of them in the same transaction takes much longer. The functions run with the
rights of their owner: an installation may give the role of the program SELECT on these tables and EXECUTE here only.

Planning: the functions are planned once per connection, for a few rows, with index scans. Left to the statistics, a plan
made while a table is still small would scan that table whole for ever after on the same connection.
"""

from django.db import migrations

ROWS_MAX = 200_000  # as tegoed.ledger.door.BATCH_ROWS_MAX
PATH = "SET search_path = pg_catalog, public, pg_temp"
PLAN = """SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"""

# Without SET or SECURITY DEFINER, so that the planner inlines it.
IS_HOT = """
CREATE OR REPLACE FUNCTION ledger_is_hot(kind text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN kind IN ('bank', 'revenue', 'vat', 'breakage', 'merchant_payable');
"""

OPEN_ACCOUNTS = f"""
CREATE OR REPLACE FUNCTION ledger_open_accounts(
    account_keys text[], kinds text[], client_ids bigint[], wallet_ids bigint[], merchant_ids bigint[],
    order_ids bigint[], products text[], expires_ons date[]
) RETURNS TABLE (account_key text, account_id bigint)
LANGUAGE plpgsql SECURITY DEFINER {PATH} {PLAN} AS $$
#variable_conflict use_column
DECLARE
    opened_count bigint;
    other_key text;
BEGIN
    IF cardinality(account_keys) > {ROWS_MAX} THEN
        RAISE EXCEPTION '% accounts in one call, at most {ROWS_MAX}', cardinality(account_keys)
            USING ERRCODE = 'TG006';
    END IF;
    -- In key order, so that two callers that open the same accounts never wait for each other in a circle.
    INSERT INTO ledger_account
        (account_key, kind, client_id, wallet_id, merchant_id, order_id, product, expires_on)
    SELECT * FROM unnest(account_keys, kinds, client_ids, wallet_ids, merchant_ids, order_ids, products, expires_ons)
        AS asked (account_key, kind, client_id, wallet_id, merchant_id, order_id, product, expires_on)
    ORDER BY 1
    ON CONFLICT (account_key) DO NOTHING;
    GET DIAGNOSTICS opened_count = ROW_COUNT;
    IF opened_count < cardinality(account_keys) THEN
        SELECT asked.account_key INTO other_key
        FROM unnest(account_keys, kinds, client_ids, wallet_ids, merchant_ids, order_ids, products, expires_ons)
            AS asked (account_key, kind, client_id, wallet_id, merchant_id, order_id, product, expires_on)
        JOIN ledger_account AS known ON known.account_key = asked.account_key
        WHERE (asked.kind, asked.client_id, asked.wallet_id, asked.merchant_id, asked.order_id, asked.product,
               asked.expires_on)
            IS DISTINCT FROM (known.kind, known.client_id, known.wallet_id, known.merchant_id, known.order_id,
               known.product, known.expires_on)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'account key % is already used for another account', other_key USING ERRCODE = 'TG002';
        END IF;
    END IF;
    RETURN QUERY
        SELECT known.account_key, known.id FROM ledger_account AS known
        JOIN unnest(account_keys) AS asked (account_key) ON known.account_key = asked.account_key;
END $$;
"""

POST = f"""
CREATE OR REPLACE FUNCTION ledger_post(
    event_keys text[], kinds text[], debit_ids bigint[], credit_ids bigint[], amounts bigint[],
    event_ats timestamptz[], reverses bigint[] DEFAULT NULL
) RETURNS TABLE (transfer_id bigint, event_key text)
LANGUAGE plpgsql SECURITY DEFINER {PATH} {PLAN} AS $$
#variable_conflict use_column
DECLARE
    posted_count bigint;
    other_key text;
BEGIN
    IF cardinality(event_keys) > {ROWS_MAX} THEN
        RAISE EXCEPTION '% transfers in one call, at most {ROWS_MAX}', cardinality(event_keys) USING ERRCODE = 'TG006';
    END IF;
    PERFORM 1 FROM ledger_account
    WHERE id = ANY (debit_ids || credit_ids) AND NOT ledger_is_hot(kind)
    ORDER BY id FOR NO KEY UPDATE;

    -- In key order: two callers with the same keys, between hot accounts only, wait in one direction too.
    RETURN QUERY
        INSERT INTO ledger_transfer (event_key, kind, debit_id, credit_id, amount_cents, event_at, reverses_id)
        SELECT * FROM unnest(event_keys, kinds, debit_ids, credit_ids, amounts, event_ats, reverses)
        ORDER BY 1
        ON CONFLICT (event_key) DO NOTHING
        RETURNING id, event_key;
    GET DIAGNOSTICS posted_count = ROW_COUNT;

    IF posted_count < cardinality(event_keys) THEN
        SELECT asked.event_key INTO other_key
        FROM unnest(event_keys, kinds, debit_ids, credit_ids, amounts, reverses)
            AS asked (event_key, kind, debit_id, credit_id, amount_cents, reverses_id)
        JOIN ledger_transfer AS known ON known.event_key = asked.event_key
        WHERE (asked.kind, asked.debit_id, asked.credit_id, asked.amount_cents, asked.reverses_id)
            IS DISTINCT FROM (known.kind, known.debit_id, known.credit_id, known.amount_cents, known.reverses_id)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'event key % is already used for another transfer', other_key USING ERRCODE = 'TG001';
        END IF;
    END IF;
END $$;
"""

LOAD_LOTS = f"""
CREATE OR REPLACE FUNCTION ledger_load_lots(
    account_keys text[], event_keys text[], wallet_ids bigint[], amounts bigint[],
    funds_id bigint, lot_order_id bigint, lot_product text, lot_expires_on date, loaded_at timestamptz
) RETURNS TABLE (account_key text, account_id bigint)
LANGUAGE plpgsql SECURITY DEFINER {PATH} {PLAN} SET tegoed.lots_arrive_filled = 'on' AS $$
#variable_conflict use_column
DECLARE
    other_key text;
    lot_ids bigint[];
BEGIN
    IF cardinality(account_keys) > {ROWS_MAX} THEN
        RAISE EXCEPTION '% lots in one call, at most {ROWS_MAX}', cardinality(account_keys) USING ERRCODE = 'TG006';
    END IF;
    -- Two callers that load the same lots pay from the same funds: the second waits here and then sees the lots.
    PERFORM 1 FROM ledger_account WHERE id = funds_id AND kind = 'client_funds' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no account % with client funds', funds_id USING ERRCODE = 'TG003';
    END IF;

    SELECT asked.account_key INTO other_key
    FROM unnest(account_keys, event_keys, wallet_ids, amounts) AS asked (account_key, event_key, wallet_id, amount_cents)
    JOIN ledger_account AS lot ON lot.account_key = asked.account_key
    LEFT JOIN ledger_transfer AS load ON load.event_key = asked.event_key
    WHERE (load.kind, load.debit_id, load.credit_id, load.amount_cents)
            IS DISTINCT FROM ('load', funds_id, lot.id, asked.amount_cents)
        OR (lot.kind, lot.wallet_id, lot.order_id, lot.product, lot.expires_on)
            IS DISTINCT FROM ('lot', asked.wallet_id, lot_order_id, lot_product, lot_expires_on)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account key % is already used for another lot or load', other_key USING ERRCODE = 'TG002';
    END IF;

    -- Only what is new goes on. Its ids are drawn here, because the rows of both tables need them.
    SELECT array_agg(asked.account_key), array_agg(asked.event_key), array_agg(asked.wallet_id),
        array_agg(asked.amount_cents), array_agg(nextval('ledger_account_id_seq'::regclass))
    INTO account_keys, event_keys, wallet_ids, amounts, lot_ids
    FROM unnest(account_keys, event_keys, wallet_ids, amounts) AS asked (account_key, event_key, wallet_id, amount_cents)
    WHERE NOT EXISTS (SELECT FROM ledger_account AS lot WHERE lot.account_key = asked.account_key);

    INSERT INTO ledger_account (id, account_key, wallet_id, credits_cents, kind, order_id, product, expires_on)
    SELECT *, 'lot', lot_order_id, lot_product, lot_expires_on
    FROM unnest(lot_ids, account_keys, wallet_ids, amounts);

    INSERT INTO ledger_transfer (event_key, credit_id, amount_cents, kind, debit_id, event_at)
    SELECT *, 'load', funds_id, loaded_at FROM unnest(event_keys, lot_ids, amounts);

    RETURN QUERY SELECT * FROM unnest(account_keys, lot_ids);
END $$;
"""

ADD_TO_TOTALS = f"""
CREATE OR REPLACE FUNCTION ledger_add_to_totals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
DECLARE
    lots_arrive_filled boolean := coalesce(current_setting('tegoed.lots_arrive_filled', true) = 'on', false);
    unknown_id bigint;
    wrong_key text;
BEGIN
    WITH moved AS (
        SELECT account_id, sum(debit_cents)::bigint AS debits_cents, sum(credit_cents)::bigint AS credits_cents
        FROM (
            SELECT debit_id, amount_cents, 0 FROM posted
            UNION ALL
            SELECT credit_id, 0, amount_cents FROM posted WHERE NOT lots_arrive_filled
        ) AS side (account_id, debit_cents, credit_cents)
        GROUP BY account_id
    ), totalled AS (
        UPDATE ledger_account AS account
        SET debits_cents = account.debits_cents + moved.debits_cents,
            credits_cents = account.credits_cents + moved.credits_cents
        FROM moved
        WHERE account.id = moved.account_id AND NOT ledger_is_hot(account.kind)
    )
    SELECT moved.account_id INTO unknown_id
    FROM moved LEFT JOIN ledger_account AS account ON account.id = moved.account_id
    WHERE account.id IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no account %', unknown_id USING ERRCODE = 'TG003';
    END IF;

    IF EXISTS (SELECT FROM posted WHERE reverses_id IS NOT NULL) THEN
        -- Two reversals of one transfer: the second waits here and then counts the first.
        PERFORM 1 FROM ledger_transfer
        WHERE id IN (SELECT reverses_id FROM posted) ORDER BY id FOR NO KEY UPDATE;
        SELECT posted.event_key INTO wrong_key
        FROM posted LEFT JOIN ledger_transfer AS original ON original.id = posted.reverses_id
        WHERE posted.reverses_id IS NOT NULL AND (
            (posted.debit_id, posted.credit_id) IS DISTINCT FROM (original.credit_id, original.debit_id)
            OR original.amount_cents < (
                SELECT sum(amount_cents) FROM ledger_transfer WHERE reverses_id = original.id
            )
        )
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% does not reverse (a part of) the transfer it names', wrong_key
                USING ERRCODE = 'TG005';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_transfer_totals AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION ledger_add_to_totals();
"""

REFUSALS = f"""
CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the books only grow', TG_OP, TG_TABLE_NAME USING ERRCODE = 'TG004';
END $$;

CREATE OR REPLACE FUNCTION ledger_refuse_change_from_outside() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN -- 2: this trigger inside ledger_transfer_totals
        RAISE EXCEPTION '% on % is refused: totals follow the transfers', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'TG004';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER ledger_account_never_deleted BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER ledger_account_totals_only BEFORE UPDATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change_from_outside();
CREATE OR REPLACE TRIGGER ledger_account_starts_at_zero BEFORE INSERT ON ledger_account
    FOR EACH ROW WHEN (
        (NEW.debits_cents <> 0 OR NEW.credits_cents <> 0)
        AND current_setting('tegoed.lots_arrive_filled', true) IS DISTINCT FROM 'on'
    ) EXECUTE FUNCTION ledger_refuse_change();
"""

# Day totals: two calls, each in a transaction of its own. The first waits for the writers at work and keeps new ones out
# for that moment only, so every transfer up to the id it returns is final.
CLOSE_DAYS = f"""
CREATE OR REPLACE FUNCTION ledger_last_final_transfer() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER {PATH} SET lock_timeout = '2s' AS $$
BEGIN
    LOCK TABLE ledger_transfer IN SHARE MODE;
    RETURN (SELECT coalesce(max(id), 0) FROM ledger_transfer);
END $$;

CREATE OR REPLACE FUNCTION ledger_close_days(through_id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER {PATH} AS $$
DECLARE
    held_id bigint;
BEGIN
    LOCK TABLE ledger_daytotalrun IN SHARE ROW EXCLUSIVE MODE;
    SELECT coalesce(max(through_transfer_id), 0) INTO held_id FROM ledger_daytotalrun;
    IF through_id <= held_id THEN
        RETURN 0;
    END IF;
    INSERT INTO ledger_daytotal AS total (account_id, day_on, debits_cents, credits_cents)
    SELECT account_id, (recorded_at AT TIME ZONE 'Europe/Brussels')::date, sum(debit_cents), sum(credit_cents)
    FROM (
        SELECT debit_id, recorded_at, amount_cents, 0 FROM ledger_transfer WHERE id > held_id AND id <= through_id
        UNION ALL
        SELECT credit_id, recorded_at, 0, amount_cents FROM ledger_transfer WHERE id > held_id AND id <= through_id
    ) AS side (account_id, recorded_at, debit_cents, credit_cents)
    JOIN ledger_account AS account ON account.id = account_id AND ledger_is_hot(account.kind)
    GROUP BY 1, 2
    ON CONFLICT (account_id, day_on) DO UPDATE
    SET debits_cents = total.debits_cents + excluded.debits_cents,
        credits_cents = total.credits_cents + excluded.credits_cents;
    INSERT INTO ledger_daytotalrun (through_transfer_id) VALUES (through_id);
    RETURN (SELECT count(*) FROM ledger_transfer WHERE id > held_id AND id <= through_id);
END $$;
"""

CLOSED_TO_OTHERS = """
REVOKE EXECUTE ON FUNCTION ledger_open_accounts, ledger_post, ledger_load_lots, ledger_last_final_transfer,
    ledger_close_days FROM PUBLIC
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(IS_HOT),
        migrations.RunSQL(OPEN_ACCOUNTS),
        migrations.RunSQL(POST),
        migrations.RunSQL(LOAD_LOTS),
        migrations.RunSQL(ADD_TO_TOTALS),
        migrations.RunSQL(REFUSALS),
        migrations.RunSQL(CLOSE_DAYS),
        migrations.RunSQL(CLOSED_TO_OTHERS),
        # Room on each page for the new version of a row whose totals change (heap-only updates).
        migrations.RunSQL("ALTER TABLE ledger_account SET (fillfactor = 80)"),
    ]

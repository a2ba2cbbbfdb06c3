"""A voucher stays as it was made: it is a promise to pay, and its check digits hold."""

from django.db import migrations

KEEP = """
ALTER TABLE paper_vouchers_papervoucher DROP CONSTRAINT IF EXISTS paper_voucher_number_holds;
ALTER TABLE paper_vouchers_papervoucher ADD CONSTRAINT paper_voucher_number_holds
    CHECK (number ~ '^[0-9]{20}$' AND number::numeric % 97 = 1);
CREATE OR REPLACE FUNCTION paper_voucher_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: a voucher stays as it was made', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER paper_voucher_stays BEFORE DELETE OR TRUNCATE
    OR UPDATE OF id, number, batch_id, order_line_id, position, face_value_cents, expires_on ON paper_vouchers_papervoucher
    FOR EACH STATEMENT EXECUTE FUNCTION paper_voucher_refuse_change();
"""
FREE = """
DROP TRIGGER paper_voucher_stays ON paper_vouchers_papervoucher;
DROP FUNCTION paper_voucher_refuse_change();
ALTER TABLE paper_vouchers_papervoucher DROP CONSTRAINT paper_voucher_number_holds;
"""


class Migration(migrations.Migration):
    dependencies = [("paper_vouchers", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, FREE)]

"""A file for the bank is never changed or deleted; nor is who signed a mandate, and for what."""

from django.db import migrations

KEPT = (
    "id, client_id, reference, scheme, iban, creditor_identifier, creditor, debtor, signer_name, signer_function,"
    " signed_by_id, signed_at, signed_from, language"
)
OLD, NEW = (", ".join(f"{row}.{column.strip()}" for column in KEPT.split(",")) for row in ("OLD", "NEW"))

REFUSE = f"""
CREATE OR REPLACE FUNCTION treasury_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: it is kept as it was', TG_OP, TG_TABLE_NAME USING ERRCODE = 'TB001';
END $$;
CREATE OR REPLACE TRIGGER treasury_paymentbatch_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON treasury_paymentbatch
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
CREATE OR REPLACE TRIGGER treasury_mandate_kept BEFORE UPDATE ON treasury_mandate FOR EACH ROW
    WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION treasury_refuse_change();
CREATE OR REPLACE TRIGGER treasury_mandate_not_deleted BEFORE DELETE OR TRUNCATE ON treasury_mandate
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_refuse_change();
"""
ALLOW = """
DROP TRIGGER treasury_mandate_not_deleted ON treasury_mandate;
DROP TRIGGER treasury_mandate_kept ON treasury_mandate;
DROP TRIGGER treasury_paymentbatch_kept ON treasury_paymentbatch;
DROP FUNCTION treasury_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("treasury", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]

"""An issued invoice changes in nothing but what is paid of it and when its documents were made; rows never change."""

from django.db import migrations

KEPT = (
    "id, client_id, order_id, kind, series, year, number_in_year, number, structured_communication, language, issued_on,"
    " due_on, seller, buyer, exempt_cents, taxable_cents, vat_cents, total_cents, created_at"
)
OLD, NEW = (", ".join(f"{row}.{column.strip()}" for column in KEPT.split(",")) for row in ("OLD", "NEW"))

REFUSE = f"""
CREATE OR REPLACE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: an invoice is corrected by a credit note', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'TB001';
END $$;
CREATE OR REPLACE TRIGGER billing_invoice_kept BEFORE UPDATE ON billing_invoice FOR EACH ROW
    WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION billing_refuse_change();
CREATE OR REPLACE TRIGGER billing_invoice_not_deleted BEFORE DELETE OR TRUNCATE ON billing_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE OR REPLACE TRIGGER billing_invoicerow_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_invoicerow
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""
ALLOW = """
DROP TRIGGER billing_invoice_kept ON billing_invoice;
DROP TRIGGER billing_invoice_not_deleted ON billing_invoice;
DROP TRIGGER billing_invoicerow_kept ON billing_invoicerow;
DROP FUNCTION billing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]

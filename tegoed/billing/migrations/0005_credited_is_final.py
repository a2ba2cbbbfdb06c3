"""A credit note changes in nothing but when its documents were made; a credited invoice takes no payment any more."""

from django.db import migrations

KEPT = (
    "id, client_id, invoice_id, series, year, number_in_year, number, language, issued_on, seller, buyer, exempt_cents,"
    " taxable_cents, vat_cents, total_cents, freed_cents, reason, created_at"
)
OLD, NEW = (", ".join(f"{row}.{column.strip()}" for column in KEPT.split(",")) for row in ("OLD", "NEW"))

REFUSE = f"""
CREATE OR REPLACE TRIGGER billing_creditnote_kept BEFORE UPDATE ON billing_creditnote FOR EACH ROW
    WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION billing_refuse_change();
CREATE OR REPLACE TRIGGER billing_creditnote_not_deleted BEFORE DELETE OR TRUNCATE ON billing_creditnote
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE OR REPLACE TRIGGER billing_invoice_credited_is_final BEFORE UPDATE ON billing_invoice FOR EACH ROW
    WHEN (OLD.state = 'credited'
        AND (OLD.state, OLD.paid_cents, OLD.paid_at) IS DISTINCT FROM (NEW.state, NEW.paid_cents, NEW.paid_at))
    EXECUTE FUNCTION billing_refuse_change();
"""
ALLOW = """
DROP TRIGGER billing_invoice_credited_is_final ON billing_invoice;
DROP TRIGGER billing_creditnote_not_deleted ON billing_creditnote;
DROP TRIGGER billing_creditnote_kept ON billing_creditnote;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_credit_notes")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]

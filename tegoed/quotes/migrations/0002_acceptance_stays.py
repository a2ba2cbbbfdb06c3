"""Who accepted a quote, when and with which words is never changed."""

from django.db import migrations

KEEP = """
CREATE OR REPLACE TRIGGER acceptance_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON quotes_quoteacceptance
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_initial"), ("clients", "0010_evidence_stays")]
    operations = [migrations.RunSQL(KEEP, "DROP TRIGGER acceptance_stays ON quotes_quoteacceptance")]

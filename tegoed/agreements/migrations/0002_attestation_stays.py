"""What somebody attested, when and with which words is never changed."""

from django.db import migrations

KEEP = """
CREATE OR REPLACE TRIGGER attestation_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON agreements_attestation
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("clients", "0010_evidence_stays")]
    operations = [migrations.RunSQL(KEEP, "DROP TRIGGER attestation_stays ON agreements_attestation")]

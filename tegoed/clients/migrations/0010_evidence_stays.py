"""Who signed, when and with which words is never changed: a signature is only added, a mandate only ended."""

from django.db import migrations

KEEP = """
CREATE OR REPLACE FUNCTION evidence_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what somebody signed stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER signature_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON clients_contractsignature
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse_change();
CREATE OR REPLACE TRIGGER mandate_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, client_id, secretariat_id, signed_by_id,
    name, function, statement, language, at, ip_address, user_agent ON clients_secretariatmandate
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse_change();
"""
FREE = """
DROP TRIGGER signature_stays ON clients_contractsignature;
DROP TRIGGER mandate_stays ON clients_secretariatmandate;
DROP FUNCTION evidence_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0009_invitations_and_secretariats")]
    operations = [migrations.RunSQL(KEEP, FREE)]

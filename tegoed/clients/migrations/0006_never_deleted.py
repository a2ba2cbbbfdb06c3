"""Clients and their workplaces stay: a row that names one names it for good.

So what refers to them by the 100,000 (`beneficiaries/0004_references`) needs no lock on them and no look for each row.
"""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION reference_refuse_to_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: other rows name these for good', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation';
END $$;
CREATE OR REPLACE TRIGGER client_never_goes BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON clients_client
    FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_to_go();
CREATE OR REPLACE TRIGGER site_never_goes BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON clients_site
    FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_to_go();
"""
ALLOW = """
DROP TRIGGER client_never_goes ON clients_client;
DROP TRIGGER site_never_goes ON clients_site;
DROP FUNCTION reference_refuse_to_go();
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0005_known_accounts_and_write_off")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]

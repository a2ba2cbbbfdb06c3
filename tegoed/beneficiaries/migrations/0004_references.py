"""What people, numbers, beneficiaries and usual amounts refer to is checked a statement at a time.

A foreign key looks for each row, at commit: for a form of 100,000 new people a sixth of all its time. Here one join looks for
all rows of a statement. That is as safe because what they name is never deleted and never gets another id
(`reference_refuse_to_go`), so nothing can happen to it between the look and the commit.
"""

import django.db.models.deletion
from django.db import migrations, models

CHECK = """
-- Arguments: a column, the table whose id it names, the next column, ...; the trigger calls its rows `written`.
-- The query is planned each time: for one row another plan is right than for 100,000.
CREATE OR REPLACE FUNCTION reference_refuse_unknown() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unknown_id bigint;
BEGIN
    FOR place IN 0 .. TG_NARGS - 2 BY 2 LOOP
        EXECUTE format(
            'SELECT written.%1$I FROM written LEFT JOIN %2$I named ON named.id = written.%1$I'
            ' WHERE written.%1$I IS NOT NULL AND named.id IS NULL LIMIT 1',
            TG_ARGV[place], TG_ARGV[place + 1]
        ) INTO unknown_id;
        IF unknown_id IS NOT NULL THEN
            RAISE EXCEPTION '% of % is not in %: %', TG_ARGV[place], TG_TABLE_NAME, TG_ARGV[place + 1], unknown_id
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER person_never_goes BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON beneficiaries_person
    FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_to_go();
CREATE OR REPLACE TRIGGER beneficiary_never_goes BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON beneficiaries_beneficiary
    FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_to_go();

CREATE OR REPLACE TRIGGER identifier_references_of_added AFTER INSERT ON beneficiaries_personidentifier
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('person_id', 'beneficiaries_person');
CREATE OR REPLACE TRIGGER identifier_references_of_changed AFTER UPDATE ON beneficiaries_personidentifier
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('person_id', 'beneficiaries_person');

CREATE OR REPLACE TRIGGER beneficiary_references_of_added AFTER INSERT ON beneficiaries_beneficiary
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_unknown(
        'client_id', 'clients_client', 'person_id', 'beneficiaries_person', 'site_id', 'clients_site');
CREATE OR REPLACE TRIGGER beneficiary_references_of_changed AFTER UPDATE ON beneficiaries_beneficiary
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_unknown(
        'client_id', 'clients_client', 'person_id', 'beneficiaries_person', 'site_id', 'clients_site');

CREATE OR REPLACE TRIGGER usual_amount_references_of_added AFTER INSERT ON beneficiaries_beneficiaryproduct
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('beneficiary_id', 'beneficiaries_beneficiary');
CREATE OR REPLACE TRIGGER usual_amount_references_of_changed AFTER UPDATE ON beneficiaries_beneficiaryproduct
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('beneficiary_id', 'beneficiaries_beneficiary');
"""
UNCHECK = """
DROP TRIGGER usual_amount_references_of_changed ON beneficiaries_beneficiaryproduct;
DROP TRIGGER usual_amount_references_of_added ON beneficiaries_beneficiaryproduct;
DROP TRIGGER beneficiary_references_of_changed ON beneficiaries_beneficiary;
DROP TRIGGER beneficiary_references_of_added ON beneficiaries_beneficiary;
DROP TRIGGER identifier_references_of_changed ON beneficiaries_personidentifier;
DROP TRIGGER identifier_references_of_added ON beneficiaries_personidentifier;
DROP TRIGGER beneficiary_never_goes ON beneficiaries_beneficiary;
DROP TRIGGER person_never_goes ON beneficiaries_person;
DROP FUNCTION reference_refuse_unknown();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0003_search_and_identifier_changes"),
        ("clients", "0006_never_deleted"),
    ]
    operations = [
        migrations.RunSQL(CHECK, UNCHECK),
        migrations.AlterField(
            model_name="personidentifier",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="identifiers",
                to="beneficiaries.person",
            ),
        ),
        migrations.AlterField(
            model_name="beneficiary",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="beneficiaries",
                to="clients.client",
            ),
        ),
        migrations.AlterField(
            model_name="beneficiary",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="beneficiaries",
                to="beneficiaries.person",
            ),
        ),
        migrations.AlterField(
            model_name="beneficiary",
            name="site",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="beneficiaries",
                to="clients.site",
            ),
        ),
        migrations.AlterField(
            model_name="beneficiaryproduct",
            name="beneficiary",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="products",
                to="beneficiaries.beneficiary",
            ),
        ),
    ]

"""What lines and allocations refer to is checked a statement at a time (see `beneficiaries/0004_references`).

Statements and their lines stay, as clients and invoices do: what names them names them for good.
"""

import django.db.models.deletion
from django.db import migrations, models

CHECK = """
CREATE OR REPLACE TRIGGER statement_never_goes BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON banking_statement
    FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_to_go();
CREATE OR REPLACE TRIGGER statement_line_never_goes BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON banking_statementline
    FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_to_go();

CREATE OR REPLACE TRIGGER statement_line_references_of_added AFTER INSERT ON banking_statementline
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('statement_id', 'banking_statement');
CREATE OR REPLACE TRIGGER statement_line_references_of_changed AFTER UPDATE ON banking_statementline
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('statement_id', 'banking_statement');

CREATE OR REPLACE TRIGGER allocation_references_of_added AFTER INSERT ON banking_allocation
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_unknown(
        'line_id', 'banking_statementline', 'client_id', 'clients_client', 'invoice_id', 'billing_invoice');
CREATE OR REPLACE TRIGGER allocation_references_of_changed AFTER UPDATE ON banking_allocation
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_unknown(
        'line_id', 'banking_statementline', 'client_id', 'clients_client', 'invoice_id', 'billing_invoice');
"""
UNCHECK = """
DROP TRIGGER allocation_references_of_changed ON banking_allocation;
DROP TRIGGER allocation_references_of_added ON banking_allocation;
DROP TRIGGER statement_line_references_of_changed ON banking_statementline;
DROP TRIGGER statement_line_references_of_added ON banking_statementline;
DROP TRIGGER statement_line_never_goes ON banking_statementline;
DROP TRIGGER statement_never_goes ON banking_statement;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0011_fewer_indexes"),
        ("beneficiaries", "0004_references"),
        ("billing", "0003_issued_is_issued"),
    ]
    operations = [
        migrations.RunSQL(CHECK, UNCHECK),
        migrations.AlterField(
            model_name="statementline",
            name="statement",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="banking.statement",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="line",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="banking.statementline",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="invoice",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="billing.invoice",
            ),
        ),
    ]

"""What an invoice says of money that is there already, or is fetched: part of the snapshot, so it never changes."""

from django.db import migrations, models

KEPT = (
    "id, client_id, order_id, kind, series, year, number_in_year, number, structured_communication, language, issued_on,"
    " due_on, seller, buyer, exempt_cents, taxable_cents, vat_cents, total_cents, created_at"
)


def trigger(kept: str) -> str:
    old, new = (", ".join(f"{row}.{column.strip()}" for column in kept.split(",")) for row in ("OLD", "NEW"))
    return f"""
        CREATE OR REPLACE TRIGGER billing_invoice_kept BEFORE UPDATE ON billing_invoice FOR EACH ROW
            WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION billing_refuse_change();
    """


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_reopened_count'),
        ('clients', '0004_collecting_and_credit'),
        ('orders', '0004_lines_by_one_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoice',
            name='direct_debit',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='prepaid_cents',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('prepaid_cents__gte', 0), ('prepaid_cents__lte', models.F('total_cents'))), name='invoice_prepaid_between_zero_and_total'),
        ),
        migrations.RunSQL(trigger(f"{KEPT}, prepaid_cents, direct_debit"), trigger(KEPT)),
    ]

"""An allocation says for whom and with what; lines carry the references of collections, refunds and returns.

What was over-paid so far is known from its transfers only: each becomes an allocation without invoice.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FILL = """
UPDATE banking_allocation allocation SET client_id = invoice.client_id
FROM billing_invoice invoice WHERE invoice.id = allocation.invoice_id AND allocation.client_id IS NULL;
INSERT INTO banking_allocation (source, line_id, client_id, amount_cents, created_at)
SELECT 'line', line.id, account.client_id, transfer.amount_cents, transfer.recorded_at
FROM ledger_transfer transfer
JOIN ledger_account account ON account.id = transfer.credit_id
JOIN banking_statementline line ON transfer.event_key = 'over_payment:statement-line:' || line.id
WHERE transfer.kind = 'over_payment' AND NOT EXISTS (
    SELECT FROM banking_allocation known WHERE known.line_id = line.id AND known.invoice_id IS NULL);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0003_initial'),
        ('billing', '0006_reopened_count'),
        ('clients', '0002_approval_and_closed_sites'),
        ('ledger', '0002_door'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='allocation',
            name='one_allocation_per_line_and_invoice',
        ),
        migrations.AddField(
            model_name='allocation',
            name='client',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='placed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='allocation',
            name='source',
            field=models.CharField(choices=[('line', 'Bank payment'), ('credit', 'Credit on account'), ('write_off', 'Difference written off')], db_default='line', default='line', max_length=10),
        ),
        migrations.AddField(
            model_name='allocation',
            name='undone_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='allocation',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statementline',
            name='batch_reference',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='statementline',
            name='counterparty_bic',
            field=models.CharField(blank=True, db_default='', max_length=11),
        ),
        migrations.AddField(
            model_name='statementline',
            name='is_return',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='statementline',
            name='mandate_reference',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='statementline',
            name='return_reason',
            field=models.CharField(blank=True, db_default='', max_length=10),
        ),
        migrations.AddField(
            model_name='statementline',
            name='reverses',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='banking.statementline'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='invoice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='billing.invoice'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='banking.statementline'),
        ),
        migrations.AlterField(
            model_name='statementline',
            name='transaction_code',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='allocation',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client'),
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(condition=models.Q(('invoice', None), ('undone_at', None)), fields=['client'], name='allocation_on_account'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(condition=models.Q(('invoice__isnull', False), ('undone_at', None)), fields=('line', 'invoice'), name='one_live_allocation_per_line_and_invoice'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('line__isnull', False), ('source', 'line')), models.Q(('invoice__isnull', False), ('line', None), ('source__in', ['credit', 'write_off'])), _connector='OR'), name='allocation_has_its_source'),
        ),
    ]

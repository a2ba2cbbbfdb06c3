"""Billing contacts, each client's first made from its billing address; the days of reminders; the accountant."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


FILL = """
INSERT INTO clients_billingcontact (client_id, email, name, language, receives_invoices, receives_reminders,
    receives_payment_notices, receives_statements, created_at)
SELECT id, billing_email, '', language, true, true, true, true, statement_timestamp() FROM clients_client
WHERE NOT EXISTS (SELECT FROM clients_billingcontact known WHERE known.client_id = clients_client.id) ORDER BY id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0002_approval_and_closed_sites'),
    ]

    operations = [
        migrations.AddField(
            model_name='issuer',
            name='reminder_days',
            field=models.JSONField(db_default=models.Value([7, 14, 28], models.JSONField())),
        ),
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('owner', 'Owner'), ('orderer', 'Orderer'), ('approver', 'Approver'), ('accountant', 'Accountant'), ('viewer', 'Viewer')], max_length=10),
        ),
        migrations.CreateModel(
            name='BillingContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], max_length=2)),
                ('receives_invoices', models.BooleanField(default=True)),
                ('receives_reminders', models.BooleanField(default=True)),
                ('receives_payment_notices', models.BooleanField(default=True)),
                ('receives_statements', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='billing_contacts', to='clients.client')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('email'), name='billing_contact_once_per_client')],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

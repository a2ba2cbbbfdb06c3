"""What each cost centre bears of an invoice; reminders and their pauses. Invoices of before are divided by the worker."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0007_prepaid_and_direct_debit"),
        ('clients', '0003_billing_contacts'),
        ('orders', '0004_lines_by_one_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CostShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product', models.CharField(choices=[('meal', 'Meal vouchers'), ('eco', 'Eco vouchers'), ('gift', 'Gift vouchers'), ('sport_culture', 'Sport and culture vouchers'), ('consumption', 'Consumption vouchers')], max_length=20)),
                ('cost_centre', models.CharField(blank=True, max_length=40)),
                ('reason', models.CharField(choices=[('face_value', 'Face value of the vouchers'), ('service', 'Service'), ('loading', 'Loading per beneficiary'), ('card_production', 'Card production'), ('card_replacement', 'Card replacement'), ('card_delivery_site', 'Card delivery per workplace'), ('card_delivery_home', 'Card delivery at home')], max_length=20)),
                ('net_cents', models.BigIntegerField()),
                ('vat_cents', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('sent_on', models.DateField()),
                ('open_cents', models.BigIntegerField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReminderPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until_on', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='invoice',
            name='shares_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('shares_at', None)), fields=['id'], name='invoice_without_shares'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['due_on'], name='invoice_open_by_due'),
        ),
        migrations.AddField(
            model_name='costshare',
            name='client',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client'),
        ),
        migrations.AddField(
            model_name='costshare',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cost_shares', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='clients.client'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='reminderpause',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminder_pauses', to='clients.client'),
        ),
        migrations.AddField(
            model_name='reminderpause',
            name='invoice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminder_pauses', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='reminderpause',
            name='paused_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='costshare',
            constraint=models.UniqueConstraint(fields=('invoice', 'cost_centre', 'reason'), name='one_share_per_centre_and_reason'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(fields=['-sent_on', '-id'], name='reminder_by_day'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('invoice', 'level'), name='one_reminder_per_invoice_and_level'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('level__range', (1, 3))), name='reminder_level_one_to_three'),
        ),
        migrations.AddIndex(
            model_name='reminderpause',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['client', 'until_on'], name='reminder_pause_running'),
        ),
    ]

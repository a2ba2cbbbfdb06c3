import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('banking', '0006_payment_file_schemas'),
        ('billing', '0007_prepaid_and_direct_debit'),
        ('clients', '0004_collecting_and_credit'),
        ('outbox', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=35, unique=True)),
                ('scheme', models.CharField(choices=[('core', 'Core'), ('b2b', 'Business to business (B2B)')], default='core', max_length=4)),
                ('iban', models.CharField(max_length=34)),
                ('creditor_identifier', models.CharField(max_length=35)),
                ('creditor', models.JSONField()),
                ('debtor', models.JSONField()),
                ('signer_name', models.CharField(max_length=120)),
                ('signer_function', models.CharField(max_length=80)),
                ('signed_at', models.DateTimeField()),
                ('signed_from', models.GenericIPAddressField()),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], max_length=2)),
                ('state', models.CharField(choices=[('active', 'Active'), ('suspended', 'Suspended'), ('revoked', 'Revoked')], default='active', max_length=10)),
                ('suspended_reason', models.CharField(blank=True, max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='clients.client')),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.document')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PaymentBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('refunds', 'Refunds (pain.001)'), ('collections', 'Direct debits (pain.008)')], max_length=12)),
                ('reference', models.CharField(max_length=35, unique=True)),
                ('schema', models.CharField(max_length=20)),
                ('execute_on', models.DateField()),
                ('row_count', models.PositiveIntegerField()),
                ('total_cents', models.BigIntegerField()),
                ('file_name', models.CharField(max_length=60)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='banking.bankaccount')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_cents', models.BigIntegerField()),
                ('sequence_type', models.CharField(max_length=4)),
                ('collect_on', models.DateField()),
                ('end_to_end', models.CharField(max_length=35, unique=True)),
                ('group_reference', models.CharField(max_length=35)),
                ('state', models.CharField(choices=[('in_file', 'Given to the bank'), ('paid', 'Collected'), ('refused', 'Refused by the bank'), ('returned', 'Taken back by the bank'), ('cancelled', 'Cancelled')], default='in_file', max_length=10)),
                ('return_reason', models.CharField(blank=True, max_length=10)),
                ('may_repeat', models.BooleanField(default=False)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collections', to='billing.invoice')),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='collections', to='banking.statementline')),
                ('return_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='collections_returned', to='banking.statementline')),
                ('mandate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collections', to='treasury.mandate')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collections', to='treasury.paymentbatch')),
            ],
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('credit', 'Credit on account'), ('suspense', 'Payment that could not be placed')], max_length=10)),
                ('amount_cents', models.BigIntegerField()),
                ('iban', models.CharField(max_length=34)),
                ('name', models.CharField(max_length=120)),
                ('is_iban_known', models.BooleanField()),
                ('reason', models.CharField(blank=True, max_length=140)),
                ('state', models.CharField(choices=[('asked', 'Waiting for approval'), ('approved', 'Approved'), ('refused', 'Refused'), ('in_file', 'Given to the bank'), ('paid', 'Paid back'), ('returned', 'Came back from the bank'), ('cancelled', 'Cancelled')], default='asked', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_reason', models.CharField(blank=True, max_length=200)),
                ('end_to_end', models.CharField(max_length=35, unique=True)),
                ('return_reason', models.CharField(blank=True, max_length=10)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='treasury.paymentbatch')),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='clients.client')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='banking.statementline')),
                ('paid_line', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund_paid', to='banking.statementline')),
                ('return_line', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund_returned', to='banking.statementline')),
            ],
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'revoked'), _negated=True), fields=('client',), name='one_mandate_in_force_per_client'),
        ),
        migrations.AddIndex(
            model_name='collection',
            index=models.Index(fields=['group_reference'], name='collection_by_group'),
        ),
        migrations.AddIndex(
            model_name='collection',
            index=models.Index(fields=['mandate', '-id'], name='collection_by_mandate'),
        ),
        migrations.AddConstraint(
            model_name='collection',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='collection_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='collection',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_file')), fields=('invoice',), name='one_collection_on_its_way_per_invoice'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['client', '-id'], name='refund_by_client'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state__in', ['asked', 'approved', 'in_file'])), fields=['id'], name='refund_to_do'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='refund_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('client__isnull', False), ('line', None), ('source', 'credit')), models.Q(('line__isnull', False), ('source', 'suspense')), _connector='OR'), name='refund_has_its_source'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='refund_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['in_file', 'paid', 'returned']), _negated=True), ('batch__isnull', False), _connector='OR'), name='refund_given_to_the_bank_is_in_a_file'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'approved', 'in_file', 'paid'])), fields=('line',), name='one_live_refund_per_line'),
        ),
    ]

"""Proposals, corrections with four eyes, accounts that clients pay from; those are learned from what was placed so far."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


LEARN = """
INSERT INTO banking_clientbankaccount (client_id, iban, learned_at)
SELECT DISTINCT allocation.client_id, line.counterparty_account, now()
FROM banking_allocation allocation JOIN banking_statementline line ON line.id = allocation.line_id
WHERE allocation.undone_at IS NULL AND line.counterparty_account <> ''
ON CONFLICT DO NOTHING;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("banking", "0006_payment_file_schemas"),
        ('billing', '0006_reopened_count'),
        ('clients', '0005_known_accounts_and_write_off'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='statementline',
            name='explained_cents',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='statementline',
            name='explanation',
            field=models.CharField(blank=True, choices=[('bank_charges', 'Bank charges'), ('taxes', 'Taxes'), ('withdrawal', 'Withdrawal by the issuer'), ('other', 'Something else'), ('own_money', "The issuer's own money")], db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='statementline',
            name='explanation_note',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AlterField(
            model_name='statementline',
            name='state',
            field=models.CharField(choices=[('matched', 'Matched'), ('suspense', 'Not placed yet'), ('outgoing', 'Outgoing, not explained yet'), ('explained', 'Explained'), ('returned', 'Taken back by the bank')], max_length=10),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.PositiveSmallIntegerField()),
                ('confidence', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField(default=list)),
                ('on_account_cents', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'Proposed'), ('claimed', 'Claimed by the client'), ('accepted', 'Accepted'), ('expired', 'No longer possible'), ('denied', 'Not of this client')], default='open', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_proposals', to='clients.client')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='banking.statementline')),
            ],
        ),
        migrations.CreateModel(
            name='ProposedPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_cents', models.BigIntegerField()),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.invoice')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='banking.proposal')),
            ],
        ),
        migrations.CreateModel(
            name='ClientBankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('iban', models.CharField(max_length=37)),
                ('learned_at', models.DateTimeField(auto_now_add=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_accounts', to='clients.client')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('iban', 'client'), name='client_bank_account_once')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('undo', 'Undo where money was placed'), ('explain', 'Explain money that left the account'), ('own_money', 'Money of the issuer itself')], max_length=10)),
                ('explanation', models.CharField(blank=True, choices=[('bank_charges', 'Bank charges'), ('taxes', 'Taxes'), ('withdrawal', 'Withdrawal by the issuer'), ('other', 'Something else'), ('own_money', "The issuer's own money")], max_length=12)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('asked', 'Waits for a second person'), ('approved', 'Approved'), ('refused', 'Refused')], default='asked', max_length=10)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('allocation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='banking.allocation')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='banking.statementline')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['id'], name='correction_asked')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('allocation__isnull', False), ('state', 'asked')), fields=('allocation',), name='one_correction_asked_per_allocation'), models.UniqueConstraint(condition=models.Q(('allocation', None), ('state', 'asked')), fields=('line',), name='one_correction_asked_per_line'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('asked_by')), _negated=True), name='correction_takes_four_eyes')],
            },
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=models.Q(('state__in', ['open', 'claimed'])), fields=['line', '-confidence'], name='proposal_waiting'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('confidence__lte', 100)), name='proposal_confidence_to_a_hundred'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'claimed')), fields=('line',), name='one_claim_per_line'),
        ),
        migrations.AddConstraint(
            model_name='proposedpart',
            constraint=models.UniqueConstraint(fields=('proposal', 'invoice'), name='one_part_per_proposal_and_invoice'),
        ),
        migrations.AddConstraint(
            model_name='proposedpart',
            constraint=models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='proposed_part_above_zero'),
        ),
        migrations.RunSQL(LEARN, migrations.RunSQL.noop),
    ]

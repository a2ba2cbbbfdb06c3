"""Closed days of a bank account: written once, never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


REFUSE = """
CREATE OR REPLACE FUNCTION banking_refuse_change_of_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: a signed day is never changed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'TB001';
END $$;
CREATE OR REPLACE TRIGGER day_close_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON banking_dayclose
    FOR EACH STATEMENT EXECUTE FUNCTION banking_refuse_change_of_close();
"""
ALLOW = "DROP TRIGGER day_close_append_only ON banking_dayclose; DROP FUNCTION banking_refuse_change_of_close();"


class Migration(migrations.Migration):

    dependencies = [
        ("banking", "0009_lines_to_decide"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DayClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day_on', models.DateField()),
                ('round', models.PositiveSmallIntegerField()),
                ('statement_cents', models.BigIntegerField()),
                ('book_cents', models.BigIntegerField()),
                ('bank_cents', models.BigIntegerField()),
                ('owed_cents', models.BigIntegerField()),
                ('through_transfer_id', models.BigIntegerField()),
                ('figures', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('closed_at', models.DateTimeField(auto_now_add=True)),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='day_closes', to='banking.bankaccount')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['day_on'], name='day_close_by_day')],
                'constraints': [models.UniqueConstraint(fields=('bank_account', 'day_on', 'round'), name='day_close_round_once'), models.CheckConstraint(condition=models.Q(('statement_cents', models.F('book_cents'))), name='day_closed_only_when_it_agrees')],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("clients", "0003_billing_contacts"),
    ]

    operations = [
        migrations.AddField(
            model_name='client',
            name='pays_from_credit',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='issuer',
            name='collection_lead_days',
            field=models.PositiveSmallIntegerField(db_default=2, default=2),
        ),
        migrations.AddField(
            model_name='issuer',
            name='creditor_identifier',
            field=models.CharField(blank=True, db_default='', max_length=35),
        ),
    ]

"""What the issuer allows when a payment has no number, or a few cents too little."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("clients", "0004_collecting_and_credit"),
    ]

    operations = [
        migrations.AddField(
            model_name='issuer',
            name='places_known_accounts',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='issuer',
            name='write_off_cents_max',
            field=models.PositiveSmallIntegerField(
                db_default=5, default=5, validators=[django.core.validators.MaxValueValidator(100)]
            ),
        ),
    ]

"""Loaded orders are found by when they were loaded: for the delay of loading."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('orders', '0004_lines_by_one_index'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(
                fields=['loaded_at'], name='order_by_load', condition=models.Q(('loaded_at__isnull', False))
            ),
        ),
    ]

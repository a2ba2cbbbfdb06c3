"""Transfers are found by the day they happened: for the books as they stood, and the journal of a period.

A block range index: the table only grows and about in that order, so it takes a few kilobytes and nothing of the speed of
posting. Made without stopping the writers.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('ledger', '0004_money_back'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='transfer',
            index=BrinIndex(name="ledger_transfer_by_event", fields=["event_at"], autosummarize=True),
        ),
    ]

"""Lines found by state, reference and counterparty; made beside the work going on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("banking", "0004_allocations")]
    operations = [
        AddIndexConcurrently(
            model_name='statementline',
            index=models.Index(condition=models.Q(('state', 'outgoing')), fields=['-id'], name='line_outgoing'),
        ),
        AddIndexConcurrently(
            model_name='statementline',
            index=models.Index(condition=models.Q(('customer_reference', ''), _negated=True), fields=['customer_reference'], name='line_by_reference'),
        ),
        AddIndexConcurrently(
            model_name='statementline',
            index=models.Index(condition=models.Q(('counterparty_account', ''), _negated=True), fields=['counterparty_account'], name='line_by_counterparty'),
        ),
    ]

"""Lines of a statement that are not matched, found without looking at the others; made beside the work going on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("banking", "0008_statement_formats")]
    operations = [
        AddIndexConcurrently(
            model_name='statementline',
            index=models.Index(condition=models.Q(('state', 'matched'), _negated=True), fields=['statement', 'state', 'position'], name='line_to_decide'),
        ),
    ]

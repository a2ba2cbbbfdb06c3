"""What an employee pays of each meal voucher, where the prospect told it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quotes", "0003_decline")]
    operations = [migrations.AddField("quoteline", "worker_share_cents", models.PositiveIntegerField(null=True))]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0006_references"),
    ]
    operations = [
        migrations.AddField(
            model_name="order",
            name="billing_group",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="split_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="split_into",
                to="orders.order",
            ),
        ),
    ]

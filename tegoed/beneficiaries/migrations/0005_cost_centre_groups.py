import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0004_references"),
        ("clients", "0008_invoices_by_group"),
    ]
    operations = [
        migrations.CreateModel(
            name="CostCentreGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cost_centre", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=40)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("client", "cost_centre"), name="one_group_per_cost_centre"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cost_centre", ""), _negated=True), models.Q(("name", ""), _negated=True)
                        ),
                        name="cost_centre_and_group_have_names",
                    ),
                ],
            },
        ),
    ]

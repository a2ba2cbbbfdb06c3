"""Orders on paper. The columns have a default in the database; what is there is checked against the constraint in 0012."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ON_PAPER = models.Q(form="electronic", paper_value_cents=0) | models.Q(form="paper", paper_value_cents__gt=0)


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_reasons_of_paper")]
    operations = [
        migrations.AddField(
            model_name="order",
            name="form",
            field=models.CharField(
                choices=[("electronic", "Electronic"), ("paper", "On paper")],
                db_default="electronic",
                default="electronic",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="paper_value_cents",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        AddConstraintNotValid(
            model_name="order",
            constraint=models.CheckConstraint(condition=ON_PAPER, name="order_on_paper_has_a_value"),
        ),
    ]

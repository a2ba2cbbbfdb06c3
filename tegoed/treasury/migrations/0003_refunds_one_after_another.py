"""A line may be paid back in parts: what was placed, and is undone after the rest went back, can go back too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treasury", "0002_files_are_kept")]
    operations = [
        migrations.RemoveConstraint(model_name="refund", name="one_live_refund_per_line"),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                fields=["line"], condition=models.Q(state="asked"), name="one_refund_asked_per_line"
            ),
        ),
    ]

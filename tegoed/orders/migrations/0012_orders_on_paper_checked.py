"""What is there holds the constraint of 0011: looked at in a transaction of its own, while others read and write."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_orders_on_paper")]
    operations = [ValidateConstraint(model_name="order", name="order_on_paper_has_a_value")]
